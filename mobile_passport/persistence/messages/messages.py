"""Messages as they are decided: intents, whom they cover, and why each stands where it stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mobile_passport.domain.link import LinkPurpose
from mobile_passport.domain.message import LIVE_ATTEMPT_STATES, Channel, IntentState, states_before
from mobile_passport.domain.operator import operator_of
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.messages.link_tables import LinkRow
from mobile_passport.persistence.messages.message_tables import SmsAttemptRow, SmsEventRow, SmsIntentRow, SmsSubjectRow
from mobile_passport.persistence.messages.sealed import BODY_COLUMN, TEMPLATE_COLUMN, TO_COLUMN, phone_index
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.vault import SubjectSeal, Vault

_IDS_A_QUERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One person, the contact of one request, or one topic, and which revision of the truth is told.

    Attributes
    ----------
    topic
        What the office's own people are told about, as a team's day; nothing about an applicant.
    revision
        Of the appointment; otherwise the version of the plan, or 1 for the confirmation of a request.
    occurrence
        0, or the number of the repetition that was decided on.
    """

    applicant_id: UUID | None = None
    request_id: UUID | None = None
    topic: str | None = None
    revision: int
    occurrence: int = 0

    @property
    def about(self) -> UUID | str | None:
        """Whom or what."""
        return self.applicant_id or self.request_id or self.topic


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDraft:
    """The link that a text holds."""

    digest: bytes
    purpose: LinkPurpose
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentDraft:
    """A message about to be written to the outbox.

    Attributes
    ----------
    template
        What fills the gaps of its template on WhatsApp, by which it then goes first; ``None`` for SMS alone.
    """

    id: UUID
    kind: str
    lead_days: int
    template_version: int
    plan_version: int | None
    subjects: tuple[Subject, ...]
    to: Secret[str]
    body: Secret[str]
    marker: str
    segments: int
    due_at: datetime
    not_after: datetime
    link: LinkDraft | None = None
    template: Secret[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredIntent:
    """A message of the outbox with those whom it covers."""

    id: UUID
    kind: str
    lead_days: int
    due_at: datetime
    not_after: datetime
    state: IntentState
    subjects: tuple[Subject, ...] = field(repr=False)


class Messages:
    """Intents of one office, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim

    def add(self, draft: IntentDraft, *, now: datetime) -> bool:
        """Write a message to the outbox; False when one of its promises is there already, whoever wrote it.

        One that was taken back before anything was sent waits again.
        """
        values = self._intent_values(draft, now)
        try:
            with self._session.begin_nested():
                self._session.execute(insert(SmsIntentRow), [values])
                self._session.execute(
                    insert(SmsSubjectRow), [self._subject_values(draft, one) for one in draft.subjects]
                )
                if draft.link is not None:
                    self._session.execute(insert(LinkRow), [self._link_values(draft.id, draft.link, now)])
        except IntegrityError:
            if not self._renew(draft.id, values):
                return False
        self.note(draft.id, "written", at=now, detail={"kind": draft.kind, "people": len(draft.subjects)})
        return True

    def _renew(self, intent_id: UUID, values: dict[str, Any]) -> bool:
        tries = SmsAttemptRow.intent_id == intent_id, SmsAttemptRow.state.in_(LIVE_ATTEMPT_STATES)
        may_be_sent = select(SmsAttemptRow.id).where(*tries).exists()
        taken_back = update(SmsIntentRow).where(
            SmsIntentRow.id == intent_id, SmsIntentRow.state == IntentState.SUPERSEDED, ~may_be_sent
        )
        promises = update(SmsSubjectRow).where(SmsSubjectRow.intent_id == intent_id).values(withdrawn_at=None)
        try:
            with self._session.begin_nested():
                result = self._session.execute(taken_back.values(values))
                is_found = cast("CursorResult[Any]", result).rowcount == 1
                if is_found:
                    self._session.execute(promises)
        except IntegrityError:  # another message holds one of the promises by now
            return False
        return is_found

    def pending_covering(self, applicants: Collection[UUID]) -> tuple[StoredIntent, ...]:
        """Lock and return the messages that wait to be sent and cover any of these people."""
        found: dict[UUID, SmsIntentRow] = {}
        ordered = sorted(applicants)
        for start in range(0, len(ordered), _IDS_A_QUERY):
            covering = (
                select(SmsSubjectRow.intent_id)
                .where(
                    SmsSubjectRow.applicant_id.in_(ordered[start : start + _IDS_A_QUERY]),
                    SmsSubjectRow.withdrawn_at.is_(None),
                )
                .scalar_subquery()
            )
            rows = self._session.scalars(
                select(SmsIntentRow)
                .where(SmsIntentRow.id.in_(covering), SmsIntentRow.state == IntentState.PENDING)
                .order_by(SmsIntentRow.id)
                .with_for_update()
            )
            found |= {row.id: row for row in rows}
        return self._stored(list(found.values()))

    def pending_to_contact(self, request_id: UUID, kinds: Sequence[str]) -> tuple[StoredIntent, ...]:
        """Lock and return the messages of some kinds that wait to be sent to the contact of a request."""
        return self._pending(SmsSubjectRow.request_id == request_id, SmsSubjectRow.kind.in_(kinds))

    def pending_about(self, topics: Collection[str]) -> tuple[StoredIntent, ...]:
        """Lock and return the messages that wait to be sent about some topics."""
        return self._pending(SmsSubjectRow.topic.in_(topics))

    def _pending(self, *about: ColumnElement[bool]) -> tuple[StoredIntent, ...]:
        covering = select(SmsSubjectRow.intent_id).where(
            SmsSubjectRow.kanim == self._kanim, SmsSubjectRow.withdrawn_at.is_(None), *about
        )
        rows = self._session.scalars(
            select(SmsIntentRow)
            .where(SmsIntentRow.id.in_(covering.scalar_subquery()), SmsIntentRow.state == IntentState.PENDING)
            .order_by(SmsIntentRow.id)
            .with_for_update()
        )
        return self._stored(list(rows))

    def read(self, intent_id: UUID) -> StoredIntent:
        """Return one message with those whom it covers."""
        row = self._session.scalars(select(SmsIntentRow).where(SmsIntentRow.id == intent_id)).one()
        return self._stored([row])[0]

    def promised(self, applicants: Collection[UUID], kind: str) -> frozenset[tuple[UUID, int, int]]:
        """Return (person, revision, lead) of every promise of a kind that is kept or will be."""
        found: set[tuple[UUID, int, int]] = set()
        ordered = sorted(applicants)
        for start in range(0, len(ordered), _IDS_A_QUERY):
            query = select(SmsSubjectRow.applicant_id, SmsSubjectRow.revision, SmsSubjectRow.lead_days).where(
                SmsSubjectRow.applicant_id.in_(ordered[start : start + _IDS_A_QUERY]),
                SmsSubjectRow.kind == kind,
                SmsSubjectRow.withdrawn_at.is_(None),
            )
            found |= {(person, revision, lead) for person, revision, lead in self._session.execute(query) if person}
        return frozenset(found)

    def told(self, applicants: Collection[UUID]) -> dict[UUID, set[bytes]]:
        """Return who may have been sent anything at all about an appointment, and to which numbers (indexes)."""
        found: dict[UUID, set[bytes]] = {}
        ordered = sorted(applicants)
        for start in range(0, len(ordered), _IDS_A_QUERY):
            query = (
                select(SmsSubjectRow.applicant_id, SmsIntentRow.to_index)
                .join(SmsIntentRow, SmsIntentRow.id == SmsSubjectRow.intent_id)
                .join(SmsAttemptRow, SmsAttemptRow.intent_id == SmsSubjectRow.intent_id)
                .where(
                    SmsSubjectRow.applicant_id.in_(ordered[start : start + _IDS_A_QUERY]),
                    SmsAttemptRow.state.in_(LIVE_ATTEMPT_STATES),
                )
                .distinct()
            )
            for person, number in self._session.execute(query):
                if person:
                    found.setdefault(person, set()).add(number)
        return found

    def contact_was_told(self, request_id: UUID, kinds: Sequence[str]) -> bool:
        """Tell whether the contact of a request may have been sent a message of some kinds."""
        query = (
            select(func.count())
            .select_from(SmsSubjectRow)
            .join(SmsAttemptRow, SmsAttemptRow.intent_id == SmsSubjectRow.intent_id)
            .where(
                SmsSubjectRow.request_id == request_id,
                SmsSubjectRow.kind.in_(kinds),
                SmsAttemptRow.state.in_(LIVE_ATTEMPT_STATES),
            )
        )
        return bool(self._session.scalar(query))

    def supersede(self, intent_id: UUID, *, reason: str, now: datetime) -> bool:
        """Take a waiting message back, and free the promises it held."""
        if not self.move(intent_id, IntentState.SUPERSEDED, at=now, reason=reason):
            return False
        self._session.execute(
            update(SmsSubjectRow)
            .where(SmsSubjectRow.intent_id == intent_id, SmsSubjectRow.withdrawn_at.is_(None))
            .values(withdrawn_at=now)
        )
        return True

    def use_sms(self, intent_id: UUID) -> None:
        """Send a message by SMS from now on."""
        self._session.execute(
            update(SmsIntentRow).where(SmsIntentRow.id == intent_id).values(channel=Channel.SMS),
            execution_options={"synchronize_session": False},
        )

    def move(
        self,
        intent_id: UUID,
        state: IntentState,
        *,
        at: datetime,
        reason: str | None = None,
        attempt_id: UUID | None = None,
        next_try_at: datetime | None = None,
        actor: str = "sender",
    ) -> bool:
        """Bring a message to a state, with its event; False when the message does not stand where it could come from.

        Parameters
        ----------
        attempt_id
            The attempt whose result this is: nothing happens when the message has moved on to another.
        """
        guard = [SmsIntentRow.id == intent_id, SmsIntentRow.state.in_(states_before(state))]
        if attempt_id is not None:
            guard.append(SmsIntentRow.current_attempt_id == attempt_id)
        values: dict[str, Any] = {"state": state, "reason": reason}
        if next_try_at is not None:
            values["next_try_at"] = next_try_at
        result = self._session.execute(
            update(SmsIntentRow).where(*guard).values(values), execution_options={"synchronize_session": False}
        )
        moved = cast("CursorResult[Any]", result).rowcount == 1
        if moved:
            detail = {"reason": reason} if reason else {}
            self.note(intent_id, state, at=at, attempt_id=attempt_id, actor=actor, detail=detail)
        return moved

    def note(
        self,
        intent_id: UUID | None,
        event: str,
        *,
        at: datetime,
        attempt_id: UUID | None = None,
        actor: str = "sender",
        detail: dict[str, Any] | None = None,
    ) -> None:
        """Add an event; identifiers and codes only."""
        values = {
            "kanim": self._kanim,
            "at": at,
            "intent_id": intent_id,
            "attempt_id": attempt_id,
            "event": event,
            "actor": actor,
            "detail": detail or {},
        }
        self._session.execute(insert(SmsEventRow), [values])

    def _stored(self, rows: Sequence[SmsIntentRow]) -> tuple[StoredIntent, ...]:
        subjects: dict[UUID, list[Subject]] = {row.id: [] for row in rows}
        ids = list(subjects)
        for start in range(0, len(ids), _IDS_A_QUERY):
            query = select(SmsSubjectRow).where(SmsSubjectRow.intent_id.in_(ids[start : start + _IDS_A_QUERY]))
            for row in self._session.scalars(query):
                subjects[row.intent_id].append(
                    Subject(
                        applicant_id=row.applicant_id,
                        request_id=row.request_id,
                        topic=row.topic,
                        revision=row.revision,
                        occurrence=row.occurrence,
                    )
                )
        return tuple(
            StoredIntent(
                id=row.id,
                kind=row.kind,
                lead_days=row.lead_days,
                due_at=row.due_at,
                not_after=row.not_after,
                state=IntentState(row.state),
                subjects=tuple(subjects[row.id]),
            )
            for row in rows
        )

    def _intent_values(self, draft: IntentDraft, now: datetime) -> dict[str, Any]:
        seal = self._seal_for(draft.subjects)
        template = draft.template
        return {
            "id": draft.id,
            "kanim": self._kanim,
            "kind": draft.kind,
            "lead_days": draft.lead_days,
            "template_version": draft.template_version,
            "plan_version": draft.plan_version,
            "people": len(draft.subjects),
            "to_index": phone_index(self._vault, draft.to),
            "to_sealed": seal.seal(draft.to.reveal(), TO_COLUMN),
            "body_sealed": seal.seal(draft.body.reveal(), BODY_COLUMN),
            "channel": Channel.SMS if template is None else Channel.WHATSAPP,
            "template_sealed": seal.seal(template.reveal(), TEMPLATE_COLUMN) if template else None,
            "marker": draft.marker,
            "operator": operator_of(draft.to.reveal()),
            "segments": draft.segments,
            "created_at": now,
            "due_at": draft.due_at,
            "not_after": draft.not_after,
            "next_try_at": draft.due_at,
            "state": IntentState.PENDING,
            "reason": None,
            "current_attempt_id": None,
            "cleared_at": None,
        }

    def _seal_for(self, subjects: Sequence[Subject]) -> SubjectSeal | Vault:
        people = [one.applicant_id for one in subjects if one.applicant_id]
        requests = [one.request_id for one in subjects if one.request_id]
        if not people and not requests:
            return self._vault
        return SubjectKeys(self._session, self._vault, self._kanim).seal_for(people, requests)

    def _link_values(self, intent_id: UUID, link: LinkDraft, now: datetime) -> dict[str, Any]:
        return {
            "digest": link.digest,
            "kanim": self._kanim,
            "intent_id": intent_id,
            "purpose": link.purpose,
            "created_at": now,
            "expires_at": link.expires_at,
            "revoked_at": None,
        }

    def _subject_values(self, draft: IntentDraft, subject: Subject) -> dict[str, Any]:
        return {
            "kanim": self._kanim,
            "intent_id": draft.id,
            "applicant_id": subject.applicant_id,
            "request_id": subject.request_id,
            "topic": subject.topic,
            "revision": subject.revision,
            "kind": draft.kind,
            "lead_days": draft.lead_days,
            "occurrence": subject.occurrence,
            "withdrawn_at": None,
        }
