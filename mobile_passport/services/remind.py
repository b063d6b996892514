"""Write the reminders that are due now. What is due is computed from the database at every tick."""

from datetime import datetime, timedelta

from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.outbox import Written
from mobile_passport.messaging.reminders import furthest_slot
from mobile_passport.rules.messages import Says

_DAY = timedelta(days=1)


def remind(desk: Desk) -> Written:
    """Bring every due reminder into the outbox, once; a tick that was missed or comes twice changes nothing.

    Each local day of slots is one transaction, so that a season's reminders never hold locks for long.
    """
    with desk.database.transaction() as session:
        now = desk.now(session)
    kind = desk.rules.kind(Says.REMINDER)
    written = Written()
    first, last = now, furthest_slot(now, kind)
    while first < last:
        until = min(_next_local_midnight(first, desk), last)
        with desk.database.transaction() as session:
            written += desk.outbox.remind(session, now, first=first, last=until)
        first = until
    return written


def _next_local_midnight(moment: datetime, desk: Desk) -> datetime:
    zone = desk.office.zone
    return datetime.combine(moment.astimezone(zone).date() + _DAY, datetime.min.time(), tzinfo=zone)
