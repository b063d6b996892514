"""Mapped table of the results of surveys of public satisfaction."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base


class SurveyResultRow(Base):
    """One result, only ever added: triggers refuse anything else. A correction supersedes the row that it corrects.

    ``means_thousandths`` goes by the codes of the elements; it is empty where only the index is known.
    """

    __tablename__ = "survey_result"
    __table_args__ = (
        UniqueConstraint("kanim", "number"),
        UniqueConstraint("supersedes_id"),
        CheckConstraint("last_month >= first_month", name="ends_after_it_begins"),
        CheckConstraint("respondents >= 1", name="somebody_answered"),
        CheckConstraint("index_hundredths BETWEEN 2500 AND 10000", name="is_an_index"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("survey_result.id"))
    first_month: Mapped[date]
    last_month: Mapped[date]
    respondents: Mapped[int]
    index_hundredths: Mapped[int]
    means_thousandths: Mapped[dict[str, int]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(200))
    recorded_by: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime]
