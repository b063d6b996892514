"""What a team's telephone holds: its route of today and tomorrow, with the people and what is known of them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from mobile_passport.domain.field import Outcome, OutcomeReason
from mobile_passport.domain.plan_view import RouteView, StopView
from optimizer.problem import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReport:
    """What was reported of a person so far, by all phones.

    Attributes
    ----------
    is_disputed
        Phones disagree; a supervisor decides.
    """

    is_present: bool = False
    outcome: Outcome | None = None
    reason: OutcomeReason | None = None
    is_disputed: bool = False
    notes: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPerson:
    """One person of a stop, for the team that serves them.

    Attributes
    ----------
    nik_tail
        Last four digits only.
    documents
        What the person brings, Indonesian.
    is_follow_up
        Missed an earlier visit ("susulan").
    """

    appointment_id: UUID
    slot_at: datetime
    name: str = field(repr=False)
    nik_tail: str = field(repr=False)
    age: int
    passport_case: str
    needs: tuple[str, ...] = field(repr=False)
    documents: tuple[str, ...]
    party: str | None
    request: str
    is_follow_up: bool
    report: PersonReport


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldStop:
    """One stop with its people in the order of their times, whom to call, and what was reported.

    Attributes
    ----------
    key
        Names the stop in operations.
    addresses
        Of homes, as their families wrote them.
    contacts
        Name and phone of those who asked.
    """

    key: str
    stop: StopView
    people: tuple[FieldPerson, ...]
    addresses: tuple[str, ...] = field(repr=False)
    contacts: tuple[tuple[str, str], ...] = field(repr=False)
    arrived_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    notes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDay:
    """One team's day."""

    date: date
    route: RouteView
    stops: tuple[FieldStop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPackage:
    """Everything that a phone takes along.

    Attributes
    ----------
    version
        Grows with every operation that the office knows; operations name it as what they were based on.
    watermark
        Every operation of this phone up to this number is stored.
    """

    office_name: str
    office_phone: str
    depot_label: str
    depot: LatLon
    team: str
    team_label: str
    timezone: str
    plan_version: int
    version: int
    watermark: int
    made_at: datetime
    days: tuple[FieldDay, ...]
