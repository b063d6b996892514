"""Messages to be shown: their texts, and the figures by which the sender is watched."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from mobile_passport.domain.message import UNRESOLVED_ATTEMPT_STATES, AttemptState, IntentState
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.messages.message_tables import SmsAttemptRow, SmsIntentRow, SmsSenderRow
from mobile_passport.persistence.messages.sealed import opened
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.vault import ERASED, Vault

_FAILED = (IntentState.UNDELIVERED, IntentState.FAILED_PERMANENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One message to show."""

    kind: str
    to: Secret[str]
    body: Secret[str]


def all_messages(session: Session, vault: Vault, *, kanim: str) -> tuple[Example, ...]:
    """Return every message with its text, in the order in which they are due; erased ones are left out."""
    query = (
        select(SmsIntentRow)
        .where(SmsIntentRow.kanim == kanim, SmsIntentRow.to_sealed != ERASED)
        .order_by(SmsIntentRow.due_at, SmsIntentRow.id)
    )
    rows = session.scalars(query).all()
    seals = SubjectKeys(session, vault, kanim).seals_of_messages([row.id for row in rows])
    examples = []
    for row in rows:
        to, body = opened(row, seals[row.id])
        examples.append(Example(kind=row.kind, to=to, body=body))
    return tuple(examples)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of the messages to one operator's numbers.

    Attributes
    ----------
    operator
        ``None`` for numbers whose beginning belongs to nobody.
    accepted
        Taken by the provider; of these ``delivered`` were reported as such, ``failed`` as not, and the rest not at all.
    """

    operator: str | None
    accepted: int
    delivered: int
    failed: int

    @property
    def delivered_share(self) -> float:
        """Share of those taken that were reported as delivered."""
        return self.delivered / self.accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Messages that are due and wait.

    Attributes
    ----------
    oldest_due_at
        ``None`` when none waits.
    """

    waiting: int
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknowns:
    """Messages of which nobody can tell yet whether they were sent.

    Attributes
    ----------
    open
        Attempts that are still looked up.
    to_person
        Messages that could not be cleared up in time, and went to the call list.
    """

    open: int
    to_person: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one day has cost.

    Attributes
    ----------
    segments
        Of SMS.
    rupiah
        Of all channels.
    """

    segments: int = 0
    rupiah: int = 0


class MessageReport:
    """Figures about the messages of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def by_state(self) -> dict[IntentState, int]:
        """Count the messages in each state."""
        query = (
            select(SmsIntentRow.state, func.count())
            .where(SmsIntentRow.kanim == self._kanim)
            .group_by(SmsIntentRow.state)
            .order_by(SmsIntentRow.state)
        )
        return {IntentState(state): count for state, count in self._session.execute(query)}

    def backlog(self, now: datetime) -> Backlog:
        """Count the messages that are due and wait."""
        query = select(func.count(), func.min(SmsIntentRow.due_at)).where(
            SmsIntentRow.kanim == self._kanim, SmsIntentRow.state == IntentState.PENDING, SmsIntentRow.due_at <= now
        )
        waiting, oldest = self._session.execute(query).one()
        return Backlog(waiting=waiting, oldest_due_at=oldest)

    def unknowns(self) -> Unknowns:
        """Count the messages whose end nobody saw."""
        live = (
            select(func.count())
            .select_from(SmsAttemptRow)
            .join(SmsIntentRow, SmsIntentRow.current_attempt_id == SmsAttemptRow.id)
            .where(
                SmsAttemptRow.kanim == self._kanim,
                SmsAttemptRow.state.in_(UNRESOLVED_ATTEMPT_STATES),
                SmsIntentRow.state == IntentState.SENDING,
            )
        )
        handed_over = select(func.count()).where(
            SmsIntentRow.kanim == self._kanim, SmsIntentRow.state == IntentState.NEEDS_HUMAN
        )
        return Unknowns(open=self._session.scalar(live) or 0, to_person=self._session.scalar(handed_over) or 0)

    def deliveries(self, *, since: datetime) -> tuple[Delivery, ...]:
        """Return by operator what became of the messages that were due at or after ``since``, most messages first."""
        delivered = case((SmsIntentRow.state == IntentState.DELIVERED, 1), else_=0)
        failed = case((SmsIntentRow.state.in_(_FAILED), 1), else_=0)
        query = (
            select(SmsIntentRow.operator, func.count(), func.sum(delivered), func.sum(failed))
            .join(SmsAttemptRow, SmsAttemptRow.id == SmsIntentRow.current_attempt_id)
            .where(
                SmsIntentRow.kanim == self._kanim,
                SmsIntentRow.due_at >= since,
                SmsAttemptRow.state.in_((AttemptState.ACCEPTED, AttemptState.RESOLVED_SENT)),
            )
            .group_by(SmsIntentRow.operator)
        )
        rows = [
            Delivery(operator=operator, accepted=int(sent), delivered=int(arrived), failed=int(lost))
            for operator, sent, arrived, lost in self._session.execute(query)
        ]
        return tuple(sorted(rows, key=lambda one: (-one.accepted, one.operator or "")))

    def spent_on(self, day: date) -> Spent:
        """Return what was handed over on a local day, if it is the sender's last day of work; else nothing."""
        query = select(SmsSenderRow.spent_segments, SmsSenderRow.spent_rupiah).where(
            SmsSenderRow.kanim == self._kanim, SmsSenderRow.spent_on == day
        )
        found = self._session.execute(query).one_or_none()
        return Spent(segments=found.spent_segments, rupiah=found.spent_rupiah) if found else Spent()
