"""Requests, as their askers and as the office see them."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import PointOut, Schema, example
from api.schemas.people import PersonIn
from api.schemas.problems import Issue
from api.schemas.texts import Digits, Line, PersonName, ShortLine, VillageCode, unsent
from mobile_passport.domain.access import Scope
from mobile_passport.domain.request import AskerKind, Category, VisitKind
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.intake.submission import SubmittedRequest
from mobile_passport.persistence.requests.letters import LetterHead
from mobile_passport.services.requests.amend_wishes import Wishes

_MOST_PEOPLE = 500
_MOST_DATES = 62
_EXAMPLE = {
    "external_reference": "B-12/KBIHU/2026",
    "contact_name": "Budi Contoh",
    "contact_phone": "081234567890",
    "category": "hajj",
    "visit_kind": "collective",
    "place_text": "Desa Karangsono, Kec. Kanigoro",
    "wished_dates": [],
    "deadline_date": None,
    "people": [
        {
            "name": "Siti Contoh",
            "nik": "3505014101600001",
            "birth_date": "1960-01-01",
            "sex": "female",
            "passport_case": "new",
        }
    ],
}


class AskerIn(Schema):
    """In whose name the office takes a letter in."""

    kind: AskerKind
    name: Line


class RequestIn(Schema):
    """One letter with its people. ``asker`` is for the office alone: a coordinator's organisation is the asker."""

    model_config = example(_EXAMPLE)

    external_reference: ShortLine
    asker: AskerIn | None = None
    contact_name: PersonName
    contact_phone: Digits
    category: Category
    visit_kind: VisitKind
    place_text: Line
    own_venue: Line | None = None
    wished_dates: tuple[date, ...] = Field(default=(), max_length=_MOST_DATES)
    deadline_date: date | None = None
    people: tuple[PersonIn, ...] = Field(min_length=1, max_length=_MOST_PEOPLE)

    def submitted(self) -> SubmittedRequest:
        """Return it for intake to judge."""
        return SubmittedRequest(
            external_reference=self.external_reference,
            asker_kind=self.asker.kind if self.asker else None,
            asker_name=self.asker.name if self.asker else None,
            contact_name=self.contact_name,
            contact_phone=self.contact_phone,
            category=self.category,
            visit_kind=self.visit_kind,
            place_text=self.place_text,
            own_venue=self.own_venue,
            wished_dates=self.wished_dates,
            deadline_date=self.deadline_date,
            people=tuple(person.submitted() for person in self.people),
        )


class HandedIn(Schema):
    """What became of what was handed in. ``references`` are those of new requests; a repeat of a letter has none."""

    references: tuple[str, ...]
    requests: int
    people: int
    office_cases: int
    unchanged: int
    to_review: int
    warnings: tuple[Issue, ...]


class WishesChange(Schema):
    """Other wishes; what is left out stays. Possible until somebody of the request has an appointment."""

    model_config = example({"wished_dates": ["2027-01-12", "2027-01-14"]})

    wished_dates: tuple[date, ...] = Field(default_factory=tuple, max_length=_MOST_DATES)
    deadline_date: date | None = unsent()

    def applied_to(self, wishes: Wishes) -> Wishes:
        """Return wishes so changed."""
        return replace(wishes, **self.model_dump(include=self.model_fields_set))


class CandidateOut(Schema):
    """A place that a request may mean; confidence 0 to 1."""

    label: str
    village_code: str | None
    confidence: float


class _Request(Schema):
    reference: str
    external_reference: str
    category: Category
    visit_kind: VisitKind
    place_text: str
    place_label: str | None
    own_venue: str | None
    wished_dates: tuple[date, ...]
    deadline_date: date | None
    received_date: date
    people: dict[ApplicantStatus, int]


class RequestForAsker(_Request):
    """A request as its asker sees it. ``place_label`` is null until the office knows where that is."""

    view: Literal["asker"] = "asker"


class RequestForOffice(_Request):
    """A request as the office sees it."""

    view: Literal["office"] = "office"
    organisation_id: UUID | None
    asker_kind: AskerKind
    asker_name: str
    created_at: datetime
    place_verdict: Literal["found", "ambiguous", "not_found"]
    village_code: str | None
    position: PointOut | None
    candidates: tuple[CandidateOut, ...]


type RequestOut = Annotated[RequestForAsker | RequestForOffice, Field(discriminator="view")]


class RequestBody(Schema):
    """One request."""

    request: RequestOut


def request_out(letter: LetterHead, scope: Scope) -> RequestOut:
    """Show a request as the caller needs to see it."""
    view = RequestForOffice if scope.is_whole_office else RequestForAsker
    names = view.model_fields.keys() - {"view"}
    return view.model_validate({name: getattr(letter, name) for name in names})


class Settlement(Schema):
    """The village where a request is."""

    model_config = example({"village_code": "3505102004"})

    village_code: VillageCode


class VillageOut(Schema):
    """A village of the working area."""

    village_code: str
    label: str
    position: PointOut


class PlacesOut(Schema):
    """What a written place may mean, the surest first."""

    verdict: Literal["found", "ambiguous", "not_found"]
    reason: str
    candidates: tuple[CandidateOut, ...]


class Confirmed(Schema):
    """What is known of a group's coming: said now, said before, or answered otherwise by the people themselves."""

    confirmed: int
    already: int
    otherwise: int
