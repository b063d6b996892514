"""What a plan has to serve: a snapshot of waiting people and of promises already made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from mobile_passport.domain.eligibility import Ages
from mobile_passport.domain.override import OverrideKind
from mobile_passport.domain.person import Need, age_on
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.venue import Venue
from optimizer.problem import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPerson:
    """One person to be served.

    Attributes
    ----------
    party
        Family or companions; people of one request with the same label stay together.
    """

    id: UUID
    birth_date: date
    needs: frozenset[Need]
    party: str | None

    def is_vulnerable(self, ages: Ages, day: date) -> bool:
        """Elderly, or with a need: more minutes, served first, and no minimum for a group of them."""
        return age_on(self.birth_date, day) >= ages.elderly_from_years or bool(self.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point where people can be served.

    Attributes
    ----------
    label
        What people are told, Indonesian: "Balai Desa Garum, Kec. Garum".
    village_code
        Kemendagri code, ten digits.
    is_surveyed
        Nobody is told to come to a place that was not surveyed; homes need no survey.
    """

    label: str
    village_code: str
    position: LatLon
    is_surveyed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRequest:
    """A request whose place is known, with those of its people who wait for a visit.

    Attributes
    ----------
    place
        Where the people live; their own venue when ``has_own_venue``.
    booked_dates
        Days of which its group has booked places, ascending: it is served on one of them or not at all. Empty when it
        may be any day.
    district_served_date, override_kind, override_points
        What else decides its place in the order of service; see `mobile_passport.domain.rank.Claim`.
    """

    id: UUID
    reference: str
    category: Category
    kind: VisitKind
    place: Place
    has_own_venue: bool
    wished_dates: tuple[date, ...]
    deadline_date: date | None
    received_date: date
    people: tuple[WaitingPerson, ...]
    booked_dates: tuple[date, ...] = ()
    district_served_date: date | None = None
    override_kind: OverrideKind | None = None
    override_points: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A published visit of today or later: people were told, so a new plan keeps it.

    Attributes
    ----------
    visit
        Its name in the published plan.
    people
        Those who are still to be served there, with their slots.
    window_closes_at
        Until when a household was told to expect the team; ``None`` for a venue.
    """

    visit: str
    kind: VisitKind
    place: Place
    waiver: str | None
    team: str
    shift: str
    starts_at: datetime
    ends_at: datetime
    people: tuple[tuple[UUID, datetime], ...]
    window_closes_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Everything a plan has to serve, in a fixed order."""

    requests: tuple[WaitingRequest, ...]
    promises: tuple[Promise, ...]
    venues: tuple[Venue, ...] = ()

    def digest(self, *further: str) -> str:
        """SHA-256 over the demand and whatever else decides a plan; equal inputs need no new plan."""
        return sha256(
            "\n".join([*_lines(self.requests), *map(repr, self.promises), *map(repr, self.venues), *further]).encode()
        ).hexdigest()


def _lines(requests: Iterable[WaitingRequest]) -> Iterable[str]:
    for request in requests:
        yield repr((request.id, request.place, request.wished_dates, request.deadline_date, request.kind))
        yield repr(request.booked_dates)
        yield repr((request.category, request.received_date, request.district_served_date, request.override_points))
        for person in request.people:
            yield repr((person.id, person.birth_date, sorted(person.needs), person.party))
