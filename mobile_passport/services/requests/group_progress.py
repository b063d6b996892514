"""Where each of a caller's groups stands: what its coordinator is told first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.booking import Booking
from mobile_passport.domain.reasons import ReasonText, reason_text
from mobile_passport.domain.status import ApplicantStatus, BookingState
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.plans.group_slots import GroupSlots, Promised, Proposed
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.requests.letters import LetterHead, Letters
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.booking.list_bookings import places_in_line
from mobile_passport.services.requests.read_requests import known_request
from mobile_passport.services.world import World

GROUPS_ON_A_PAGE = 20


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
    UNSURVEYED = "unsurveyed"
    """The plan that holds proposes a place for it that has to be surveyed first."""
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
    bookings
        Days that it has booked, holds or waits for, by date.
    in_line
        Of what waits: the place on the list of its day, from 1, and how many wait there.
    reason
        Why people of it are on no route of the plan that holds.
    proposed
        What that plan has for people of it once the place is surveyed.
    """

    letter: LetterHead
    promised: tuple[Promised, ...]
    bookings: tuple[Booking, ...]
    in_line: Mapping[UUID, tuple[int, int]]
    reason: ReasonText | None
    proposed: Proposed | None

    @property
    def booked(self) -> tuple[Booking, ...]:
        """Days that are its own."""
        return tuple(one for one in self.bookings if one.state is BookingState.BOOKED)

    @property
    def asked(self) -> tuple[Booking, ...]:
        """Days that it waits for, or holds after waiting."""
        return tuple(one for one in self.bookings if one.state is not BookingState.BOOKED)

    @property
    def moved_at(self) -> datetime:
        """When something happened to it last: it came, a day was asked for, or a plan was published."""
        booked, promised = (one.created_at for one in self.bookings), (one.promised_at for one in self.promised)
        return max([self.letter.created_at, *booked, *promised])

    @property
    def withdrawn(self) -> int:
        """How many of it have been withdrawn while others stay; none where nobody does."""
        people = self.letter.people
        return 0 if people.keys() <= {ApplicantStatus.WITHDRAWN} else people.get(ApplicantStatus.WITHDRAWN, 0)

    @property
    def people(self) -> int:
        """How many there are, without those withdrawn."""
        return sum(self.letter.people.values()) - self.withdrawn

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
        if self.proposed:
            return GroupState.UNSURVEYED
        return GroupState.BOOKED if self.booked else GroupState.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage:
    """Some of the groups that were asked for.

    Attributes
    ----------
    found
        How many there are on all pages.
    page, pages
        Which one this is, from 1, of how many.
    """

    groups: tuple[GroupProgress, ...]
    found: int
    page: int
    pages: int


def groups_of(
    world: World, *, words: str = "", state: GroupState | None = None, page: int = 1, caller: Caller, now: datetime
) -> GroupPage:
    """Return groups that the caller sees, those first to which something happened last.

    Parameters
    ----------
    words
        Stand in the number, the asker or the place of the group, all of them.
    page
        From 1; beyond the last one, the last one.
    """
    with world.database.reading(caller.scope) as session:
        asked = [word.casefold() for word in words.split()]
        letters = [one for one in Letters(session, world.kanim).all() if all(word in _said(one) for word in asked)]
        groups = _progress(session, world, letters, caller=caller, now=now)
    found = sorted((one for one in groups if state in (None, one.state)), key=_latest_first, reverse=True)
    pages = max(1, -(-len(found) // GROUPS_ON_A_PAGE))
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * GROUPS_ON_A_PAGE : page * GROUPS_ON_A_PAGE]
    return GroupPage(groups=tuple(shown), found=len(found), page=page, pages=pages)


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
    references = {letter.reference for letter in letters}
    promised = _by_request(slots.promised(references))
    version = Plans(session, world.kanim).current_version()
    reasons = slots.reasons(version, references) if version else {}
    proposed = slots.proposed(version, references) if version else {}
    live = Bookings(session, world.kanim).live(caller.scope.organisation_id, today_of(world, now))
    bookings = _by_request(one for one in live if one.request in references)
    in_line = places_in_line(session, world, [one for many in bookings.values() for one in many], now=now)
    return tuple(
        GroupProgress(
            letter=letter,
            promised=tuple(promised.get(letter.reference, ())),
            bookings=tuple(bookings.get(letter.reference, ())),
            in_line=in_line,
            reason=reason_text(reasons[letter.reference]) if letter.reference in reasons else None,
            proposed=proposed.get(letter.reference),
        )
        for letter in letters
    )


def _by_request[T: (Promised, Booking)](found: Iterable[T]) -> dict[str | None, list[T]]:
    gathered: dict[str | None, list[T]] = {}
    for one in found:
        gathered.setdefault(one.request, []).append(one)
    return gathered


def _said(letter: LetterHead) -> str:
    texts = (letter.reference, letter.external_reference, letter.asker_name, letter.place_label, letter.place_text)
    return "\n".join(text for text in texts if text).casefold()


def _latest_first(group: GroupProgress) -> tuple[datetime, str]:
    return group.moved_at, group.letter.reference
