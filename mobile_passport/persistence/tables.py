"""Mapped tables of requests, plans and appointments. Every table carries the office (kanim) it belongs to.

Columns ending in ``_sealed`` hold what `SubjectSeal.seal` (or `Vault.seal` where no person is concerned) made for
``"table.column"``, or nothing at all once it was erased; nothing else may be written there.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base

_LIVE = "status IN ('waiting', 'scheduled')"


class RequestRow(Base):
    """One letter asking for a visit."""

    __tablename__ = "request"
    __table_args__ = (
        UniqueConstraint("kanim", "asker_kind", "asker_name", "external_reference"),
        UniqueConstraint("kanim", "reference"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    reference: Mapped[str] = mapped_column(String(32))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    external_reference: Mapped[str] = mapped_column(String(120))
    content_digest: Mapped[str] = mapped_column(String(64))
    asker_kind: Mapped[str] = mapped_column(String(16))
    asker_name: Mapped[str] = mapped_column(String(200))
    contact_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    contact_phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    contact_subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"), index=True)
    category: Mapped[str] = mapped_column(String(16))
    visit_kind: Mapped[str] = mapped_column(String(16))
    place_text: Mapped[str] = mapped_column(Text)
    own_venue: Mapped[str | None] = mapped_column(String(200))
    wished_dates: Mapped[list[str]] = mapped_column(JSON)
    deadline_date: Mapped[date | None]
    received_date: Mapped[date]
    created_at: Mapped[datetime]
    place_verdict: Mapped[str] = mapped_column(String(16))
    place_label: Mapped[str | None] = mapped_column(String(200))
    village_code: Mapped[str | None] = mapped_column(String(10))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    place_candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class ApplicantRow(Base):
    """One person of a request. The partial index allows one live booking a person in an office.

    ``closed_at`` is when the person was served or withdrawn; empty while the booking is live.
    """

    __tablename__ = "applicant"
    __table_args__ = (
        UniqueConstraint("request_id", "position"),
        Index(
            "one_live_booking",
            "kanim",
            "nik_index",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    request_id: Mapped[UUID] = mapped_column(ForeignKey("request.id"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"), index=True)
    position: Mapped[int]
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    nik_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    nik_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    birth_date_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    needs_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sex: Mapped[str] = mapped_column(String(8))
    passport_case: Mapped[str] = mapped_column(String(16))
    party: Mapped[str | None] = mapped_column(String(64))
    is_carer: Mapped[bool]
    status: Mapped[str] = mapped_column(String(16))
    office_reason: Mapped[str | None] = mapped_column(String(32))
    closed_at: Mapped[datetime | None]


class PlanRow(Base):
    """One immutable version of the plan; only its status ever changes.

    ``inputs_digest`` is what it was made from; ``settled_digest`` what the inputs were right after its publication: as
    long as they are that, there is nothing to plan anew.
    """

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("kanim", "version"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    inputs_digest: Mapped[str] = mapped_column(String(64))
    settled_digest: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    first_date: Mapped[date]
    last_date: Mapped[date]
    travel_is_estimate: Mapped[bool]
    problem_json: Mapped[str] = mapped_column(Text)
    plan_json: Mapped[str] = mapped_column(Text)


class PlanVisitRow(Base):
    """A visit of a plan: where, which team, when; or why it is not on any route."""

    __tablename__ = "plan_visit"
    __table_args__ = (UniqueConstraint("plan_id", "visit"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"))
    visit: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    venue: Mapped[str] = mapped_column(String(200))
    village_code: Mapped[str] = mapped_column(String(10))
    lat: Mapped[float]
    lon: Mapped[float]
    is_surveyed: Mapped[bool] = mapped_column(server_default=true())
    waiver: Mapped[str | None] = mapped_column(String(32))
    team: Mapped[str | None] = mapped_column(String(64))
    shift: Mapped[str | None] = mapped_column(String(64))
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    reason_code: Mapped[str | None] = mapped_column(String(32))
    reason_detail: Mapped[str | None] = mapped_column(Text)
    reason_change: Mapped[str | None] = mapped_column(Text)


class PlanMemberRow(Base):
    """A person's place in a plan: the visit, and the slot when the visit is on a route.

    A household expects the team from its slot to ``window_closes_at``, which is empty for who comes to a venue.
    """

    __tablename__ = "plan_member"
    __table_args__ = (UniqueConstraint("plan_id", "applicant_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"))
    plan_visit_id: Mapped[UUID] = mapped_column(ForeignKey("plan_visit.id"))
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"))
    slot_at: Mapped[datetime | None]
    window_closes_at: Mapped[datetime | None]


class CurrentPlanRow(Base):
    """The one mutable pointer of an office: which version holds."""

    __tablename__ = "current_plan"

    kanim: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int]


class AppointmentRow(Base):
    """What one person was promised. A change makes a new revision; the old row stays as it was told.

    ``window_closes_at`` as in a plan.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("applicant_id", "revision"),
        Index(
            "one_active_appointment",
            "applicant_id",
            unique=True,
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"))
    revision: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    plan_version: Mapped[int]
    visit: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    venue: Mapped[str] = mapped_column(String(200))
    slot_at: Mapped[datetime]
    window_closes_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class TickRow(Base):
    """A scheduled tick that somebody took: the primary key lets exactly one process have each time slot.

    ``done_at`` stays empty when that process died; after a lease another one may take the slot over.
    """

    __tablename__ = "tick"

    kanim: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    slot: Mapped[str] = mapped_column(String(32), primary_key=True)
    taken_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class CounterRow(Base):
    """Numbers given out in order, one row a series: requests of a year, plan versions."""

    __tablename__ = "counter"

    kanim: Mapped[str] = mapped_column(String(32), primary_key=True)
    series: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int]
