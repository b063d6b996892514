"""Bodies of service days, offers and bookings."""

from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.base import Schema
from mobile_passport.domain.booking import DayState
from mobile_passport.domain.request import Category
from mobile_passport.domain.status import BookingState
from mobile_passport.services.booking.show_days import DayOfCalendar

MOST_PLACES = 1_000
MOST_DAYS = 10

Places = Annotated[int, Field(ge=1, le=MOST_PLACES, description="People.")]


class DayRoomOut(Schema):
    """A day of the calendar: places in all, those that can be held now, and in Indonesian why there are none."""

    date: date
    opens: time | None
    closes: time | None
    capacity: int
    room: int
    note: str

    @classmethod
    def of(cls, day: DayOfCalendar) -> "DayRoomOut":
        """Take over a day."""
        return cls(
            date=day.date,
            opens=day.hours.opens if day.hours else None,
            closes=day.hours.closes if day.hours else None,
            capacity=day.capacity,
            room=day.room,
            note=day.note,
        )


class DayOfferOut(Schema):
    """A day for a group; ``points`` by the office's rule, fewer are better; ``reasons`` in Indonesian.

    ``way_minutes`` is what a team drives more because of the group; ``way_is_estimate`` says that no road network stood
    behind it.
    """

    date: date
    room: int
    places: int
    way_minutes: int
    way_is_estimate: bool
    points: float
    reasons: tuple[str, ...]


class CapacityIn(Schema):
    """How many people a day has places for."""

    capacity: Annotated[int, Field(ge=0, le=MOST_PLACES)]


class DayStateIn(Schema):
    """Whether places of a day are given out."""

    state: DayState


class ServiceDayOut(Schema):
    """A day's book."""

    date: date
    capacity: int
    booked: int
    planned: int
    room: int
    state: DayState


class DayPlacesIn(Schema):
    """Places on one day."""

    date: date
    places: Places


class HoldIn(Schema):
    """Places to be held, on all of the days or on none. Category and deadline must be those of the letter."""

    days: Annotated[tuple[DayPlacesIn, ...], Field(min_length=1, max_length=MOST_DAYS)]
    category: Category
    deadline_date: date | None = None


class WaitIn(Schema):
    """A day to wait for. Category and deadline must be those of the letter: they decide the order."""

    category: Category
    deadline_date: date | None = None
    date: date
    places: Places


class BookIn(Schema):
    """Holds to be booked for the people of a request, named by its reference."""

    holds: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_DAYS)]
    request: Annotated[str, Field(min_length=1, max_length=32)]


class BookingOut(Schema):
    """Places of one group on one day. A hold ends at ``expires_at`` by itself."""

    id: UUID
    category: Category
    deadline_date: date | None
    date: date
    places: int
    state: BookingState
    created_at: datetime
    expires_at: datetime | None
    request: str | None


class BookingsOut(Schema):
    """Bookings, by date."""

    bookings: tuple[BookingOut, ...]
