"""Editions of rules: added, and read; never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mobile_passport.persistence.rules.rule_tables import RuleEditionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionHead:
    """Which edition of a document, why, by whom and when.

    Attributes
    ----------
    number
        Counts from 1 within the document; 0 is what the file said before.
    """

    document: str
    number: int
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An edition with what it says, as JSON."""

    head: EditionHead
    content: str


class RuleEditions:
    """The editions of one office, in a transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def numbers(self) -> dict[str, int]:
        """Return the number of the edition that holds, of each document that was ever changed."""
        query = (
            select(RuleEditionRow.document, func.max(RuleEditionRow.number))
            .where(RuleEditionRow.kanim == self._kanim)
            .group_by(RuleEditionRow.document)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}

    def number(self, document: str) -> int | None:
        """Return the number of the edition of a document that holds, ``None`` while the file does."""
        return self._session.scalar(
            select(func.max(RuleEditionRow.number)).where(
                RuleEditionRow.kanim == self._kanim, RuleEditionRow.document == document
            )
        )

    def in_force(self) -> tuple[Edition, ...]:
        """Return the edition that holds of each document that was ever changed."""
        numbers = self.numbers()
        editions = (self.find(document, number) for document, number in sorted(numbers.items()))
        return tuple(edition for edition in editions if edition)

    def find(self, document: str, number: int) -> Edition | None:
        """Return one edition."""
        row = self._session.scalar(
            select(RuleEditionRow).where(
                RuleEditionRow.kanim == self._kanim,
                RuleEditionRow.document == document,
                RuleEditionRow.number == number,
            )
        )
        return _edition(row) if row else None

    def history(self, document: str) -> tuple[Edition, ...]:
        """Return all editions of a document, the newest first."""
        rows: Iterable[RuleEditionRow] = self._session.scalars(
            select(RuleEditionRow)
            .where(RuleEditionRow.kanim == self._kanim, RuleEditionRow.document == document)
            .order_by(RuleEditionRow.number.desc())
        )
        return tuple(map(_edition, rows))

    def add(self, edition: Edition) -> None:
        """Store an edition; the database refuses a number that is there."""
        head = edition.head
        self._session.add(
            RuleEditionRow(
                kanim=self._kanim,
                document=head.document,
                number=head.number,
                content=edition.content,
                reason=head.reason,
                actor=head.actor,
                at=head.at,
            )
        )
        self._session.flush()


def _edition(row: RuleEditionRow) -> Edition:
    return Edition(
        head=EditionHead(document=row.document, number=row.number, reason=row.reason, actor=row.actor, at=row.at),
        content=row.content,
    )
