"""An office that gives out places: who calls, what day it is, and what its books say."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select

from mobile_passport.domain.access import Caller, Role, Scope
from mobile_passport.domain.booking import Booking
from mobile_passport.domain.request import AskerKind, Category
from mobile_passport.domain.status import BookingState
from mobile_passport.persistence.accounts.account_tables import OrganisationRow
from mobile_passport.persistence.booking.booking_tables import BookingRow, ServiceDayRow
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.rules.booking import Quota
from mobile_passport.services.booking.hold_places import hold_places
from mobile_passport.services.world import World
from tests.mobile_passport.services.seasons import NOW

TUESDAY = date(2026, 12, 8)
DAYS = tuple(TUESDAY + timedelta(weeks=week) for week in range(4))
"""Four worked Tuesdays, on which both teams go out."""


def planner(world: World) -> Caller:
    """Somebody of the office."""
    return Caller(account_id=uuid4(), login="planner", role=Role.PLANNER, scope=Scope(kanim=world.kanim))


def coordinator(world: World, organisation_id: UUID) -> Caller:
    """Somebody of an organisation."""
    scope = Scope(kanim=world.kanim, organisation_id=organisation_id, regency="3505")
    return Caller(account_id=uuid4(), login="coordinator", role=Role.COORDINATOR, scope=scope)


def organisations(world: World, count: int, kind: AskerKind = AskerKind.VILLAGE) -> list[UUID]:
    """Make organisations."""
    ids = [uuid4() for _ in range(count)]
    with world.database.transaction() as session:
        session.add_all(
            OrganisationRow(
                id=one, kanim=world.kanim, kind=kind, label=str(one), regency="3505", is_active=True, created_at=NOW
            )
            for one in ids
        )
    return ids


def with_quota(world: World, places: int) -> World:
    """The same office with another quota for everyone."""
    quota = Quota(places=places, source="test", as_of_date=date(2026, 11, 24))
    return replace(world, booking_rules=replace(world.booking_rules, quotas=(quota,)))


def lay_out(world: World, days: Iterable[date], capacity: int) -> None:
    """Start the books of some days anew, with as many places each."""
    with world.database.transaction() as session:
        session.query(BookingRow).delete()
        session.query(ServiceDayRow).delete()
        ServiceDays(session, world.kanim).lay_out(dict.fromkeys(days, capacity))


def hold(world: World, day: date, places: int, caller: Caller | None = None, **changes: object) -> Booking:
    """Hold places on one day."""
    arguments = {
        "category": Category.UMRAH,
        "deadline_date": None,
        "caller": caller or planner(world),
        "now": NOW,
    } | changes
    return hold_places(world, {day: places}, **arguments)[0]  # type: ignore[arg-type]


def taken(world: World, days: Sequence[date]) -> dict[date, int]:
    """Places that the rows of holds and bookings say are taken."""
    query = (
        select(ServiceDayRow.date, func.coalesce(func.sum(BookingRow.places), 0))
        .outerjoin(
            BookingRow,
            (BookingRow.service_day_id == ServiceDayRow.id)
            & BookingRow.state.in_((BookingState.HELD, BookingState.BOOKED)),
        )
        .where(ServiceDayRow.date.in_(days))
        .group_by(ServiceDayRow.date)
    )
    with world.database.reading() as session:
        return {day: int(places) for day, places in session.execute(query)}


def room(world: World, day: date) -> int:
    """Places of a day that nobody has, by the book of the day."""
    with world.database.reading() as session:
        return ServiceDays(session, world.kanim).days(day, day)[0].room


def differences(world: World) -> dict[date, tuple[int, int]]:
    """Days whose book differs from their rows."""
    with world.database.reading() as session:
        return ServiceDays(session, world.kanim).differences()
