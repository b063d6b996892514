"""Results of surveys: added, and read; never changed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mobile_passport.domain.satisfaction import ElementMean, Period, SurveyResult
from mobile_passport.persistence.satisfaction.survey_table import SurveyResultRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedResult:
    """A result, who recorded it and when, and what became of it.

    Attributes
    ----------
    number
        Counts from 1 within the office.
    superseded_by
        Number of the result that corrects this one; ``None`` while it stands.
    """

    id: UUID
    number: int
    result: SurveyResult
    supersedes_id: UUID | None
    superseded_by: int | None
    recorded_by: str
    recorded_at: datetime


class SurveyResults:
    """The results of one office, in a transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def all(self) -> tuple[RecordedResult, ...]:
        """Return every result, those that were corrected too: the latest period first, of one period the newest."""
        rows = self._session.scalars(
            select(SurveyResultRow)
            .where(SurveyResultRow.kanim == self._kanim)
            .order_by(SurveyResultRow.last_month.desc(), SurveyResultRow.number.desc())
        ).all()
        corrected = {row.supersedes_id: row.number for row in rows if row.supersedes_id}
        return tuple(_recorded(row, corrected.get(row.id)) for row in rows)

    def add(
        self, number: int, result: SurveyResult, *, supersedes_id: UUID | None, actor: str, now: datetime
    ) -> RecordedResult:
        """Store a result; the database refuses a number that is there, and to supersede a result twice."""
        row = SurveyResultRow(
            kanim=self._kanim,
            number=number,
            supersedes_id=supersedes_id,
            first_month=result.period.first_month,
            last_month=result.period.last_month,
            respondents=result.respondents,
            index_hundredths=int(result.index * 100),
            means_thousandths={one.code: int(one.mean * 1000) for one in result.means},
            source=result.source,
            recorded_by=actor,
            recorded_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return _recorded(row, None)


def _recorded(row: SurveyResultRow, superseded_by: int | None) -> RecordedResult:
    return RecordedResult(
        id=row.id,
        number=row.number,
        result=SurveyResult(
            period=Period(first_month=row.first_month, last_month=row.last_month),
            respondents=row.respondents,
            index=Decimal(row.index_hundredths) / 100,
            means=tuple(
                ElementMean(code=code, mean=Decimal(mean) / 1000) for code, mean in row.means_thousandths.items()
            ),
            source=row.source,
        ),
        supersedes_id=row.supersedes_id,
        superseded_by=superseded_by,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )
