"""What persons asked about their own data, in the order in which an answer is due."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mobile_passport.domain.subject import CaseKind, CaseOutcome, SubjectCase
from mobile_passport.persistence.audit.records import next_number
from mobile_passport.persistence.privacy.subject_tables import SubjectCaseRow


class SubjectCases:
    """Cases of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def open(self, kind: CaseKind, subject: UUID | None, *, received_at: datetime, due_at: datetime) -> SubjectCase:
        """Write down what a person asked; ``None`` when nothing is held about them."""
        row = SubjectCaseRow(
            kanim=self._kanim,
            number=next_number(self._session, kanim=self._kanim, series="subject-case"),
            kind=kind,
            subject_id=subject,
            received_at=received_at,
            due_at=due_at,
            done_at=None,
            outcome=None,
        )
        self._session.add(row)
        self._session.flush()
        return _case(row)

    def get(self, number: int) -> SubjectCase | None:
        """Lock and return a case; ``None`` when there is no such number."""
        row = self._row(number)
        return _case(row) if row else None

    def close(self, number: int, outcome: CaseOutcome, *, now: datetime) -> None:
        """Say that a case was answered, and how."""
        row = self._row(number)
        if row is None or row.done_at is not None:
            raise LookupError(f"no open case {number}")
        row.done_at, row.outcome = now, outcome
        self._session.flush()

    def all(self, *, is_open: bool) -> tuple[SubjectCase, ...]:
        """Return open or closed cases, the earliest due first."""
        query = (
            select(SubjectCaseRow)
            .where(
                SubjectCaseRow.kanim == self._kanim,
                SubjectCaseRow.done_at.is_(None) if is_open else SubjectCaseRow.done_at.is_not(None),
            )
            .order_by(SubjectCaseRow.due_at, SubjectCaseRow.number)
        )
        return tuple(_case(row) for row in self._session.scalars(query))

    def _row(self, number: int) -> SubjectCaseRow | None:
        query = select(SubjectCaseRow).where(SubjectCaseRow.kanim == self._kanim, SubjectCaseRow.number == number)
        return self._session.scalars(query.with_for_update()).one_or_none()


def _case(row: SubjectCaseRow) -> SubjectCase:
    return SubjectCase(
        number=row.number,
        kind=CaseKind(row.kind),
        subject_id=row.subject_id,
        received_at=row.received_at,
        due_at=row.due_at,
        done_at=row.done_at,
        outcome=CaseOutcome(row.outcome) if row.outcome else None,
    )
