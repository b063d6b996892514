"""Who may use a route: one alias for each operation of the API."""

from typing import Annotated

from fastapi import Depends

from api.identity import allowed
from mobile_passport.domain.access import Caller, Operation

OrganisationsReader = Annotated[Caller, Depends(allowed(Operation.ORGANISATIONS_READ))]
OrganisationsManager = Annotated[Caller, Depends(allowed(Operation.ORGANISATIONS_MANAGE))]
VenuesReader = Annotated[Caller, Depends(allowed(Operation.VENUES_READ))]
VenuesManager = Annotated[Caller, Depends(allowed(Operation.VENUES_MANAGE))]
RequestsReader = Annotated[Caller, Depends(allowed(Operation.REQUESTS_READ))]
RequestsWriter = Annotated[Caller, Depends(allowed(Operation.REQUESTS_WRITE))]
PlacesSettler = Annotated[Caller, Depends(allowed(Operation.PLACES_SETTLE))]
PeopleReviewer = Annotated[Caller, Depends(allowed(Operation.PEOPLE_REVIEW))]
NikRevealer = Annotated[Caller, Depends(allowed(Operation.NIK_REVEAL))]
PlansReader = Annotated[Caller, Depends(allowed(Operation.PLANS_READ))]
PlansRunner = Annotated[Caller, Depends(allowed(Operation.PLANS_RUN))]
PlansPublisher = Annotated[Caller, Depends(allowed(Operation.PLANS_PUBLISH))]
PassportsHandler = Annotated[Caller, Depends(allowed(Operation.PASSPORTS_HANDLE))]
CallHandler = Annotated[Caller, Depends(allowed(Operation.CALLS_HANDLE))]
ExportsTaker = Annotated[Caller, Depends(allowed(Operation.EXPORTS_TAKE))]
