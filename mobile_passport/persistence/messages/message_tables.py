"""Mapped tables of messages: what is to be said, to whom, and every try to say it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.domain.message import LIVE_ATTEMPT_STATES, Channel
from mobile_passport.persistence.base import Base

_LIVE = f"state IN ({', '.join(f"'{state.value}'" for state in sorted(LIVE_ATTEMPT_STATES))})"
_PERSON_HOLDS = "withdrawn_at IS NULL AND applicant_id IS NOT NULL"
_REQUEST_HOLDS = "withdrawn_at IS NULL AND request_id IS NOT NULL"
_TOPIC_HOLDS = "withdrawn_at IS NULL AND topic IS NOT NULL"
_ONE_SUBJECT = " + ".join(
    f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in ("applicant_id", "request_id", "topic")
)


class SmsIntentRow(Base):
    """One text for one number. Number and text never change once written.

    ``id`` is derived from what the message is about, so that the same promise made again after a restore has the same
    marker. ``due_at`` and ``not_after`` bound when it is of use; ``next_try_at`` moves with every back-off.
    ``cleared_at`` says that the provider's list was searched for it while the sender was on hold. ``operator`` is whose
    numbers begin like this one. ``channel`` is the way it goes next; ``template_sealed`` what fills the gaps of its
    template on WhatsApp, empty for a message that goes by SMS alone.
    """

    __tablename__ = "sms_intent"
    __table_args__ = (
        Index("ix_sms_intent_queue", "kanim", "state", "not_after"),
        Index("ix_sms_intent_to", "kanim", "to_index"),
        CheckConstraint("segments >= 1", name="segments_count_from_one"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kanim: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(32))
    lead_days: Mapped[int]
    template_version: Mapped[int]
    plan_version: Mapped[int | None]
    people: Mapped[int]
    to_index: Mapped[bytes] = mapped_column(LargeBinary)
    to_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    channel: Mapped[str] = mapped_column(String(16), server_default=Channel.SMS)
    template_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    marker: Mapped[str] = mapped_column(String(8))
    operator: Mapped[str | None] = mapped_column(String(40))
    segments: Mapped[int]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    not_after: Mapped[datetime]
    next_try_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(64))
    current_attempt_id: Mapped[UUID | None]
    cleared_at: Mapped[datetime | None]


class SmsSubjectRow(Base):
    """Whom an intent tells what: one row a person, or one for the contact of a request, or one for a topic.

    The partial unique indexes are the promise "never twice" at the source: one revision of one person's appointment
    is announced, or reminded of with one lead, by one intent. A phone that a family shares gets one intent with several
    rows here. ``withdrawn_at`` frees the place of a message that was superseded before anything was sent, or of one to
    a team that was told by telephone instead.
    ``revision`` is the appointment's for a person and the plan's version otherwise. ``topic`` names what the office
    tells its own people about, as a team's day: nothing about an applicant, so no person's key seals the message.
    """

    __tablename__ = "sms_subject"
    __table_args__ = (
        CheckConstraint(f"{_ONE_SUBJECT} = 1", name="one_subject"),
        Index(
            "one_promise_person",
            "applicant_id",
            "revision",
            "kind",
            "lead_days",
            "occurrence",
            unique=True,
            sqlite_where=text(_PERSON_HOLDS),
            postgresql_where=text(_PERSON_HOLDS),
        ),
        Index(
            "one_promise_request",
            "request_id",
            "revision",
            "kind",
            "lead_days",
            "occurrence",
            unique=True,
            sqlite_where=text(_REQUEST_HOLDS),
            postgresql_where=text(_REQUEST_HOLDS),
        ),
        Index(
            "one_promise_topic",
            "kanim",
            "topic",
            "revision",
            "kind",
            "lead_days",
            "occurrence",
            unique=True,
            sqlite_where=text(_TOPIC_HOLDS),
            postgresql_where=text(_TOPIC_HOLDS),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    intent_id: Mapped[UUID] = mapped_column(ForeignKey("sms_intent.id"), index=True)
    applicant_id: Mapped[UUID | None] = mapped_column(ForeignKey("applicant.id"))
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("request.id"))
    topic: Mapped[str | None] = mapped_column(String(96))
    revision: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    lead_days: Mapped[int]
    occurrence: Mapped[int]
    withdrawn_at: Mapped[datetime | None]


class SmsAttemptRow(Base):
    """One try to hand an intent to a provider. ``one_live`` makes a second live try impossible, whoever asks.

    ``token`` is 128 random bits in the address that the provider calls back. ``receipt_*`` is the
    strongest receipt seen. ``forget_asked_at`` is when somebody it tells of was erased here, ``forgotten_at`` when the
    provider had destroyed its copy.
    """

    __tablename__ = "sms_attempt"
    __table_args__ = (
        UniqueConstraint("token"),
        UniqueConstraint("provider", "sid"),
        Index("ix_sms_attempt_state", "kanim", "state", "started_at"),
        Index("ix_sms_attempt_recent", "kanim", "started_at"),
        Index(
            "one_live",
            "intent_id",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    intent_id: Mapped[UUID] = mapped_column(ForeignKey("sms_intent.id"), index=True)
    token: Mapped[str] = mapped_column(String(32))
    provider: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16), server_default=Channel.SMS)
    state: Mapped[str] = mapped_column(String(24))
    started_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    sid: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(String(64))
    first_empty_at: Mapped[datetime | None]
    second_empty_at: Mapped[datetime | None]
    receipt_status: Mapped[str | None] = mapped_column(String(16))
    receipt_code: Mapped[str | None] = mapped_column(String(16))
    receipt_at: Mapped[datetime | None]
    forget_asked_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]


class SmsEventRow(Base):
    """Why a message or the sender stands where it stands: evidence and actor, only ever added to."""

    __tablename__ = "sms_event"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kanim: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    intent_id: Mapped[UUID | None] = mapped_column(ForeignKey("sms_intent.id"), index=True)
    attempt_id: Mapped[UUID | None] = mapped_column(ForeignKey("sms_attempt.id"))
    event: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


class SmsSenderRow(Base):
    """The one sender of an office, shared by all processes: its pace, and why it rests.

    ``stopped_at`` until a person starts it again; ``circuit_open_until`` for a while; ``hold_from`` after a restore:
    the moment of the backup, since when every message is looked up at the provider before it may go (``held_at`` is
    when the hold began). ``spent_segments`` counts what was handed over by SMS on the local day ``spent_on``, and
    ``spent_rupiah`` what all channels cost on it.
    """

    __tablename__ = "sms_sender"

    kanim: Mapped[str] = mapped_column(String(32), primary_key=True)
    next_send_at: Mapped[datetime]
    circuit_open_until: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str | None] = mapped_column(String(64))
    hold_from: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    spent_on: Mapped[date | None]
    spent_segments: Mapped[int]
    spent_rupiah: Mapped[int] = mapped_column(server_default="0")


class SimulatedSmsRow(Base):
    """The simulated provider's own books; nothing else reads them. ``reported`` is the last receipt it gave."""

    __tablename__ = "simulated_sms"
    __table_args__ = (Index("ix_simulated_sms_to", "kanim", "to_index"),)

    sid: Mapped[str] = mapped_column(String(64), primary_key=True)
    kanim: Mapped[str] = mapped_column(String(32))
    token: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(16), server_default=Channel.SMS)
    to_index: Mapped[bytes] = mapped_column(LargeBinary)
    to_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    reported: Mapped[str | None] = mapped_column(String(16))
