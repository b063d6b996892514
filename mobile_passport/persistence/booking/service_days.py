"""Service days: how their places are taken, given back and counted.

Whoever changes places locks the rows of their days first, all at once and by date, so that writers wait for each other
in one order. SQLite has one writer at a time anyway.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mobile_passport.domain.booking import DayState, ServiceDay
from mobile_passport.domain.status import BookingState, follow
from mobile_passport.persistence.booking.booking_tables import BookingRow, ServiceDayRow
from mobile_passport.persistence.scoping import office_wide

TAKING = (BookingState.HELD, BookingState.BOOKED)
"""States that take places."""

_DAY, _BOOKING = cast(Table, ServiceDayRow.__table__), cast(Table, BookingRow.__table__)
# Made once: building a statement costs more than asking it, and these are asked while others wait for the same days.
_DAYS = (
    select(_DAY.c.id, _DAY.c.date, _DAY.c.capacity, _DAY.c.booked, _DAY.c.planned, _DAY.c.state)
    .where(_DAY.c.kanim == bindparam("kanim"))
    .order_by(_DAY.c.date)
)
_BETWEEN = _DAYS.where(_DAY.c.date.between(bindparam("first"), bindparam("last")))
_LOCK = _DAYS.where(_DAY.c.date.in_(bindparam("dates", expanding=True))).with_for_update(key_share=True)
_TAKE = (
    update(_DAY)
    .where(
        _DAY.c.id == bindparam("day_id"),
        _DAY.c.booked + _DAY.c.planned + bindparam("places") <= _DAY.c.capacity,
        _DAY.c.state == DayState.OPEN,
    )
    .values(booked=_DAY.c.booked + bindparam("places"))
    .returning(_DAY.c.id)
)
_GIVE_BACK = update(_DAY).where(_DAY.c.id == bindparam("day_id")).values(booked=_DAY.c.booked - bindparam("places"))
_EXPIRE = (
    update(_BOOKING)
    .where(
        _BOOKING.c.service_day_id.in_(bindparam("day_ids", expanding=True)),
        _BOOKING.c.state == BookingState.HELD,
        _BOOKING.c.expires_at <= bindparam("now"),
    )
    .values(state=follow(BookingState.HELD, BookingState.EXPIRED))
    .returning(_BOOKING.c.service_day_id, _BOOKING.c.places)
)


class ServiceDays:
    """Days of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def lay_out(self, capacities: Mapping[date, int]) -> None:
        """Add the days that are not there yet, open and with nothing taken."""
        if not capacities:
            return
        dialect = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        rows = [
            {
                "id": uuid4(),
                "kanim": self._kanim,
                "date": day,
                "capacity": capacity,
                "booked": 0,
                "planned": 0,
                "state": DayState.OPEN,
                "is_set_by_hand": False,
            }
            for day, capacity in sorted(capacities.items())
        ]
        self._session.execute(dialect.insert(ServiceDayRow).on_conflict_do_nothing(), rows)

    def days(self, first: date, last: date) -> tuple[ServiceDay, ...]:
        """Return the days laid out between two dates, both inclusive, ascending; reading only."""
        rows = self._session.execute(_BETWEEN, {"kanim": self._kanim, "first": first, "last": last})
        return tuple(map(_service_day, rows))

    def lock(self, days: Collection[date], *, now: datetime) -> dict[date, ServiceDay]:
        """Lock days until the end of the transaction, by date, and return them as they are now.

        Holds that have expired give their places back first: of a locked day every number is up to date.
        """
        rows = self._session.execute(_LOCK, {"kanim": self._kanim, "dates": list(days)})
        locked = {row.id: _service_day(row) for row in rows}
        for day_id, places in self._expire(locked, now).items():
            self.give_back(day_id, places)
            locked[day_id] = replace(locked[day_id], booked=locked[day_id].booked - places)
        return {day.date: day for day in locked.values()}

    def take(self, day: ServiceDay, places: int) -> bool:
        """Take places of a locked day.

        Returns
        -------
        bool
            ``False`` when there is too little room or the day is closed; nothing was changed then.
        """
        return self._session.execute(_TAKE, {"day_id": day.id, "places": places}).first() is not None

    def give_back(self, day_id: UUID, places: int) -> None:
        """Free places of a locked day."""
        self._session.execute(_GIVE_BACK, {"day_id": day_id, "places": places})

    def set_capacity(self, day: ServiceDay, capacity: int, *, by_hand: bool) -> bool:
        """Give a locked day another number of places; ``False`` when more are taken."""
        changed = self._session.execute(
            update(ServiceDayRow)
            .where(ServiceDayRow.id == day.id, ServiceDayRow.booked <= capacity)
            .values(capacity=capacity, is_set_by_hand=by_hand)
            .returning(ServiceDayRow.id)
            .execution_options(synchronize_session=False)
        )
        return changed.first() is not None

    def counted_by_the_rules(self, first: date) -> dict[date, int]:
        """Return capacities that nobody has set by hand, from a date on."""
        query = select(ServiceDayRow.date, ServiceDayRow.capacity).where(
            ServiceDayRow.kanim == self._kanim, ServiceDayRow.date >= first, ServiceDayRow.is_set_by_hand.is_(False)
        )
        return dict(self._session.execute(query).all())

    def set_state(self, day: ServiceDay, state: DayState) -> None:
        """Open or close a locked day; what is booked stays."""
        self._session.execute(update(ServiceDayRow).where(ServiceDayRow.id == day.id).values(state=state))

    def set_planned(self, day: ServiceDay, people: int) -> None:
        """Note how many people the plan serves on a locked day without a booking for it."""
        self._session.execute(update(ServiceDayRow).where(ServiceDayRow.id == day.id).values(planned=people))

    def unsettled(self, first: date, *, now: datetime) -> tuple[date, ...]:
        """Return the days from a date on with expired holds or with groups that wait for them, ascending."""
        query = (
            select(ServiceDayRow.date)
            .join(BookingRow, BookingRow.service_day_id == ServiceDayRow.id)
            .where(
                ServiceDayRow.kanim == self._kanim,
                ServiceDayRow.date >= first,
                or_(
                    BookingRow.state == BookingState.WAITING,
                    and_(BookingRow.state == BookingState.HELD, BookingRow.expires_at <= now),
                ),
            )
            .distinct()
            .order_by(ServiceDayRow.date)
        )
        return tuple(self._session.scalars(query))

    def differences(self) -> dict[date, tuple[int, int]]:
        """Return the days whose ``booked`` is not the sum of their rows: what it is, and what the rows say."""
        taken = (
            select(func.coalesce(func.sum(BookingRow.places), 0))
            .where(BookingRow.service_day_id == ServiceDayRow.id, BookingRow.state.in_(TAKING))
            .correlate(ServiceDayRow)
            .scalar_subquery()
        )
        query = select(ServiceDayRow.date, ServiceDayRow.booked, taken).where(
            ServiceDayRow.kanim == self._kanim, ServiceDayRow.booked != taken
        )
        return {day: (booked, rows) for day, booked, rows in self._session.execute(query)}

    def _expire(self, day_ids: Collection[UUID], now: datetime) -> Counter[UUID]:
        """Mark the holds of locked days that have expired; returns the places they had, by day."""
        freed: Counter[UUID] = Counter()
        with office_wide(self._session):  # whose holds they were, nobody learns
            for day_id, places in self._session.execute(_EXPIRE, {"day_ids": list(day_ids), "now": now}):
                freed[day_id] += places
        return freed


def _service_day(row: Any) -> ServiceDay:
    return ServiceDay(
        id=row.id,
        date=row.date,
        capacity=row.capacity,
        booked=row.booked,
        planned=row.planned,
        state=DayState(row.state),
    )
