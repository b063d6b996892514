"""Two organisations in two regencies with two teams, and a row of every guarded table for each of them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ColumnDefault, inspect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from mobile_passport.domain.access import Scope
from mobile_passport.persistence.accounts.account_tables import AccountRow, OrganisationRow
from mobile_passport.persistence.api_tables import PaperRow
from mobile_passport.persistence.base import Base, UtcDateTime
from mobile_passport.persistence.booking.booking_tables import BookingRow, ServiceDayRow
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.field.field_tables import FieldOutcomeRow
from mobile_passport.persistence.messages.call_table import CallMadeRow
from mobile_passport.persistence.messages.link_tables import LinkAnswerRow, LinkRow, MessageChoiceRow
from mobile_passport.persistence.messages.message_tables import (
    SimulatedSmsRow,
    SmsAttemptRow,
    SmsIntentRow,
    SmsSubjectRow,
)
from mobile_passport.persistence.messages.passport_table import PassportRow
from mobile_passport.persistence.plans.order_tables import OverrideRow
from mobile_passport.persistence.privacy.subject_tables import SubjectRow
from mobile_passport.persistence.requests.draft_tables import GroupDraftRow, KeptFormRow
from mobile_passport.persistence.tables import (
    ApplicantRow,
    AppointmentRow,
    PlanMemberRow,
    PlanRow,
    PlanVisitRow,
    RequestRow,
)

KANIM = "blitar"
_OF_TYPE: dict[type, Any] = {
    bool: False,
    int: 1,
    float: 0.0,
    bytes: b"x",
    date: date(2026, 11, 24),
}

_DAYS = {"3505": date(2026, 12, 1), "3504": date(2026, 12, 2)}
"""On which each has booked."""


@dataclass
class Tenant:
    """One organisation, and what was stored of it: table to keys."""

    organisation_id: UUID
    regency: str
    team: str
    keys: dict[str, set[tuple[Any, ...]]] = field(default_factory=dict)

    @property
    def coordinator(self) -> Scope:
        """How far a coordinator sees."""
        return Scope(kanim=KANIM, organisation_id=self.organisation_id, regency=self.regency)

    @property
    def crew(self) -> Scope:
        """How far its field team sees."""
        return Scope(kanim=KANIM, team=self.team)


def two_tenants(database: Database) -> tuple[Tenant, Tenant]:
    """Store both."""
    with database.transaction() as session:
        plan = _row(PlanRow, version=1, status="published")
        session.add(plan)
        session.flush()
        return (
            _tenant(session, plan.id, regency="3505", team="unit-1"),
            _tenant(session, plan.id, regency="3504", team="unit-2"),
        )


def request_row(organisation_id: UUID | None, contact_subject_id: UUID, **values: Any) -> RequestRow:
    """Return a request that can be stored."""
    return _row(RequestRow, organisation_id=organisation_id, contact_subject_id=contact_subject_id, **values)


def key_of(row: Base) -> tuple[Any, ...]:
    """Return the values of a row's primary key."""
    return tuple(inspect(row).mapper.primary_key_from_instance(row))


def _tenant(session: Session, plan_id: UUID, *, regency: str, team: str) -> Tenant:
    organisation = _row(OrganisationRow, kind="kbihu", label=f"KBIHU {regency}", regency=regency, is_active=True)
    subject = _row(SubjectRow)
    session.add_all([organisation, subject])
    session.flush()
    tenant = Tenant(organisation_id=organisation.id, regency=regency, team=team)

    def store[T: Base](row: T) -> T:
        session.add(row)
        session.flush()
        tenant.keys.setdefault(row.__tablename__, set()).add(key_of(row))
        return row

    request = store(request_row(organisation.id, subject.id, village_code=f"{regency}110003"))
    applicant = store(_row(ApplicantRow, request_id=request.id, subject_id=subject.id, status="waiting"))
    soon = datetime.now(UTC) + timedelta(hours=1)
    visit = store(_row(PlanVisitRow, plan_id=plan_id, kind="home", team=team, starts_at=soon, ends_at=soon))
    of_person = {"applicant_id": applicant.id}
    store(_row(PlanMemberRow, plan_id=plan_id, plan_visit_id=visit.id, **of_person))
    for table in (AppointmentRow, PaperRow, FieldOutcomeRow, LinkAnswerRow, PassportRow):
        store(_row(table, **of_person))
    store(_row(OverrideRow, request_id=request.id, state="proposed"))
    store(_row(CallMadeRow, request_id=request.id, outcome="comes"))
    day = _row(ServiceDayRow, date=_DAYS[regency], booked=0)
    session.add(day)
    session.flush()
    store(_row(BookingRow, service_day_id=day.id, organisation_id=organisation.id, state="waiting"))
    store(_row(BookingRow, service_day_id=day.id, request_id=request.id, state="waiting"))  # by the office, for it
    intent = store(_row(SmsIntentRow, id=uuid4()))
    store(_row(SmsSubjectRow, intent_id=intent.id, **of_person))
    store(_row(SmsAttemptRow, intent_id=intent.id))
    store(_row(MessageChoiceRow, intent_id=intent.id))
    store(_row(LinkRow, intent_id=intent.id, digest=uuid4().bytes))
    store(_row(SimulatedSmsRow))
    account = _row(AccountRow, organisation_id=organisation.id, regency=regency)
    session.add(account)
    session.flush()
    store(_row(GroupDraftRow, account_id=account.id))
    store(_row(KeptFormRow, account_id=account.id))
    return tenant


def _row[T: Base](table: type[T], **values: Any) -> T:
    """Make a row; what may not be empty and is not given gets something of its type."""
    for column in inspect(table).columns:
        has_default = isinstance(column.default, ColumnDefault) or column.server_default is not None
        if column.key in values or column.nullable or has_default:
            continue
        values[column.key] = KANIM if column.key == "kanim" else _something(column.type)
    return table(**values)


def _something(kind: TypeEngine[Any]) -> Any:
    if isinstance(kind, UtcDateTime):
        return datetime.now(UTC)
    if isinstance(kind, JSON):
        return []
    if kind.python_type is str:
        return uuid4().hex[:8]
    return uuid4() if kind.python_type is UUID else _OF_TYPE[kind.python_type]
