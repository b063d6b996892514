"""Persons whose data is kept, and what they may ask of us about it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from mobile_passport.domain.person import Need
from mobile_passport.domain.secret import Secret


class SubjectKind(StrEnum):
    """In what role somebody's data is kept."""

    PERSON = "person"
    """Asks for a passport; known by NIK, through all requests."""
    CONTACT = "contact"
    """Signs for one request and is told about it; known by name and number only."""


class CaseKind(StrEnum):
    """What a person asks about their own data (UU 27/2022)."""

    ACCESS = "access"
    """To see what is held, and who looked at it (art. 7, 32)."""
    CORRECTION = "correction"
    """To have it corrected (art. 6, 30)."""
    ERASURE = "erasure"
    """To have it erased (art. 8, 43)."""
    OBJECTION = "objection"
    """To withdraw consent, or to have processing stopped or limited (art. 9-11, 40, 41)."""


class RevealPurpose(StrEnum):
    """Why somebody looks at a full NIK. Codes, so that no text about a person gets into the record."""

    COMPARE_DOCUMENTS = "compare_documents"
    """With the identity card or the family card."""
    SOLVE_DUPLICATE = "solve_duplicate"
    """Two requests seem to be about one person."""
    CENTRAL_SYSTEM = "central_system"
    """To enter it into the passport system."""
    ANSWER_PERSON = "answer_person"
    """The person asked about their own data."""
    LEGAL_DEMAND = "legal_demand"
    """A court or another authority may ask for it."""


class CaseOutcome(StrEnum):
    """How a case ended."""

    EXPORTED = "exported"
    CORRECTED = "corrected"
    ERASED = "erased"
    NOTHING_HELD = "nothing_held"
    STOPPED = "stopped"
    """Processing was stopped or limited as asked."""
    REFUSED = "refused"
    """With the reason in the letter to the person (art. 33)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectCase:
    """What a person asked, and until when it has to be answered.

    Attributes
    ----------
    number
        Runs through an office; what people quote.
    subject_id
        ``None`` when nothing is held about the person.
    """

    number: int
    kind: CaseKind
    subject_id: UUID | None
    received_at: datetime
    due_at: datetime
    done_at: datetime | None
    outcome: CaseOutcome | None

    def is_overdue(self, now: datetime) -> bool:
        """Whether the clock ran out before an answer."""
        return (self.done_at or now) > self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is wrong about a person; ``None`` leaves a value as it is. A NIK is not corrected: it is another person."""

    name: Secret[str] | None = None
    birth_date: date | None = field(default=None, repr=False)
    phone: Secret[str] | None = None
    needs: frozenset[Need] | None = field(default=None, repr=False)
