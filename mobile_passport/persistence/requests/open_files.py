"""People of the office whose files may lack something, counted by request: nobody is named, nothing is opened."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mobile_passport.domain.eligibility import OfficeReason
from mobile_passport.domain.request import Category
from mobile_passport.domain.status import LIVE_STATUSES, ApplicantStatus
from mobile_passport.persistence.privacy.vault import ERASED
from mobile_passport.persistence.tables import ApplicantRow, RequestRow

_OPEN = LIVE_STATUSES | {ApplicantStatus.OFFICE, ApplicantStatus.INCOMPLETE}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFiles:
    """People of one request who stand in one state for one reason.

    Attributes
    ----------
    place
        Where it was settled, otherwise as it was written.
    office_reason
        Why they have to come to the office; ``None`` when not so.
    """

    reference: str
    category: Category
    place: str
    deadline_date: date | None
    status: ApplicantStatus
    office_reason: OfficeReason | None
    has_phone: bool
    people: int


def open_files(session: Session, kanim: str) -> tuple[OpenFiles, ...]:
    """Count people who wait, are scheduled, have to come to the office or came without their papers."""
    head = (
        RequestRow.reference,
        RequestRow.category,
        func.coalesce(RequestRow.place_label, RequestRow.place_text),
        RequestRow.deadline_date,
    )
    state = (ApplicantRow.status, ApplicantRow.office_reason, ApplicantRow.phone_sealed.is_not(None))
    query = (
        select(*head, *state, func.count())
        .join(ApplicantRow, ApplicantRow.request_id == RequestRow.id)
        .where(ApplicantRow.kanim == kanim, ApplicantRow.status.in_(_OPEN), ApplicantRow.nik_sealed != ERASED)
        .group_by(*head, *state)
        .order_by(RequestRow.reference)
    )
    return tuple(
        OpenFiles(
            reference=reference,
            category=Category(category),
            place=place,
            deadline_date=deadline,
            status=ApplicantStatus(status),
            office_reason=OfficeReason(reason) if reason else None,
            has_phone=bool(has_phone),
            people=people,
        )
        for reference, category, place, deadline, status, reason, has_phone, people in session.execute(query)
    )
