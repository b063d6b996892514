"""The sender's queue, and every try to hand a message over."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, and_, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mobile_passport.domain.message import UNRESOLVED_ATTEMPT_STATES, AttemptState, Channel, IntentState
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.messages.attempt_records import Attempt, QueuedMessage
from mobile_passport.persistence.messages.message_choices import MessageChoices
from mobile_passport.persistence.messages.message_tables import SmsAttemptRow, SmsIntentRow, SmsSenderRow
from mobile_passport.persistence.messages.sealed import TEMPLATE_COLUMN, opened, phone_indexes
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.vault import ERASED, Vault

UNKNOWN_OUTCOME = "unknown:"
"""How the outcome of an attempt begins whose end nobody saw; the circuit breaker counts them."""


class Attempts:
    """Sender, queue and attempts of one office, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim
        self._keys = SubjectKeys(session, vault, kanim)

    def database_now(self) -> datetime | None:
        """Ask the database for the time; ``None`` when it has no clock better than ours (SQLite)."""
        if self._session.get_bind().dialect.name != "postgresql":
            return None
        now: datetime = self._session.execute(text("SELECT clock_timestamp()")).scalar_one()
        return now

    def sender(self, now: datetime) -> SmsSenderRow:
        """Lock and return the office's sender; every process that wants to send queues here for a moment."""
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        self._session.execute(
            dialect.insert(SmsSenderRow)
            .values(kanim=self._kanim, next_send_at=now, spent_segments=0, spent_rupiah=0)
            .on_conflict_do_nothing()
        )
        query = select(SmsSenderRow).where(SmsSenderRow.kanim == self._kanim)
        return self._session.scalars(query.with_for_update(), execution_options={"populate_existing": True}).one()

    def next_due(
        self,
        now: datetime,
        *,
        only_cleared: bool,
        asleep: Collection[str] = (),
        unless_useless: Mapping[str, datetime] = MappingProxyType({}),
    ) -> QueuedMessage | None:
        """Lock and return the due message that becomes useless first, passing over those that others hold.

        Parameters
        ----------
        only_cleared
            After a restore: only messages that the provider's list was searched for.
        asleep
            Kinds to pass over.
        unless_useless
            Of these kinds all the same what is of no use at this moment any more.
        """
        query = (
            select(SmsIntentRow)
            .where(
                SmsIntentRow.kanim == self._kanim,
                SmsIntentRow.state == IntentState.PENDING,
                SmsIntentRow.next_try_at <= now,
            )
            .order_by(SmsIntentRow.not_after, SmsIntentRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if only_cleared:
            query = query.where(SmsIntentRow.cleared_at.is_not(None))
        if asleep:
            hurried = [
                and_(SmsIntentRow.kind == kind, SmsIntentRow.not_after <= moment)
                for kind, moment in unless_useless.items()
            ]
            query = query.where(or_(SmsIntentRow.kind.not_in(sorted(asleep)), *hurried))
        row = self._session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
        return self._queued(row) if row else None

    def next_try_at(self, *, asleep: Collection[str] = ()) -> datetime | None:
        """Return when the earliest waiting message may be tried, passing over some kinds."""
        query = select(func.min(SmsIntentRow.next_try_at)).where(
            SmsIntentRow.kanim == self._kanim,
            SmsIntentRow.state == IntentState.PENDING,
            SmsIntentRow.kind.not_in(sorted(asleep)),
        )
        return self._session.scalar(query)

    def waiting_kinds(self) -> frozenset[str]:
        """Return the kinds of the messages that wait to be sent."""
        query = select(SmsIntentRow.kind).where(
            SmsIntentRow.kanim == self._kanim, SmsIntentRow.state == IntentState.PENDING
        )
        return frozenset(self._session.scalars(query.distinct()))

    def postpone(self, intent_id: UUID, until: datetime) -> None:
        """Leave a waiting message alone until later."""
        self._session.execute(
            update(SmsIntentRow)
            .where(SmsIntentRow.id == intent_id, SmsIntentRow.state == IntentState.PENDING)
            .values(next_try_at=until),
            execution_options={"synchronize_session": False},
        )

    def open(
        self, intent_id: UUID, *, token: str, provider: str, now: datetime, channel: Channel = Channel.SMS
    ) -> UUID | None:
        """Begin an attempt; ``None`` when the message has a live one, which the database refuses to double."""
        attempt = SmsAttemptRow(
            kanim=self._kanim,
            intent_id=intent_id,
            token=token,
            provider=provider,
            channel=channel,
            state=AttemptState.OPEN,
            started_at=now,
        )
        try:
            with self._session.begin_nested():
                self._session.add(attempt)
                self._session.flush()
        except IntegrityError:
            return None
        self.make_current(intent_id, attempt.id)
        return attempt.id

    def make_current(self, intent_id: UUID, attempt_id: UUID) -> None:
        """Point a message at the attempt whose result counts for it."""
        self._session.execute(
            update(SmsIntentRow).where(SmsIntentRow.id == intent_id).values(current_attempt_id=attempt_id),
            execution_options={"synchronize_session": False},
        )

    def close(
        self,
        attempt_id: UUID,
        state: AttemptState,
        *,
        now: datetime,
        outcome: str | None = None,
        sid: str | None = None,
        present: Sequence[AttemptState] = tuple(UNRESOLVED_ATTEMPT_STATES),
    ) -> bool:
        """Bring an attempt to a state; False when it does not stand in one of ``present`` any more.

        A provider's name for the message that another attempt already has is not stored twice.
        """
        values: dict[str, Any] = {"state": state, "settled_at": now}
        if outcome is not None:
            values["outcome"] = outcome
        if sid is not None and not self._sid_is_taken(attempt_id, sid):
            values["sid"] = sid
        try:
            with self._session.begin_nested():
                result = self._session.execute(
                    update(SmsAttemptRow)
                    .where(SmsAttemptRow.id == attempt_id, SmsAttemptRow.state.in_(present))
                    .values(values),
                    execution_options={"synchronize_session": False},
                )
        except IntegrityError:  # one_live: the message has another live attempt
            return False
        return cast("CursorResult[Any]", result).rowcount == 1

    def refusals(self, intent_id: UUID) -> int:
        """Count the attempts of a message that were certainly not sent."""
        query = select(func.count()).where(
            SmsAttemptRow.intent_id == intent_id, SmsAttemptRow.state == AttemptState.REJECTED
        )
        return self._session.scalar(query) or 0

    def recent_unknowns(self, window: int) -> int:
        """Count the attempts among the last ``window`` whose end nobody saw."""
        last = (
            select(SmsAttemptRow.outcome)
            .where(SmsAttemptRow.kanim == self._kanim, SmsAttemptRow.settled_at.is_not(None))
            .order_by(SmsAttemptRow.started_at.desc(), SmsAttemptRow.id)
            .limit(window)
            .subquery()
        )
        query = select(func.count()).where(last.c.outcome.startswith(UNKNOWN_OUTCOME))
        return self._session.scalar(query) or 0

    def unresolved(self, *, started_until: datetime, looked_until: datetime, limit: int) -> tuple[UUID, ...]:
        """Return attempts to ask the provider about, oldest first.

        Parameters
        ----------
        started_until
            Younger ones may yet be taken by the provider.
        looked_until
            Those that were not in the list after this moment may wait for their second look.
        """
        query = (
            select(SmsAttemptRow.id)
            .join(SmsIntentRow, SmsIntentRow.current_attempt_id == SmsAttemptRow.id)
            .where(
                SmsAttemptRow.kanim == self._kanim,
                SmsAttemptRow.state.in_(UNRESOLVED_ATTEMPT_STATES),
                SmsAttemptRow.started_at <= started_until,
                or_(SmsAttemptRow.first_empty_at.is_(None), SmsAttemptRow.first_empty_at <= looked_until),
                SmsIntentRow.state == IntentState.SENDING,
            )
            .order_by(SmsAttemptRow.started_at, SmsAttemptRow.id)
            .limit(limit)
        )
        return tuple(self._session.scalars(query))

    def count_unresolved(self) -> int:
        """Count the messages that wait for an answer about an attempt."""
        query = select(func.count()).where(SmsIntentRow.kanim == self._kanim, SmsIntentRow.state == IntentState.SENDING)
        return self._session.scalar(query) or 0

    def read(self, attempt_id: UUID) -> Attempt:
        """Lock and return one attempt.

        Raises
        ------
        LookupError
            When there is none.
        """
        found = self._one(SmsAttemptRow.id == attempt_id)
        if found is None:
            raise LookupError(f"no attempt {attempt_id}")
        return found

    def by_token(self, token: str) -> Attempt | None:
        """Lock and return the attempt that a callback is about; ``None`` when there is none."""
        return self._one(and_(SmsAttemptRow.kanim == self._kanim, SmsAttemptRow.token == token))

    def witness(self, provider: str, channel: Channel) -> Attempt | None:
        """Return the youngest attempt on a channel that the provider has named to us, to test how fresh its list is."""
        query = (
            select(SmsAttemptRow.id)
            .join(SmsIntentRow, SmsIntentRow.id == SmsAttemptRow.intent_id)
            .where(
                SmsAttemptRow.kanim == self._kanim,
                SmsIntentRow.to_sealed != ERASED,
                SmsAttemptRow.provider == provider,
                SmsAttemptRow.channel == channel,
                SmsAttemptRow.sid.is_not(None),
                SmsAttemptRow.state.in_((AttemptState.ACCEPTED, AttemptState.RESOLVED_SENT)),
            )
            .order_by(SmsAttemptRow.started_at.desc(), SmsAttemptRow.id)
            .limit(1)
        )
        found = self._session.scalar(query)
        return self._one(SmsAttemptRow.id == found, lock=False) if found else None

    def note_empty(self, attempt_id: UUID, *, first_at: datetime, second_at: datetime | None) -> None:
        """Remember that the provider's list did not hold the attempt's message."""
        self._session.execute(
            update(SmsAttemptRow)
            .where(SmsAttemptRow.id == attempt_id)
            .values(first_empty_at=first_at, second_empty_at=second_at),
            execution_options={"synchronize_session": False},
        )

    def note_receipt(self, attempt_id: UUID, *, status: str, code: str, now: datetime) -> None:
        """Store the strongest receipt."""
        self._session.execute(
            update(SmsAttemptRow)
            .where(SmsAttemptRow.id == attempt_id)
            .values(receipt_status=status, receipt_code=code, receipt_at=now),
            execution_options={"synchronize_session": False},
        )

    def uncleared(self, *, limit: int) -> tuple[QueuedMessage, ...]:
        """Return waiting messages that the provider's list was not yet searched for, most urgent first."""
        query = (
            select(SmsIntentRow)
            .where(
                SmsIntentRow.kanim == self._kanim,
                SmsIntentRow.state == IntentState.PENDING,
                SmsIntentRow.cleared_at.is_(None),
            )
            .order_by(SmsIntentRow.not_after, SmsIntentRow.id)
            .limit(limit)
        )
        return tuple(self._queued(row) for row in self._session.scalars(query))

    def clear(self, intent_id: UUID, now: datetime) -> None:
        """Remember that the provider's list was searched for a message."""
        self._session.execute(
            update(SmsIntentRow).where(SmsIntentRow.id == intent_id).values(cleared_at=now),
            execution_options={"synchronize_session": False},
        )

    def forget_cleared(self) -> None:
        """A new hold begins: no waiting message counts as looked up."""
        self._session.execute(
            update(SmsIntentRow)
            .where(SmsIntentRow.kanim == self._kanim, SmsIntentRow.state == IntentState.PENDING)
            .values(cleared_at=None),
            execution_options={"synchronize_session": False},
        )

    def is_opted_out(self, number: Secret[str]) -> bool:
        """Tell whether the owner of a number has refused messages."""
        return MessageChoices(self._session, self._kanim).refuses(phone_indexes(self._vault, number))

    def reported_of(self, intent_id: UUID, states: Collection[AttemptState]) -> tuple[UUID, str] | None:
        """Return an attempt in one of some states of which a report came all the same, and what it said."""
        query = select(SmsAttemptRow.id, SmsAttemptRow.receipt_status).where(
            SmsAttemptRow.intent_id == intent_id,
            SmsAttemptRow.state.in_(states),
            SmsAttemptRow.receipt_status.is_not(None),
        )
        found = self._session.execute(query.order_by(SmsAttemptRow.receipt_at).limit(1)).one_or_none()
        return (found[0], found[1] or "") if found else None

    def overdue(self, until: datetime, *, asleep: Mapping[str, datetime], limit: int) -> tuple[UUID, ...]:
        """Lock and return waiting messages that are of no use at a moment, or at that of their kind."""
        by_kind = [and_(SmsIntentRow.kind == kind, SmsIntentRow.not_after <= moment) for kind, moment in asleep.items()]
        query = (
            select(SmsIntentRow.id)
            .where(
                SmsIntentRow.kanim == self._kanim,
                SmsIntentRow.state == IntentState.PENDING,
                or_(SmsIntentRow.not_after <= until, *by_kind),
            )
            .order_by(SmsIntentRow.not_after, SmsIntentRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return tuple(self._session.scalars(query))

    def _sid_is_taken(self, attempt_id: UUID, sid: str) -> bool:
        query = select(func.count()).where(SmsAttemptRow.sid == sid, SmsAttemptRow.id != attempt_id)
        return bool(self._session.scalar(query))

    def _queued(self, row: SmsIntentRow) -> QueuedMessage:
        seal = self._keys.seals_of_messages([row.id])[row.id]
        to, body = opened(row, seal)
        return QueuedMessage(
            id=row.id,
            kind=row.kind,
            to=to,
            body=body,
            marker=row.marker,
            channel=Channel(row.channel),
            template=Secret(seal.open(row.template_sealed, TEMPLATE_COLUMN)) if row.template_sealed else None,
            segments=row.segments,
            due_at=row.due_at,
            not_after=row.not_after,
        )

    def _one(self, condition: ColumnElement[bool], *, lock: bool = True) -> Attempt | None:
        query = (
            select(SmsAttemptRow, SmsIntentRow)
            .join(SmsIntentRow, SmsIntentRow.id == SmsAttemptRow.intent_id)
            .where(condition)
        )
        if lock:
            query = query.with_for_update(of=SmsAttemptRow)
        found = self._session.execute(query, execution_options={"populate_existing": True}).one_or_none()
        if found is None:
            return None
        attempt, intent = found
        to, body = opened(intent, self._keys.seals_of_messages([intent.id])[intent.id])
        return Attempt(
            id=attempt.id,
            intent_id=intent.id,
            provider=attempt.provider,
            channel=Channel(attempt.channel),
            state=AttemptState(attempt.state),
            intent_state=IntentState(intent.state),
            is_current=intent.current_attempt_id == attempt.id,
            started_at=attempt.started_at,
            settled_at=attempt.settled_at,
            sid=attempt.sid,
            first_empty_at=attempt.first_empty_at,
            not_after=intent.not_after,
            to=to,
            body=body,
            marker=intent.marker,
            receipt_status=attempt.receipt_status,
            receipt_code=attempt.receipt_code,
        )
