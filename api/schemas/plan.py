"""A plan version, whole, as anyone may read it."""

from datetime import date, datetime

from pydantic import computed_field

from api.schemas.base import PointOut, Schema
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.domain.reasons import reason_text
from mobile_passport.domain.request import VisitKind
from optimizer.punctuality import Light


class PunctualityOut(Schema):
    """A share of simulated days, 0 to 1, on which a stop starts at most ``within_minutes`` late; an estimate."""

    on_time: float
    within_minutes: int
    light: Light
    buffer_minutes: int


class StopOut(Schema):
    """One stop of a route. Times carry their zone; a home visit stands at its kecamatan.

    ``is_surveyed`` is false for a proposal: nobody was told to come there.
    """

    visit: str
    kind: VisitKind
    place: str
    position: PointOut
    arrival_at: datetime
    starts_at: datetime
    ends_at: datetime
    first_slot_at: datetime
    last_slot_at: datetime
    people: int
    requests: tuple[str, ...]
    waiver: str | None
    window_closes_at: datetime | None
    punctuality: PunctualityOut | None
    is_surveyed: bool


class RouteOut(Schema):
    """One team's day. ``travel_is_estimate`` says that no road network stood behind seconds and metres."""

    team: str
    team_label: str
    leaves_at: datetime
    back_at: datetime
    travel_s: int
    distance_m: int
    travel_is_estimate: bool
    people: int
    stops: tuple[StopOut, ...]


class DayOut(Schema):
    """All routes of one date."""

    date: date
    people: int
    routes: tuple[RouteOut, ...]


class UnservedOut(Schema):
    """People on no route: a stable code, the finding in English, and what people read, in Indonesian."""

    visit: str
    kind: VisitKind
    place: str
    position: PointOut
    people: int
    requests: tuple[str, ...]
    code: str
    detail: str
    change: str | None

    @computed_field
    def sentence(self) -> str:
        """Why, in Indonesian."""
        return reason_text(self.code).sentence

    @computed_field
    def help(self) -> str:
        """What would help, in Indonesian."""
        return reason_text(self.code).help


class PlanOut(Schema):
    """One version of the plan. ``gap``: the share by which the best possible plan can be better at most."""

    office_name: str
    depot_label: str
    depot: PointOut
    version: int
    status: str
    published_at: datetime | None
    first_date: date
    last_date: date
    objective: float
    bound: float | None
    gap: float | None
    served: int
    proposed: int
    left_out: int
    distance_m: int
    travel_s: int
    days: tuple[DayOut, ...]
    unserved: tuple[UnservedOut, ...]
    to_review: int
    office: int

    @classmethod
    def of(cls, plan: PlanView) -> "PlanOut":
        """Take over a plan, field by field of the same name."""
        return cls.model_validate(plan)
