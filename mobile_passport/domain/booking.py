"""Places on service days: what a group may hold, book or wait for.

A *service day* has a number of places, one a person. A coordinator *holds* places while the list of people is made
ready, and *books* them by handing the list in; what is not booked in time is free again. Who finds a day full *waits*
for it, and moves up in the published order when places become free.

A booking promises the day, not an hour: the plan serves the group on that day, and tells everyone their slot once it is
published. What the plan says is what holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from mobile_passport.domain.rank import Claim, RankFacts, in_order
from mobile_passport.domain.rank_rules import RankRules
from mobile_passport.domain.refusal import Conflict
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.status import BookingState


class DayState(StrEnum):
    """Whether places of a day are given out; what is booked on a closed day stays."""

    OPEN = "open"
    CLOSED = "closed"


class DayFull(Conflict):
    """The day has too little room, or others wait for it already; the waiting list is open."""

    code = "day_full"


class DayClosed(Conflict):
    """No places are given out for that day: it is not worked, too near, too far, or closed by the office."""

    code = "day_closed"


class QuotaReached(Conflict):
    """An organisation holds as many places as it may."""

    code = "quota_reached"


class DayHasRoom(Conflict):
    """Nobody has to wait for that day; its places can be held."""

    code = "day_has_room"


class HoldOver(Conflict):
    """The hold has expired, or is a hold no more."""

    code = "hold_over"


class BookingDoesNotFit(Conflict):
    """The places held and the people of the request do not fit together."""

    code = "booking_does_not_fit"


class BelowBooked(Conflict):
    """A day would have fewer places than are taken."""

    code = "capacity_below_booked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDay:
    """One day's places.

    Attributes
    ----------
    capacity
        People who can be served, at most.
    booked
        Places held or booked.
    planned
        People whom the published plan serves on the day without a booking for it.
    """

    id: UUID
    date: date
    capacity: int
    booked: int
    planned: int
    state: DayState

    @property
    def room(self) -> int:
        """Places that can still be held; none on a closed day."""
        return self.room_beside(0)

    def room_beside(self, own: int) -> int:
        """Return how many places could be held by who gives back as many of those that are taken."""
        return max(0, self.capacity - self.booked - self.planned + own) if self.state is DayState.OPEN else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """Places of one group on one day.

    Attributes
    ----------
    organisation_id
        Whose places they are; ``None`` for the office's own.
    category, deadline_date
        What was said when the places were asked for.
    expires_at
        When a hold ends by itself.
    request
        Reference of the request that the places are for; ``None`` until it is handed in.
    """

    id: UUID
    organisation_id: UUID | None
    category: Category
    deadline_date: date | None
    date: date
    places: int
    state: BookingState
    created_at: datetime
    expires_at: datetime | None
    request: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """A request that places are booked for; ``waiting`` counts its people who have no appointment yet."""

    id: UUID
    category: Category
    deadline_date: date | None
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """A group on the waiting list of a day: the facts that decide its place in the order."""

    id: UUID
    places: int
    category: Category
    deadline_date: date | None
    waiting_since: datetime


def in_published_order(waiters: Sequence[Waiter], rules: RankRules, day: date) -> tuple[Waiter, ...]:
    """Put a waiting list into the order of service, first first.

    It is the order of requests, by what is known before the list of people is there: category, deadline, arrival and
    the draw. No district is favoured, and nobody's age or need counts.
    """
    by_id = {str(waiter.id): waiter for waiter in waiters}
    facts = [
        RankFacts(
            claim=Claim(
                reference=str(waiter.id),
                category=waiter.category,
                kind=VisitKind.COLLECTIVE,
                received_date=waiter.waiting_since.date(),
                deadline_date=waiter.deadline_date,
                district="",
                district_served_date=day,
                override_kind=None,
                override_points=0.0,
            ),
            people=waiter.places,
            vulnerable=0,
        )
        for waiter in waiters
    ]
    return tuple(by_id[ranked.reference] for ranked in in_order(facts, rules, day))
