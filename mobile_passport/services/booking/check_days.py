"""The nightly look at the books of the service days: new days, changed rules, and whether every count is right."""

import logging
from datetime import date, datetime

from sqlalchemy.orm import Session

from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.retrying import transact
from mobile_passport.services.booking.booking_days import places_by_the_rules, today_of
from mobile_passport.services.booking.waiting_list import move_up
from mobile_passport.services.plans.planned_people import note_planned
from mobile_passport.services.world import World

log = logging.getLogger(__name__)


def check_days(world: World, *, now: datetime) -> int:
    """Add days that can be booked from now on, count places by today's rules, and check every day's book.

    A book that differs from its rows is an alarm in the log and the audit, and stays as it is: whoever repaired it in
    silence would hide what went wrong.

    Returns
    -------
    int
        Alarms raised.
    """
    by_rules = places_by_the_rules(world, now=now)

    def work(session: Session) -> int:
        days = ServiceDays(session, world.kanim)
        days.lay_out({day: places for day, places in by_rules.items() if places})
        locked = days.lock([day.date for day in days.days(today_of(world, now), date.max)], now=now)
        note_planned(session, world, locked.values(), now=now)
        alarms = 0
        for day, was in days.counted_by_the_rules(min(by_rules)).items():
            if by_rules.get(day, was) == was:
                continue
            if days.set_capacity(locked[day], by_rules[day], by_hand=False):
                move_up(session, world, locked[day], now=now)
            else:
                alarms += 1
                booked = locked[day].booked
                _alarm(session, world, "more_booked_than_rules_give", day, booked, by_rules[day], now=now)
        for day, (book, rows) in days.differences().items():
            alarms += 1
            _alarm(session, world, "book_differs", day, book, rows, now=now)
        return alarms

    return transact(world.database, work)


def _alarm(session: Session, world: World, action: str, day: date, book: int, other: int, *, now: datetime) -> None:
    log.error("service day: %s", action, extra={"kanim": world.kanim, "date": str(day), "book": book, "other": other})
    write_audit(
        session,
        kanim=world.kanim,
        at=now,
        actor="system",
        action=action,
        subject=day.isoformat(),
        detail={"book": book, "other": other},
    )
