"""Service days: how their places are taken, given back and counted.

Whoever changes places locks the rows of their days first, all at once and by date, so that writers wait for each other
in one order. SQLite has one writer at a time anyway.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mobile_passport.domain.booking import DayState, ServiceDay
from mobile_passport.domain.status import BookingState, follow
from mobile_passport.persistence.booking.booking_tables import BookingRow, ServiceDayRow

TAKING = (BookingState.HELD, BookingState.BOOKED)
"""States that take places."""


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
        rows = self._session.scalars(self._days().where(ServiceDayRow.date.between(first, last)))
        return tuple(map(_service_day, rows))

    def lock(self, days: Collection[date]) -> dict[date, ServiceDay]:
        """Lock days until the end of the transaction, by date, and return them as they are now."""
        rows = self._session.scalars(
            self._days()
            .where(ServiceDayRow.date.in_(days))
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return {row.date: _service_day(row) for row in rows}

    def take(self, day: ServiceDay, places: int, *, now: datetime) -> bool:
        """Take places of a locked day, counting out the holds that have expired.

        Returns
        -------
        bool
            ``False`` when there is too little room or the day is closed; nothing was changed then.
        """
        kept = ServiceDayRow.booked - self._expired_places(day.id, now)
        took = self._session.execute(
            update(ServiceDayRow)
            .where(
                ServiceDayRow.id == day.id,
                kept + ServiceDayRow.planned + places <= ServiceDayRow.capacity,
                ServiceDayRow.state == DayState.OPEN,
            )
            .values(booked=kept + places)
            .returning(ServiceDayRow.id)
            .execution_options(synchronize_session=False)
        )
        if took.first() is None:
            return False
        self._mark_expired(day.id, now)
        return True

    def expire(self, day: ServiceDay, *, now: datetime) -> int:
        """Give the places of expired holds of a locked day back; returns how many holds there were."""
        self._session.execute(
            update(ServiceDayRow)
            .where(ServiceDayRow.id == day.id)
            .values(booked=ServiceDayRow.booked - self._expired_places(day.id, now))
            .execution_options(synchronize_session=False)
        )
        return self._mark_expired(day.id, now)

    def give_back(self, day_id: UUID, places: int) -> None:
        """Free places of a locked day."""
        self._session.execute(
            update(ServiceDayRow)
            .where(ServiceDayRow.id == day_id)
            .values(booked=ServiceDayRow.booked - places)
            .execution_options(synchronize_session=False)
        )

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

    def _days(self) -> Select[ServiceDayRow]:
        return select(ServiceDayRow).where(ServiceDayRow.kanim == self._kanim).order_by(ServiceDayRow.date)

    def _expired_places(self, day_id: UUID, now: datetime) -> ScalarSelect[int]:
        query = select(func.coalesce(func.sum(BookingRow.places), 0)).where(*_has_expired(day_id, now))
        return query.scalar_subquery()

    def _mark_expired(self, day_id: UUID, now: datetime) -> int:
        mark = (
            update(BookingRow)
            .where(*_has_expired(day_id, now))
            .values(state=follow(BookingState.HELD, BookingState.EXPIRED))
            .returning(BookingRow.id)
            .execution_options(synchronize_session=False)
        )
        return len(self._session.execute(mark).all())


def _has_expired(day_id: UUID, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        BookingRow.service_day_id == day_id,
        BookingRow.state == BookingState.HELD,
        BookingRow.expires_at <= now,
    )


def _service_day(row: ServiceDayRow) -> ServiceDay:
    return ServiceDay(
        id=row.id,
        date=row.date,
        capacity=row.capacity,
        booked=row.booked,
        planned=row.planned,
        state=DayState(row.state),
    )
