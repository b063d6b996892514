"""Have the provider destroy its copies of messages to people who were erased here, one by one until none is left."""

import logging
from collections.abc import Callable
from datetime import datetime

from mobile_passport.domain.access import Caller, Operation, require
from mobile_passport.messaging.desk import Desk
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.messages.message_copies import MessageCopies
from mobile_passport.services.world import World

log = logging.getLogger(__name__)

MOST_A_TICK = 200


def forget_copies(desk: Desk, *, now: datetime, told_to_stop: Callable[[], bool] = lambda: False) -> int:
    """Ask the provider for every copy that is still there; what fails is asked for again with the next call.

    Copies at a provider that is not in use any more stay on the list of those that are open.

    Returns
    -------
    int
        Copies that are certainly gone by now and were not before.
    """
    with desk.database.transaction() as session:
        waiting = [copy for copy in MessageCopies(session, desk.kanim).open() if copy.provider == desk.provider.name]
    forgotten = 0
    for copy in waiting[:MOST_A_TICK]:
        if told_to_stop():
            break
        if not desk.provider.forget(copy.sid):
            continue
        forgotten += 1
        with desk.database.transaction() as session:
            MessageCopies(session, desk.kanim).note_forgotten(copy, now=now)
            write_audit(
                session,
                kanim=desk.kanim,
                at=now,
                actor="system",
                action="forget_copy",
                subject=str(copy.attempt_id),
                detail={"provider": copy.provider},
            )
    if len(waiting) > forgotten:
        log.warning("copies of messages are still with the provider", extra={"copies": len(waiting) - forgotten})
    return forgotten


def count_copies(world: World, *, caller: Caller) -> int:
    """Count the copies that are still with a provider.

    Raises
    ------
    Forbidden
    """
    require(caller, Operation.SUBJECTS_SERVE)
    with world.database.reading(caller.scope) as session:
        return MessageCopies(session, world.kanim).count_open()
