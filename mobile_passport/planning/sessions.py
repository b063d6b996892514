"""People gathered at a place, cut into sessions that one team can serve in one go."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from mobile_passport.domain.demand import Place, WaitingPerson, WaitingRequest
from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.sites import Site

type Party = tuple["Attendee", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """A person with the request that brought them."""

    person: WaitingPerson
    request: WaitingRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """Everyone who is to come to one place, however many days it takes.

    Attributes
    ----------
    waiver
        Why fewer than the minimum may come; ``None`` when the minimum is met.
    requests
        All of which have the same days booked, or none.
    """

    kind: VisitKind
    site: Site
    waiver: str | None
    requests: tuple[WaitingRequest, ...]

    @property
    def booked_dates(self) -> tuple[date, ...]:
        """Days that were booked; empty when it may be any day."""
        return self.requests[0].booked_dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """People whom one team serves at one place without interruption but for the break.

    Attributes
    ----------
    visit
        Name within the plan: ``K-007`` collective, ``R-003`` at home (rumah).
    closed_dates
        Days on which others take the room that the place has, and where days were booked, all others.
    """

    visit: str
    kind: VisitKind
    place: Place
    waiver: str | None
    attendees: tuple[Attendee, ...]
    closed_dates: frozenset[date] = frozenset()

    @property
    def deadline_date(self) -> date | None:
        """The earliest deadline among the requests, ``None`` when nothing presses."""
        return min((day for a in self.attendees if (day := a.request.deadline_date) is not None), default=None)

    @property
    def booked_dates(self) -> frozenset[date]:
        """Days that were booked, the same for all requests of a session; empty when it may be any day."""
        return frozenset(day for attendee in self.attendees for day in attendee.request.booked_dates)

    @property
    def wished_dates(self) -> frozenset[date]:
        """Days that somebody wished for; empty when nobody did."""
        return frozenset(day for attendee in self.attendees for day in attendee.request.wished_dates)


def parties_of(requests: Iterable[WaitingRequest]) -> tuple[Party, ...]:
    """Group people into parties that stay together: most pressing request first, then in the order of the lists."""
    pressing = sorted(requests, key=lambda request: (request.deadline_date or date.max, request.reference))
    parties: dict[tuple[str, str], list[Attendee]] = {}
    for request in pressing:
        for person in request.people:
            parties.setdefault((request.reference, person.party or str(person.id)), []).append(
                Attendee(person=person, request=request)
            )
    return tuple(tuple(party) for party in parties.values())


def cut(parties: Sequence[Party], fits: Callable[[tuple[Attendee, ...]], bool]) -> tuple[tuple[Attendee, ...], ...]:
    """Cut parties, in order, into the fewest balanced runs that all fit; a party is never cut.

    Parameters
    ----------
    fits
        Whether one team can serve these people in one go. A single party that does not fit is returned as it is: the
        plan will say that it fits into no day.
    """
    for pieces in range(1, len(parties) + 1):
        runs = _balanced(parties, pieces)
        if all(fits(run) for run in runs):
            return runs
    return tuple(parties)


def _balanced(parties: Sequence[Party], pieces: int) -> tuple[tuple[Attendee, ...], ...]:
    # Cut where the running number of people comes nearest to each multiple of the average; every run gets a party.
    ends, running = [], 0
    for party in parties:
        running += len(party)
        ends.append(running)
    cuts = [0]
    for piece in range(1, pieces):
        goal = running * piece / pieces
        earliest, latest = cuts[-1] + 1, len(parties) - (pieces - piece)
        cuts.append(min(range(earliest, latest + 1), key=lambda cut: (abs(ends[cut - 1] - goal), cut)))
    cuts.append(len(parties))
    return tuple(tuple(a for party in parties[first:last] for a in party) for first, last in pairwise(cuts))
