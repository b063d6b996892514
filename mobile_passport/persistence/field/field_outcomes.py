"""What became of people, as far as reported: one row a person and day, worked out from the operations."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mobile_passport.domain.field import Outcome, OutcomeReason
from mobile_passport.persistence.field.field_operations import PersonDay
from mobile_passport.persistence.field.field_tables import FieldOutcomeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOutcome:
    """One person on one day.

    Attributes
    ----------
    outcome
        ``None`` while nothing is known, or while devices disagree.
    """

    person: PersonDay
    visit: str
    is_present: bool
    outcome: Outcome | None
    reason: OutcomeReason | None
    is_disputed: bool
    changed_at: datetime


class FieldOutcomes:
    """Outcomes of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def put(self, outcome: FieldOutcome) -> None:
        """Write what is known of a person's day, over what was known before."""
        self._session.merge(
            FieldOutcomeRow(
                kanim=self._kanim,
                applicant_id=outcome.person.applicant_id,
                service_date=outcome.person.service_date,
                visit=outcome.visit,
                is_present=outcome.is_present,
                outcome=outcome.outcome,
                reason=outcome.reason,
                is_disputed=outcome.is_disputed,
                changed_at=outcome.changed_at,
            )
        )
        self._session.flush()

    def of_people(self, applicants: Collection[UUID]) -> dict[PersonDay, FieldOutcome]:
        """Return what is known of these people on any day."""
        query = select(FieldOutcomeRow).where(
            FieldOutcomeRow.kanim == self._kanim, FieldOutcomeRow.applicant_id.in_(applicants)
        )
        return {found.person: found for found in map(_outcome, self._session.scalars(query))}

    def between(self, first: date, last: date) -> tuple[FieldOutcome, ...]:
        """Return what is known of the days from one to another, both included."""
        query = (
            select(FieldOutcomeRow)
            .where(FieldOutcomeRow.kanim == self._kanim, FieldOutcomeRow.service_date.between(first, last))
            .order_by(FieldOutcomeRow.service_date, FieldOutcomeRow.visit, FieldOutcomeRow.applicant_id)
        )
        return tuple(map(_outcome, self._session.scalars(query)))

    def disputed(self) -> tuple[FieldOutcome, ...]:
        """Return whatever devices disagree about, oldest day first."""
        query = (
            select(FieldOutcomeRow)
            .where(FieldOutcomeRow.kanim == self._kanim, FieldOutcomeRow.is_disputed)
            .order_by(FieldOutcomeRow.service_date, FieldOutcomeRow.visit, FieldOutcomeRow.applicant_id)
        )
        return tuple(map(_outcome, self._session.scalars(query)))


def _outcome(row: FieldOutcomeRow) -> FieldOutcome:
    return FieldOutcome(
        person=PersonDay(applicant_id=row.applicant_id, service_date=row.service_date),
        visit=row.visit,
        is_present=row.is_present,
        outcome=Outcome(row.outcome) if row.outcome else None,
        reason=OutcomeReason(row.reason) if row.reason else None,
        is_disputed=row.is_disputed,
        changed_at=row.changed_at,
    )
