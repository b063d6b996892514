"""Versions of the plan: history, pages of a version, what changes, publication, and the runs that make plans."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from api.schemas.base import PointOut, Schema, example
from mobile_passport.domain.planning_run import RunState, SearchStage
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import PlanStatus
from mobile_passport.services.plans.read_plans import ChangeKind


class VersionOut(Schema):
    """What a version says of itself. ``inputs_digest`` names the demand and rules that it was made from."""

    version: int
    status: PlanStatus
    inputs_digest: str
    created_at: datetime
    published_at: datetime | None
    first_date: date
    last_date: date
    travel_is_estimate: bool


class PublicationOut(Schema):
    """Which version holds; null before the first publication."""

    current_version: int | None


class PublishedOut(Schema):
    """What a publication changed for people, and how many messages it wrote."""

    version: int
    promised: int
    changed: int
    cancelled: int
    messages: int
    without_phone: int


class PlannedVisitOut(Schema):
    """A visit of a version; on no route when ``reason_code`` is set. ``people`` counts those whom the caller sees."""

    visit: str
    kind: VisitKind
    place: str
    village_code: str
    position: PointOut
    is_surveyed: bool
    waiver: str | None
    team: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    reason_code: str | None
    reason_detail: str | None
    reason_change: str | None
    people: int


class SlotOut(Schema):
    """When one person is to come, or a household to expect the team until ``window_closes_at``."""

    person: UUID
    request: str
    visit: str
    kind: VisitKind
    place: str
    team: str
    slot_at: datetime
    window_closes_at: datetime | None


class PlanPage[T](Schema):
    """Part of a list of one version. Versions never change, so pages fit together whatever is published meanwhile."""

    plan_version: int
    items: tuple[T, ...]
    next: str | None = Field(description="Cursor of the next page; null on the last. It keeps the version.")


class PlaceInTime(Schema):
    """Where and when."""

    visit: str
    place: str
    team: str
    slot_at: datetime


class ChangeOut(Schema):
    """What another version changes for one person."""

    person: UUID
    kind: ChangeKind
    before: PlaceInTime | None
    after: PlaceInTime | None


class ComparisonOut(Schema):
    """What changes from one version to another; the counts are of all people, the items of this page."""

    before: VersionOut
    after: VersionOut
    unchanged: int
    added: int
    removed: int
    moved: int
    elsewhere: int
    items: tuple[ChangeOut, ...]
    next: str | None


class RunIn(Schema):
    """How long to search, and with which seed."""

    model_config = example({"time_limit_s": 60, "seed": 1})

    time_limit_s: int = Field(default=60, ge=1, le=300)
    seed: int = Field(default=1, ge=0, le=2_147_483_647)


class ProgressOut(Schema):
    """A look at the search: points of the best plan, proved bound, people on its routes, seconds since the start.

    While it runs they are those of its ``stage`` and begin anew with the next one; people of promises are not counted.
    Of a finished run they are those of its version: everyone on a route, promised people too. ``elapsed_s`` is absent
    where the version answered the same question already.
    """

    stage: SearchStage | None
    objective: float | None
    bound: float | None
    people: int | None
    elapsed_s: float | None


class RunOut(Schema):
    """A planning run. ``plan_version`` is the draft it made, or the version that answers the same question already."""

    id: UUID
    state: RunState
    asked_by: str
    asked_at: datetime
    time_limit_s: int
    seed: int
    started_at: datetime | None
    ended_at: datetime | None
    stop_asked_at: datetime | None
    progress: ProgressOut
    plan_version: int | None
    failure: str | None
