"""Show one full NIK to somebody who may see it, and record that they did. Everywhere else a NIK is masked."""

import logging
from datetime import datetime, time
from functools import partial
from uuid import UUID

from mobile_passport.domain.access import Caller, Operation, require
from mobile_passport.domain.refusal import NotFound
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.subject import RevealPurpose
from mobile_passport.persistence.audit.records import count_audit, write_audit
from mobile_passport.persistence.privacy.subject_records import SubjectRecords
from mobile_passport.services.world import World

log = logging.getLogger(__name__)

REVEALED = "reveal_nik"
ALARM = "reveal_alarm"


def reveal_nik(world: World, applicant: UUID, *, purpose: RevealPurpose, caller: Caller, now: datetime) -> Secret[str]:
    """Return a full NIK; the record of it commits before anybody sees it.

    Who sees more of them on a day than the office thinks usual is not stopped, but recorded and logged as an alarm.

    Raises
    ------
    Forbidden
    NotFound
        When the person is outside the caller's scope, or erased.
    """
    require(caller, Operation.NIK_REVEAL)
    zone = world.rulebook.office.zone
    midnight = datetime.combine(now.astimezone(zone).date(), time.min, zone)
    with world.database.transaction(caller.scope) as session:
        nik = SubjectRecords(session, world.vault, world.kanim).nik_of(applicant)
        if nik is None:
            raise NotFound("no such person")
        seen = count_audit(session, kanim=world.kanim, actor=caller.login, action=REVEALED, since=midnight) + 1
        record = partial(write_audit, session, kanim=world.kanim, at=now, actor=caller.login)
        record(action=REVEALED, subject=str(applicant), detail={"purpose": purpose.value, "today": seen})
        is_alarm = seen > world.rulebook.privacy.reveal.alarm_above_a_day
        if is_alarm:
            record(action=ALARM, subject=str(caller.account_id), detail={"today": seen})
    if is_alarm:
        log.warning("many full NIKs shown to one account", extra={"account_id": str(caller.account_id), "today": seen})
    return nik
