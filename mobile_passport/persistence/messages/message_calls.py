"""Whom a person has to call: computed from what holds, never kept as a list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.message import CALL_STATES, IntentState, ReceiptStatus
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.messages.message_tables import SmsAttemptRow, SmsIntentRow, SmsSubjectRow
from mobile_passport.persistence.messages.sealed import opened
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.vault import ERASED, SubjectSeal, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubled:
    """A promise whose message did not certainly arrive.

    Attributes
    ----------
    reason
        State of the message with its cause: ``undelivered:undelivered_30003``, ``no_receipt``.
    """

    intent_id: UUID
    kind: str
    lead_days: int
    applicant_id: UUID | None
    request_id: UUID | None
    topic: str | None
    revision: int
    reason: str
    not_after: datetime
    to: Secret[str]
    body: Secret[str]


class MessageCalls:
    """Reads who was not reached, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._kanim = kanim
        self._keys = SubjectKeys(session, vault, kanim)

    def troubled(self, *, silent_since: datetime) -> tuple[Troubled, ...]:
        """Return promises that were closed without arriving, or accepted before ``silent_since`` and never reported.

        Whether what they say still matters is the caller's to decide.
        """
        is_silent = and_(
            SmsIntentRow.state == IntentState.ACCEPTED,
            SmsAttemptRow.settled_at < silent_since,
            or_(
                SmsAttemptRow.receipt_status.is_(None),
                SmsAttemptRow.receipt_status != ReceiptStatus.DELIVERED,
            ),
        )
        query = (
            select(SmsIntentRow, SmsSubjectRow)
            .join(SmsSubjectRow, SmsSubjectRow.intent_id == SmsIntentRow.id)
            .outerjoin(SmsAttemptRow, SmsAttemptRow.id == SmsIntentRow.current_attempt_id)
            .where(
                SmsIntentRow.kanim == self._kanim,
                SmsIntentRow.to_sealed != ERASED,
                SmsSubjectRow.withdrawn_at.is_(None),
                or_(SmsIntentRow.state.in_(CALL_STATES), is_silent),
            )
            .order_by(SmsIntentRow.not_after, SmsIntentRow.id, SmsSubjectRow.id)
        )
        rows = self._session.execute(query).all()
        seals = self._keys.seals_of_messages({intent.id for intent, _ in rows})
        return tuple(_troubled(intent, subject, seals[intent.id]) for intent, subject in rows)

    def last_to(self, person: UUID, number: Collection[bytes]) -> tuple[UUID, bytes] | None:
        """Return the last message about a person that was written for a number, and the index it is kept under."""
        query = (
            select(SmsIntentRow.id, SmsIntentRow.to_index)
            .join(SmsSubjectRow, SmsSubjectRow.intent_id == SmsIntentRow.id)
            .where(
                SmsIntentRow.kanim == self._kanim,
                SmsIntentRow.to_index.in_(number),
                SmsSubjectRow.applicant_id == person,
            )
            .order_by(SmsIntentRow.created_at.desc(), SmsIntentRow.id)
            .limit(1)
        )
        found = self._session.execute(query).one_or_none()
        return (found[0], found[1]) if found else None

    def reached(self, applicants: Collection[UUID]) -> frozenset[tuple[UUID, int, str]]:
        """Return (person, revision, kind) of the messages about somebody's appointment that were delivered."""
        query = (
            select(SmsSubjectRow.applicant_id, SmsSubjectRow.revision, SmsSubjectRow.kind)
            .join(SmsIntentRow, SmsIntentRow.id == SmsSubjectRow.intent_id)
            .where(
                SmsIntentRow.kanim == self._kanim,
                SmsIntentRow.state == IntentState.DELIVERED,
                SmsSubjectRow.applicant_id.is_not(None),
            )
        )
        wanted = frozenset(applicants)
        found = self._session.execute(query)
        return frozenset((person, revision, kind) for person, revision, kind in found if person in wanted)

    def last_about_topics(self, topics: Collection[str]) -> dict[str, int]:
        """Return the last revision of each topic that anybody was told, or will be."""
        query = (
            select(SmsSubjectRow.topic, func.max(SmsSubjectRow.revision))
            .where(SmsSubjectRow.kanim == self._kanim, SmsSubjectRow.topic.in_(sorted(topics)))
            .where(SmsSubjectRow.withdrawn_at.is_(None))
            .group_by(SmsSubjectRow.topic)
        )
        return {topic: revision for topic, revision in self._session.execute(query) if topic}

    def settle_topic(self, intent_id: UUID, *, now: datetime) -> None:
        """Withdraw a message about a topic, and those before it: somebody said by telephone what it says."""
        told = select(SmsSubjectRow.topic, SmsSubjectRow.revision).where(SmsSubjectRow.intent_id == intent_id)
        topic, revision = self._session.execute(told).one()
        self._session.execute(
            update(SmsSubjectRow)
            .where(
                SmsSubjectRow.kanim == self._kanim,
                SmsSubjectRow.topic == topic,
                SmsSubjectRow.revision <= revision,
                SmsSubjectRow.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=now)
        )

    def last_to_contacts(self, kinds: Collection[str]) -> dict[UUID, int]:
        """Return by request the last revision of some kinds that its contact was told, or will be."""
        query = (
            select(SmsSubjectRow.request_id, func.max(SmsSubjectRow.revision))
            .where(
                SmsSubjectRow.kanim == self._kanim,
                SmsSubjectRow.request_id.is_not(None),
                SmsSubjectRow.kind.in_(sorted(kinds)),
                SmsSubjectRow.withdrawn_at.is_(None),
            )
            .group_by(SmsSubjectRow.request_id)
        )
        return {request_id: revision for request_id, revision in self._session.execute(query) if request_id}


def _troubled(intent: SmsIntentRow, subject: SmsSubjectRow, seal: SubjectSeal) -> Troubled:
    to, body = opened(intent, seal)
    is_silent = intent.state == IntentState.ACCEPTED
    return Troubled(
        intent_id=intent.id,
        kind=intent.kind,
        lead_days=intent.lead_days,
        applicant_id=subject.applicant_id,
        request_id=subject.request_id,
        topic=subject.topic,
        revision=subject.revision,
        reason="no_receipt" if is_silent else f"{intent.state}:{intent.reason}",
        not_after=intent.not_after,
        to=to,
        body=body,
    )
