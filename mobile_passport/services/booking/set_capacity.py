"""The office decides how many places a day has, and whether they are given out."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.booking import BelowBooked, DayState, ServiceDay
from mobile_passport.domain.refusal import Stale
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.retrying import transact
from mobile_passport.services.booking.booking_days import bookable
from mobile_passport.services.booking.waiting_list import move_up
from mobile_passport.services.world import World


def set_capacity(world: World, day: date, capacity: int, *, expected: str, caller: Caller, now: datetime) -> ServiceDay:
    """Give a day another number of places; from then on the rules do not change it any more.

    Parameters
    ----------
    expected
        The number that the caller saw.

    Raises
    ------
    BelowBooked
        When more places are held or booked. Nobody is displaced by a number.
    Stale
        When the day has another number by now.
    DayClosed, Busy
        And nothing was changed.
    """
    by_rules = bookable(world, (day,), now=now)

    def work(session: Session) -> ServiceDay:
        days = ServiceDays(session, world.kanim)
        days.lay_out(by_rules)
        locked = days.lock((day,), now=now)[day]
        if str(locked.capacity) != expected:
            raise Stale(f"{day} has {locked.capacity} places by now; look at it again, then decide")
        if not days.set_capacity(locked, capacity, by_hand=True):
            raise BelowBooked(
                f"{locked.booked} places of {day} are held or booked; close the day to new ones, agree on other days "
                "with the groups and release their bookings, then lower the number"
            )
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=caller.login,
            action="set_capacity",
            subject=day.isoformat(),
            detail={"from": locked.capacity, "to": capacity},
        )
        move_up(session, world, locked, now=now)
        return days.lock((day,), now=now)[day]

    return transact(world.database, work, scope=caller.scope)


def set_day_state(world: World, day: date, state: DayState, *, caller: Caller, now: datetime) -> ServiceDay:
    """Open a day, or close it: no more places are given out then, and what is booked stays.

    Raises
    ------
    DayClosed, Busy
        And nothing was changed.
    """
    by_rules = bookable(world, (day,), now=now)

    def work(session: Session) -> ServiceDay:
        days = ServiceDays(session, world.kanim)
        days.lay_out(by_rules)
        locked = days.lock((day,), now=now)[day]
        days.set_state(locked, state)
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=caller.login,
            action="set_day_state",
            subject=day.isoformat(),
            detail={"from": locked.state.value, "to": state.value},
        )
        move_up(session, world, locked, now=now)
        return days.lock((day,), now=now)[day]

    return transact(world.database, work, scope=caller.scope)
