"""One small season played to its end, with failures anywhere: the scenario of the sweeps."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import OperationalError

from mobile_passport.messaging.desk import Desk
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.remind import remind
from tests.fakes.failures import Died, MortalDatabase, MortalProvider, Steps
from tests.mobile_passport.messaging.bureau import MORNING, Bureau

SLOT = MORNING + timedelta(days=2, hours=1)
_TICK_S = 400
# Close together where something happens (the news, the reminder), far apart where nothing does.
_TICKS_AT_S = (
    *range(0, 8 * _TICK_S, _TICK_S),
    *range(24 * 3600, 24 * 3600 + 6 * _TICK_S, _TICK_S),
    *range(46 * 3600, 49 * 3600 + 1, 3600),
)


def prepare(office: Bureau) -> list[UUID]:
    """Two people on one phone, one alone and one without: announced, not yet sent."""
    people = [
        ("Siti Rahayu", "+6281234567890"),
        ("Budi Santosa", "+6281234567890"),
        ("Joko Widagdo", "+6281234567891"),
        ("Mbah Surip", None),
    ]
    _, applicants = office.add_request(people)
    office.book(dict.fromkeys(applicants, SLOT))
    return applicants


def play(office: Bureau, applicants: list[UUID], steps: Steps, tick: Callable[[Desk], None] | None = None) -> None:
    """Play until the day of the appointment; a process that dies is started again at once.

    Parameters
    ----------
    tick
        What a worker does each time; the two services by default.
    """
    database, provider = MortalDatabase(office.database, steps), MortalProvider(office.provider, steps)
    desk = office.desk(database=database, provider=provider)
    for count, at_s in enumerate(_TICKS_AT_S):
        office.timing.advance(max(0.0, (MORNING + timedelta(seconds=at_s) - office.timing.wall()).total_seconds()))
        try:
            (tick or work)(desk)
        except (Died, OperationalError):
            (tick or work)(desk)
        if count == 1:  # one of the two on the shared phone is moved while things may be in flight
            office.book({applicants[0]: SLOT + timedelta(hours=1)})


def work(desk: Desk) -> None:
    """One round of a worker."""
    remind(desk)
    deliver_messages(desk)
