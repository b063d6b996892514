"""Overrides of the order of service: two different people move a place in the queue, for a public kind of reason."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from mobile_passport.domain.secret import Secret


class OverrideKind(StrEnum):
    """Why a request is moved; ``rank.toml`` says by how much and what the public reads."""

    DEPARTURE_MOVED_UP = "departure_moved_up"
    MEDICAL_URGENCY = "medical_urgency"
    DISASTER = "disaster"
    OFFICE_ERROR = "office_error"
    FALSE_DATA = "false_data"


class OverrideState(StrEnum):
    """Life of an override. Only an approved one counts."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One override.

    Attributes
    ----------
    reference
        Of the request that is moved.
    points
        Added to those of each of its people.
    reason
        For the office; it may tell of an illness, so the public reads the kind only.
    proposed_by, approved_by, ended_by
        Accounts.
    """

    id: UUID
    reference: str
    kind: OverrideKind
    points: float
    reason: Secret[str]
    state: OverrideState
    proposed_by: UUID
    proposed_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    ended_by: UUID | None
    ended_at: datetime | None
