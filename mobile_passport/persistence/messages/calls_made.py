"""Calls that were made, by the entry of the call list."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mobile_passport.domain.call import CallNote, CallOutcome, MadeCall
from mobile_passport.persistence.messages.call_table import CallMadeRow


class CallsMade:
    """Calls of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def add(self, call: MadeCall, *, request_id: UUID, applicant_id: UUID | None, reason: str, revision: int) -> None:
        """Keep what came of a call.

        Parameters
        ----------
        reason, revision
            Of the entry when the call was made.
        """
        self._session.add(
            CallMadeRow(
                kanim=self._kanim,
                request_id=request_id,
                applicant_id=applicant_id,
                entry=call.entry,
                reason=reason,
                revision=revision,
                outcome=call.outcome,
                note=call.note,
                again_date=call.again_date,
                made_at=call.at,
                made_by=call.by,
            )
        )
        self._session.flush()

    def last_since(self, since: datetime) -> dict[str, MadeCall]:
        """Return the last call about each entry, by its key; calls made before ``since`` are forgotten."""
        query = (
            select(CallMadeRow)
            .where(CallMadeRow.kanim == self._kanim, CallMadeRow.made_at >= since)
            .order_by(CallMadeRow.made_at, CallMadeRow.id)
        )
        return {row.entry: _made(row) for row in self._session.scalars(query)}


def _made(row: CallMadeRow) -> MadeCall:
    return MadeCall(
        entry=row.entry,
        outcome=CallOutcome(row.outcome),
        note=CallNote(row.note) if row.note else None,
        again_date=row.again_date,
        at=row.made_at,
        by=row.made_by,
    )
