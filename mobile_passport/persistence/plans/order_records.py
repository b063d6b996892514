"""The order that each plan was made by, and which kecamatan were served when."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

import rfc8785
from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mobile_passport.domain.rank import OrderRecord
from mobile_passport.domain.status import AppointmentStatus
from mobile_passport.persistence.plans.order_tables import PlanOrderRow
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow, PlanRow, RequestRow

_DISTRICT_DIGITS = 6
_RECORD = TypeAdapter(OrderRecord)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOrder:
    """An order as stored with a plan: canonical JSON, and what stands in the audit log of it."""

    version: int
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def record(self) -> OrderRecord:
        """The order's rule, day and facts."""
        return read_order(self.text)


class OrderRecords:
    """Orders of one office's plans, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def add(self, plan_id: UUID, record: OrderRecord) -> str:
        """Store the order that a plan was made by; returns its digest."""
        text = write_order(record)
        digest = sha256(text.encode()).hexdigest()
        self._session.add(
            PlanOrderRow(
                plan_id=plan_id,
                kanim=self._kanim,
                rule_version=record.rules.rule.version,
                digest=digest,
                order_json=text,
            )
        )
        return digest

    def until(self, version: int) -> tuple[StoredOrder, ...]:
        """Return the orders of a plan and of every plan published before it, the newest first."""
        query = (
            select(PlanRow.version, PlanOrderRow.order_json)
            .join(PlanRow, PlanRow.id == PlanOrderRow.plan_id)
            .where(
                PlanOrderRow.kanim == self._kanim,
                (PlanRow.version == version) | ((PlanRow.version < version) & PlanRow.published_at.is_not(None)),
            )
            .order_by(PlanRow.version.desc())
        )
        return tuple(StoredOrder(version=number, text=text) for number, text in self._session.execute(query))

    def received_dates(self) -> dict[str, date]:
        """Return the day on which each request was received, by reference."""
        query = select(RequestRow.reference, RequestRow.received_date).where(RequestRow.kanim == self._kanim)
        return dict(self._session.execute(query.order_by(RequestRow.reference)).all())

    def districts_served(self, *, before: datetime, zone: ZoneInfo) -> dict[str, date]:
        """Return the day of the last appointment before a moment of each kecamatan, by its six-digit code."""
        query = (
            select(RequestRow.village_code, func.max(AppointmentRow.slot_at))
            .join(ApplicantRow, ApplicantRow.id == AppointmentRow.applicant_id)
            .join(RequestRow, RequestRow.id == ApplicantRow.request_id)
            .where(
                AppointmentRow.kanim == self._kanim,
                AppointmentRow.status == AppointmentStatus.ACTIVE,
                AppointmentRow.slot_at < before,
            )
            .group_by(RequestRow.village_code)
        )
        served: dict[str, date] = {}
        for village_code, last_at in self._session.execute(query):
            if village_code is not None:
                district, day = village_code[:_DISTRICT_DIGITS], last_at.astimezone(zone).date()
                served[district] = max(day, served.get(district, day))
        return served


def write_order(record: OrderRecord) -> str:
    """Return an order as canonical JSON (RFC 8785)."""
    return rfc8785.dumps(_RECORD.dump_python(record, mode="json")).decode()


def read_order(text: str) -> OrderRecord:
    """Read back what `write_order` wrote; other text raises pydantic's ``ValidationError``."""
    return _RECORD.validate_json(text)
