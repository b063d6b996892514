"""One visit → an arrival slot for every applicant: priority people first, parties together, little waiting."""

import math
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum

from optimizer.line import Person, SessionHours, Stations, simulate_session
from optimizer.session_rules import require_valid_session

TOLERANCES_S = (*range(0, 900, 60), *range(900, 3600, 300), *range(3600, 14400, 1800), math.inf)
"""Waiting behind others that an arrival may bring: candidates, of which the one with the best outcome is taken."""

MARGINS_S = (0, 300, 600, 900, 1800)
"""Reserve before the last station in the other kind of candidate."""


class UnplacedCode(StrEnum):
    """Why a person has no slot."""

    SESSION_FULL = "session_full"
    COMPANIONS_CONFLICT = "companions_conflict"
    OUTSIDE_HOURS = "outside_hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """When a person is asked to come, and what to expect on a nominal day; seconds as in the session's hours."""

    person: str
    arrival_s: int
    expected_start_s: int
    expected_end_s: int
    waiting_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A person without a slot, and why."""

    person: str
    code: UnplacedCode
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointments:
    """Slots in the order in which people are called; waiting and finish are those of a nominal day."""

    slots: tuple[Slot, ...]
    mean_waiting_s: float
    finish_s: int
    unplaced: tuple[Unplaced, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Party:
    """People who arrive together, and when all of them can."""

    people: tuple[Person, ...]
    earliest_s: float
    latest_s: float

    @property
    def call_order(self) -> tuple[float, float]:
        """Highest priority first, then whoever has to come early."""
        return -max(person.priority for person in self.people), self.latest_s


type _Placed = list[tuple[_Party, int]]


def schedule(people: tuple[Person, ...], stations: Stations, hours: SessionHours, *, wave_s: int = 900) -> Appointments:
    """Give everyone an arrival slot.

    Parties are called in the order of their highest priority, then of their `latest_s`, then as listed. Each comes
    with the first wave in which it waits behind others no longer than a tolerance, or as late as the last station
    allows. Of these candidates the one is taken with least mean waiting (to the minute), then the earliest finish.

    Parameters
    ----------
    people
        Ids are unique.
    wave_s
        Arrivals are multiples of this after the session opens; 600–900 in practice.

    Returns
    -------
    Appointments
        Everyone has a slot or is unplaced with a reason; nobody's service ends after the session closes.

    Raises
    ------
    InvalidProblem
        With every finding: repeated ids, implausible durations, no desks, impossible hours.
    """
    require_valid_session(people, stations, hours, wave_s)
    parties = _parties(people)
    apart = [party for party in parties if party.earliest_s > party.latest_s]
    waves = _waves(hours, wave_s)
    outside = [party for party in parties if party not in apart and not _can_come(party, waves)]
    called = sorted((p for p in parties if p not in apart and p not in outside), key=lambda party: party.call_order)
    fitting = [party for party, _ in _place(called, stations, hours, waves, math.inf)]
    best = _best(fitting, stations, hours, waves)
    placed = {slot.person for slot in best.slots}
    full = [party for party in called if party.people[0].id not in placed]
    unplaced = (
        *_unplaced(
            apart, UnplacedCode.COMPANIONS_CONFLICT, "the people who come together cannot come at the same time"
        ),
        *_unplaced(outside, UnplacedCode.OUTSIDE_HOURS, "no arrival of the session lies within the times given"),
        *_unplaced(full, UnplacedCode.SESSION_FULL, "the stations are taken until the session closes"),
    )
    return Appointments(
        slots=best.slots, mean_waiting_s=best.mean_waiting_s, finish_s=best.finish_s, unplaced=tuple(unplaced)
    )


def _unplaced(parties: list[_Party], code: UnplacedCode, detail: str) -> Iterator[Unplaced]:
    for party in parties:
        for person in party.people:
            yield Unplaced(person=person.id, code=code, detail=detail)


def _parties(people: tuple[Person, ...]) -> list[_Party]:
    together: dict[tuple[str, str], list[Person]] = {}
    for person in people:
        key = ("alone", person.id) if person.party is None else ("party", person.party)
        together.setdefault(key, []).append(person)
    return [
        _Party(
            people=tuple(members),
            earliest_s=max((p.earliest_s for p in members if p.earliest_s is not None), default=-math.inf),
            latest_s=min((p.latest_s for p in members if p.latest_s is not None), default=math.inf),
        )
        for members in together.values()
    ]


def _waves(hours: SessionHours, wave_s: int) -> list[int]:
    waves = range(hours.opens_s, hours.closes_s, wave_s)
    return [wave for wave in waves if not any(pause.start_s <= wave < pause.end_s for pause in hours.breaks)]


def _can_come(party: _Party, waves: list[int]) -> bool:
    return any(party.earliest_s <= wave <= party.latest_s for wave in waves)


class _Line:
    """Until when each desk is taken when people are served strictly in the order in which they joined."""

    def __init__(self, stations: Stations, hours: SessionHours) -> None:
        self.free = [[-math.inf] * desks for desks in stations.desks]
        self.breaks = hours.breaks

    def join(self, party: _Party, arrival_s: int) -> tuple[float, float]:
        """Serve a party; return the mean waiting and the last end."""
        waiting = 0.0
        last = float(arrival_s)
        for person in party.people:
            ready = float(arrival_s)
            for free, service_s in zip(self.free, person.services_s, strict=True):
                desk = free.index(min(free))
                begins = max(ready, free[desk])
                for pause in self.breaks:
                    if begins < pause.end_s and begins + service_s > pause.start_s:
                        begins = pause.end_s
                waiting += begins - ready
                ready = free[desk] = begins + service_s
            last = max(last, ready)
        return waiting / len(party.people), last


def _place(
    parties: list[_Party], stations: Stations, hours: SessionHours, waves: list[int], tolerance_s: float
) -> _Placed:
    """Let parties join in order, each with the first wave that keeps its waiting behind others within tolerance."""
    line = _Line(stations, hours)
    alone = {
        party.people[0].id: _Line(stations, SessionHours(opens_s=0, closes_s=0)).join(party, 0)[0] for party in parties
    }
    waiting = list(parties)
    placed = []
    for wave in waves:
        for party in list(waiting):
            if party.earliest_s > wave:
                continue
            if party.latest_s < wave:
                waiting.remove(party)
                continue
            tried = deepcopy(line)
            waited_s, ends_s = tried.join(party, wave)
            if ends_s > hours.closes_s:
                waiting.remove(party)
                continue
            if waited_s - alone[party.people[0].id] > tolerance_s:
                break
            line = tried
            waiting.remove(party)
            placed.append((party, wave))
    return placed


def _best(fitting: list[_Party], stations: Stations, hours: SessionHours, waves: list[int]) -> Appointments:
    """Try every candidate; drop the last party while the line, which may overtake, does not end in time."""
    while True:
        together = _place(fitting, stations, hours, waves, math.inf)
        options = [_place(fitting, stations, hours, waves, tolerance_s) for tolerance_s in TOLERANCES_S]
        options.extend(_just_in_time(together, stations, hours, waves, margin_s) for margin_s in MARGINS_S)
        outcomes = [_appointments(placed, stations, hours) for placed in options if len(placed) == len(fitting)]
        in_time = [outcome for outcome in outcomes if outcome.finish_s <= hours.closes_s]
        if in_time:
            return min(in_time, key=lambda outcome: (round(outcome.mean_waiting_s / 60), outcome.finish_s))
        fitting = fitting[:-1]


def _just_in_time(
    together: _Placed, stations: Stations, hours: SessionHours, waves: list[int], margin_s: int
) -> _Placed:
    """Let parties, in the line of those who come all at once, come as late as their last station allows.

    The last station stays as busy as it is when everyone waits from the beginning, which no tolerance achieves in a
    session that is nearly full.
    """
    people = tuple(person for party, _ in together for person in party.people)
    day = simulate_session(people, tuple(wave for party, wave in together for _ in party.people), stations, hours)
    needed_s = dict(zip((p.id for p in people), day.end_s[0] - [sum(p.services_s) for p in people], strict=True))
    later: _Placed = []
    following = math.inf
    for party, wave in reversed(together):
        limit_s = min(needed_s[person.id] for person in party.people) - margin_s
        limit_s = min(limit_s, party.latest_s, following)
        arrival_s = max([wave, *(other for other in waves if other <= limit_s)])
        following = arrival_s if party.earliest_s <= hours.opens_s else following
        later.append((party, arrival_s))
    return later[::-1]


def _appointments(placed: _Placed, stations: Stations, hours: SessionHours) -> Appointments:
    people = tuple(person for party, _ in placed for person in party.people)
    arrivals_s = tuple(wave for party, wave in placed for _ in party.people)
    if not people:
        return Appointments(slots=(), mean_waiting_s=0.0, finish_s=hours.opens_s)
    day = simulate_session(people, arrivals_s, stations, hours)
    slots = tuple(
        Slot(
            person=person.id,
            arrival_s=arrival_s,
            expected_start_s=int(day.start_s[0, index]),
            expected_end_s=int(day.end_s[0, index]),
            waiting_s=int(day.waiting_s[0, index]),
        )
        for index, (person, arrival_s) in enumerate(zip(people, arrivals_s, strict=True))
    )
    return Appointments(slots=slots, mean_waiting_s=day.mean_waiting_s(), finish_s=int(day.finish_s[0]))
