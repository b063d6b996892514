"""Organisations that ask for visits."""

from uuid import UUID

from api.schemas.base import Schema, example
from api.schemas.texts import Line, Regency
from mobile_passport.domain.request import AskerKind

_EXAMPLE = {"kind": "kbihu", "name": "KBIHU Al Falah Kanigoro", "regency": "3505"}


class OrganisationIn(Schema):
    """A new organisation."""

    model_config = example(_EXAMPLE)

    kind: AskerKind
    name: Line
    regency: Regency


class OrganisationChange(Schema):
    """An organisation as it is to be; ``is_active`` false signs its coordinators out."""

    model_config = example({"name": "KBIHU Al Falah", "regency": "3505", "is_active": True})

    name: Line
    regency: Regency
    is_active: bool


class OrganisationOut(Schema):
    """An organisation."""

    id: UUID
    kind: AskerKind
    name: str
    regency: str
    is_active: bool
