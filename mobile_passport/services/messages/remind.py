"""Write the reminders that are due now. What is due is computed from the database at every tick."""

from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.reminders import furthest_slot
from mobile_passport.messaging.written import Written
from mobile_passport.rules.messages import Says


def remind(desk: Desk) -> Written:
    """Bring every due reminder into the outbox, once; a tick that was missed or comes twice changes nothing.

    Each local day of slots is one transaction, so that a season's reminders never hold locks for long.
    """
    with desk.database.transaction() as session:
        now = desk.now(session)
        last = furthest_slot(now, desk.rules.kind(Says.REMINDER))
        days = desk.outbox.days_to_remind(session, now, last)
    written = Written()
    for first, until in days:
        with desk.database.transaction() as session:
            written += desk.outbox.remind(session, now, first=first, last=until)
    return written
