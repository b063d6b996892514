"""Where each of a caller's groups stands: what its coordinator is told first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.booking import Booking
from mobile_passport.domain.reasons import ReasonText, reason_text
from mobile_passport.domain.status import ApplicantStatus, BookingState
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.plans.group_slots import GroupSlots, Promised
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.requests.letters import LetterHead, Letters
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.requests.read_requests import known_request
from mobile_passport.services.world import World

MOST_GROUPS = 200
"""Of one page: an organisation hands in a few letters a season."""


class GroupState(StrEnum):
    """Where a group stands as a whole."""

    PLACE_UNKNOWN = "place_unknown"
    """The office looks for its place."""
    BOOKED = "booked"
    """Waits for the plan, with a day booked."""
    WAITING = "waiting"
    """Waits for the next plan."""
    NOT_PLANNED = "not_planned"
    """The plan that holds has no room for it, with a reason."""
    SCHEDULED = "scheduled"
    DONE = "done"
    """Nobody waits any more."""
    WITHDRAWN = "withdrawn"
    OFFICE = "office"
    """Everybody has to come to the office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupProgress:
    """One group.

    Attributes
    ----------
    promised
        Appointments, the earliest first.
    booked
        Days booked for it, by date.
    reason
        Why people of it are on no route of the plan that holds.
    """

    letter: LetterHead
    promised: tuple[Promised, ...]
    booked: tuple[Booking, ...]
    reason: ReasonText | None

    @property
    def people(self) -> int:
        """How many there are."""
        return sum(self.letter.people.values())

    @property
    def state(self) -> GroupState:
        """Where it stands; who waits counts before who is done."""
        people = self.letter.people
        if ApplicantStatus.SCHEDULED in people:
            return GroupState.SCHEDULED
        if ApplicantStatus.WAITING in people:
            return self._waiting()
        if people.keys() <= {ApplicantStatus.WITHDRAWN}:
            return GroupState.WITHDRAWN
        return GroupState.OFFICE if people.keys() <= {ApplicantStatus.OFFICE} else GroupState.DONE

    def _waiting(self) -> GroupState:
        if self.letter.place_verdict != "found":
            return GroupState.PLACE_UNKNOWN
        if self.reason:
            return GroupState.NOT_PLANNED
        return GroupState.BOOKED if self.booked else GroupState.WAITING


def groups_of(world: World, *, caller: Caller, now: datetime) -> tuple[GroupProgress, ...]:
    """Return the groups that the caller sees, the newest first."""
    with world.database.reading(caller.scope) as session:
        letters = Letters(session, world.kanim).page(after="", until=now, limit=MOST_GROUPS)
        return _progress(session, world, letters[::-1], caller=caller, now=now)


def group_of(world: World, reference: str, *, caller: Caller, now: datetime) -> GroupProgress:
    """Return one group.

    Raises
    ------
    NotFound
    """
    with world.database.reading(caller.scope) as session:
        (group,) = _progress(session, world, (known_request(session, world, reference),), caller=caller, now=now)
        return group


def _progress(
    session: Session, world: World, letters: Sequence[LetterHead], *, caller: Caller, now: datetime
) -> tuple[GroupProgress, ...]:
    slots = GroupSlots(session, world.kanim)
    references = [letter.reference for letter in letters]
    promised = slots.promised(references)
    version = Plans(session, world.kanim).current_version()
    reasons = slots.reasons(version, references) if version else {}
    bookings = Bookings(session, world.kanim).live(caller.scope.organisation_id, today_of(world, now))
    return tuple(
        GroupProgress(
            letter=letter,
            promised=tuple(one for one in promised if one.request == letter.reference),
            booked=tuple(
                one for one in bookings if one.request == letter.reference and one.state is BookingState.BOOKED
            ),
            reason=reason_text(reasons[letter.reference]) if letter.reference in reasons else None,
        )
        for letter in letters
    )
