"""Overrides of the order of service, as stored."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.override import Override, OverrideKind, OverrideState
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.plans.order_tables import OverrideRow
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.subject_tables import SubjectRow
from mobile_passport.persistence.privacy.vault import SubjectSeal, Vault
from mobile_passport.persistence.tables import RequestRow

_REASON = "rank_override.reason"


class Overrides:
    """Overrides of one office, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._kanim = kanim
        self._keys = SubjectKeys(session, vault, kanim)

    def request_of(self, reference: str) -> UUID | None:
        """Return a request's id, ``None`` when there is no such request."""
        return self._session.scalar(
            select(RequestRow.id).where(RequestRow.kanim == self._kanim, RequestRow.reference == reference)
        )

    def open_of(self, request_id: UUID) -> UUID | None:
        """Return the override of a request that is proposed or approved, ``None`` when there is none."""
        return self._session.scalar(
            select(OverrideRow.id).where(
                OverrideRow.kanim == self._kanim,
                OverrideRow.request_id == request_id,
                OverrideRow.state.in_((OverrideState.PROPOSED, OverrideState.APPROVED)),
            )
        )

    def propose(
        self, request_id: UUID, kind: OverrideKind, points: float, reason: str, *, by: UUID, now: datetime
    ) -> UUID:
        """Store a proposal, its reason sealed for the contact of the request.

        Raises
        ------
        CannotOpen
            When the contact was erased.
        """
        seal = self._keys.seal_for((), (request_id,))
        row = OverrideRow(
            kanim=self._kanim,
            request_id=request_id,
            kind=kind,
            points=points,
            reason_sealed=seal.seal(reason, _REASON),
            state=OverrideState.PROPOSED,
            proposed_by=by,
            proposed_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def approve(self, override_id: UUID, *, by: UUID, now: datetime) -> bool:
        """Approve a proposal; ``False`` when it is none any more."""
        return self._move(
            override_id, (OverrideState.PROPOSED,), state=OverrideState.APPROVED, approved_by=by, approved_at=now
        )

    def end(
        self, override_id: UUID, state: OverrideState, present: Iterable[OverrideState], *, by: UUID, now: datetime
    ) -> bool:
        """Reject or withdraw; ``False`` when it stands in none of the ``present`` states."""
        return self._move(override_id, tuple(present), state=state, ended_by=by, ended_at=now)

    def get(self, override_id: UUID) -> Override | None:
        """Return one override, ``None`` when there is no such one."""
        found = self._read(OverrideRow.id == override_id)
        return found[0] if found else None

    def all(self) -> tuple[Override, ...]:
        """Return every override, the newest first."""
        return self._read()

    def approved(self) -> dict[str, Override]:
        """Return the overrides that count, by the request's reference."""
        return {one.reference: one for one in self._read(OverrideRow.state == OverrideState.APPROVED)}

    def _read(self, *conditions: ColumnElement[bool]) -> tuple[Override, ...]:
        query = (
            select(OverrideRow, RequestRow.reference, SubjectRow.id, SubjectRow.wrapped_key)
            .join(RequestRow, RequestRow.id == OverrideRow.request_id)
            .join(SubjectRow, SubjectRow.id == RequestRow.contact_subject_id)
            .where(OverrideRow.kanim == self._kanim, *conditions)
            .order_by(OverrideRow.proposed_at.desc(), OverrideRow.id)
        )
        return tuple(
            _override(row, reference, self._keys.seal(contact, key))
            for row, reference, contact, key in self._session.execute(query)
        )

    def _move(self, override_id: UUID, present: tuple[OverrideState, ...], **values: Any) -> bool:
        move = (
            update(OverrideRow)
            .where(OverrideRow.kanim == self._kanim, OverrideRow.id == override_id, OverrideRow.state.in_(present))
            .values(**values)
            .returning(OverrideRow.id)
        )
        return self._session.execute(move).first() is not None


def _override(row: OverrideRow, reference: str, seal: SubjectSeal) -> Override:
    return Override(
        id=row.id,
        reference=reference,
        kind=OverrideKind(row.kind),
        points=row.points,
        reason=Secret(seal.open(row.reason_sealed, _REASON)),
        state=OverrideState(row.state),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
    )
