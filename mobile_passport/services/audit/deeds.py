"""What a caller did, put on the record in the transaction that does it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.services.world import World


def note_deed(
    session: Session, world: World, action: str, subject: UUID, *, caller: Caller, now: datetime, **detail: object
) -> None:
    """Append an audit record in the caller's name.

    Parameters
    ----------
    action, subject, detail
        As of `write_audit`: identifiers and counts only.
    """
    write_audit(
        session, kanim=world.kanim, at=now, actor=caller.login, action=action, subject=str(subject), detail=detail
    )
