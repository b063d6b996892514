"""What people said about their appointments: the last word about each revision."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mobile_passport.domain.link import Answer, MoveReason
from mobile_passport.persistence.messages.link_tables import LinkAnswerRow

_IDS_A_QUERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """An answer about one revision of somebody's appointment."""

    applicant_id: UUID
    revision: int
    answer: Answer
    reason: MoveReason | None
    at: datetime


class LinkAnswers:
    """Answers of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def of(self, people: Collection[UUID]) -> dict[tuple[UUID, int], GivenAnswer]:
        """Return the answers of some people by person and revision."""
        found: dict[tuple[UUID, int], GivenAnswer] = {}
        ordered = sorted(people)
        for start in range(0, len(ordered), _IDS_A_QUERY):
            query = select(LinkAnswerRow).where(LinkAnswerRow.applicant_id.in_(ordered[start : start + _IDS_A_QUERY]))
            found |= {(row.applicant_id, row.revision): _given(row) for row in self._session.scalars(query)}
        return found

    def saying(self, answers: Collection[Answer], *, since: datetime) -> tuple[GivenAnswer, ...]:
        """Return who gave one of some answers since a moment."""
        query = (
            select(LinkAnswerRow)
            .where(
                LinkAnswerRow.kanim == self._kanim,
                LinkAnswerRow.answer.in_(sorted(answers)),
                LinkAnswerRow.at >= since,
            )
            .order_by(LinkAnswerRow.at, LinkAnswerRow.id)
        )
        return tuple(_given(row) for row in self._session.scalars(query))

    def put(
        self,
        person: UUID,
        revision: int,
        answer: Answer,
        *,
        reason: MoveReason | None = None,
        actor: str,
        now: datetime,
    ) -> bool:
        """Keep an answer in place of an earlier one; False when that said the same. The appointment is locked."""
        row = self._session.scalars(
            select(LinkAnswerRow).where(LinkAnswerRow.applicant_id == person, LinkAnswerRow.revision == revision)
        ).one_or_none()
        if row is None:
            row = LinkAnswerRow(kanim=self._kanim, applicant_id=person, revision=revision)
            self._session.add(row)
        elif (row.answer, row.reason) == (answer, reason):
            return False
        row.answer, row.reason, row.actor, row.at = answer, reason, actor, now
        self._session.flush()
        return True


def _given(row: LinkAnswerRow) -> GivenAnswer:
    return GivenAnswer(
        applicant_id=row.applicant_id,
        revision=row.revision,
        answer=Answer(row.answer),
        reason=MoveReason(row.reason) if row.reason else None,
        at=row.at,
    )
