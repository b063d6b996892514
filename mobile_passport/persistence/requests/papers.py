"""Which papers of a person somebody has seen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mobile_passport.persistence.api_tables import PaperRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Who saw a paper, and when."""

    at: datetime
    by: str


class Papers:
    """Papers of the people of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def seen_of(self, person: UUID) -> dict[str, Seen]:
        """Return what was seen of a person, by the key of the paper."""
        query = select(PaperRow).where(PaperRow.kanim == self._kanim, PaperRow.applicant_id == person)
        return {row.paper: Seen(at=row.seen_at, by=row.seen_by) for row in self._session.scalars(query)}

    def seen_of_people(self, people: Collection[UUID]) -> dict[UUID, dict[str, Seen]]:
        """Return what was seen of several people; of whom nothing was seen is left out."""
        query = select(PaperRow).where(PaperRow.kanim == self._kanim, PaperRow.applicant_id.in_(people))
        found: dict[UUID, dict[str, Seen]] = {}
        for row in self._session.scalars(query):
            found.setdefault(row.applicant_id, {})[row.paper] = Seen(at=row.seen_at, by=row.seen_by)
        return found

    def somebody_saw(self, people: Collection[UUID]) -> frozenset[UUID]:
        """Return the people of whom somebody saw at least one paper."""
        query = select(PaperRow.applicant_id).where(PaperRow.kanim == self._kanim).distinct()
        return frozenset(self._session.scalars(query)) & frozenset(people)

    def tick(self, person: UUID, paper: str, *, by: str, now: datetime) -> None:
        """Note that a paper was seen; who saw it first stays."""
        dialect = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        values = {"applicant_id": person, "paper": paper, "kanim": self._kanim, "seen_at": now, "seen_by": by}
        self._session.execute(dialect.insert(PaperRow).values(values).on_conflict_do_nothing())

    def untick(self, person: UUID, paper: str) -> None:
        """Take back that a paper was seen."""
        self._session.execute(
            delete(PaperRow).where(
                PaperRow.kanim == self._kanim, PaperRow.applicant_id == person, PaperRow.paper == paper
            )
        )
