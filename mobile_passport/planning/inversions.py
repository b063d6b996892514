"""Requests that are served earlier than others that rank higher, and what explains each of them.

A plan serves whole sessions by routes, so it cannot follow an order of requests to the letter. Every exception has to
have a reason, though: one that was stored, or one that can be tried again from the stored problem. What remains is a
place given to somebody without a reason.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from optimizer.check_routes import Journey
from optimizer.plan import Plan, ReasonCode
from optimizer.problem import Problem, Shift, Visit

_SLACK_POINTS = 1e-3
"""Rewards are rounded to three decimals."""


class Explanation(StrEnum):
    """Why a request that ranks lower may be served earlier."""

    PROMISED = "promised"
    """One of the two was promised its day by an earlier plan; promises are kept."""
    NOT_SURVEYED = "not_surveyed"
    """The place of the higher one was not surveyed yet: its day is a proposal that nobody was told."""
    REASON_STORED = "reason_stored"
    """The higher one is left out for a reason that was stored with the plan and checked."""
    WISHED_DAY = "wished_day"
    """The higher one has a day that it wished for, or did not wish for the other's."""
    DAY_WORTH_NO_MORE = "day_worth_no_more"
    """The published rule sees no difference between the two days: it counts fortnights."""
    NO_DAY = "no_day"
    """The higher one cannot be served on that day: deadline, calendar, or its site is taken."""
    NO_PLACE = "no_place"
    """It does not fit into the team's day in place of the other one: kit, hours, way."""
    WORTH_LESS = "worth_less"
    """In the other's place, the plan as a whole would have fewer points: fewer people, or more travel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Those people of a request who are served by one visit.

    Attributes
    ----------
    rank
        Of the request; 1 is served first.
    visit
        Its name in the plan, without the number of an alternative.
    day
        When; ``None`` for people on no route.
    reason_code
        Why they are on none.
    """

    rank: int
    reference: str
    visit: str
    day: date | None
    is_surveyed: bool
    reason_code: str | None
    wished_dates: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inversion:
    """``lower`` is served before ``higher`` although it ranks lower; ``None`` when nothing explains that."""

    higher: Part
    lower: Part
    explanation: Explanation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A visit as planned: the alternative chosen, on which shift, and who else is on that route, in order."""

    visit: Visit
    shift: Shift
    route: tuple[Visit, ...]


@dataclass(slots=True)
class Inversions:
    """Finds and explains the inversions of one plan; what was tried for two visits is remembered."""

    problem: Problem
    plan: Plan
    _journey: Journey = field(init=False)
    _places: dict[str, _Place] = field(init=False)
    _alternatives: dict[str, list[Visit]] = field(init=False)
    _tried: dict[tuple[str, str], Explanation | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._journey = Journey(self.problem)
        self._places = {}
        for route in self.plan.routes:
            visits = tuple(self._journey.visits[stop.visit] for stop in route.stops)
            for visit in visits:
                place = _Place(visit=visit, shift=self._journey.shifts[route.shift], route=visits)
                self._places[name_of(visit.id)] = place
        self._alternatives = {}
        for visit in self.problem.visits:
            self._alternatives.setdefault(name_of(visit.id), []).append(visit)

    def find(self, parts: Sequence[Part]) -> Iterator[Inversion]:
        """Compare every two parts of different requests; cost grows with their square."""
        ordered = sorted(parts, key=lambda part: (part.rank, part.visit))
        for index, higher in enumerate(ordered):
            for lower in ordered[index + 1 :]:
                if lower.rank > higher.rank and _is_earlier(lower, higher):
                    yield Inversion(higher=higher, lower=lower, explanation=self._explain(higher, lower))

    def _explain(self, higher: Part, lower: Part) -> Explanation | None:
        if any(self._is_pinned(part) for part in (higher, lower)):
            return Explanation.PROMISED
        if not higher.is_surveyed:
            return Explanation.NOT_SURVEYED
        if higher.day is None and higher.reason_code not in (None, ReasonCode.NOT_FOUND):
            return Explanation.REASON_STORED
        pair = (higher.visit, lower.visit)
        if pair not in self._tried:
            self._tried[pair] = self._try_exchange(*pair)
        tried = self._tried[pair]
        if tried is Explanation.DAY_WORTH_NO_MORE and higher.wished_dates and lower.day not in higher.wished_dates:
            return Explanation.WISHED_DAY
        return tried

    def _is_pinned(self, part: Part) -> bool:
        place = self._places.get(part.visit)
        return place is not None and place.visit.pin is not None

    def _try_exchange(self, higher: str, lower: str) -> Explanation | None:
        """Put the higher visit on the lower one's route: beside it, in its place, or each in the other's."""
        there = self._places.get(lower)
        if there is None:
            return None
        here = self._places.get(higher)
        now = here.visit.reward if here else 0.0
        on_day = [visit for visit in self._alternatives.get(higher, ()) if _starts_within(visit, there.shift)]
        if not on_day:
            return Explanation.NO_DAY
        better = [visit for visit in on_day if visit.reward > now + _SLACK_POINTS]
        if not better:
            return Explanation.DAY_WORTH_NO_MORE
        gains = [gain for visit in better for gain in self._gains(visit, here, there)]
        if not gains:
            return Explanation.NO_PLACE
        return Explanation.WORTH_LESS if max(gains) <= _SLACK_POINTS else None

    def _gains(self, moved: Visit, here: _Place | None, there: _Place) -> Iterator[float]:
        """Points that the plan would gain, for each exchange that its routes allow."""
        left = tuple(visit for visit in here.route if visit is not here.visit) if here else ()
        freed = self._worth(here.shift, left) - self._worth(here.shift, here.route) if here else 0.0
        without = tuple(visit for visit in there.route if visit is not there.visit)
        before = self._worth(there.shift, there.route)
        beside = self._best(there.shift, there.route, moved)
        if beside is not None:
            yield freed + beside - before
        instead = self._best(there.shift, without, moved)
        if instead is None:
            return
        yield freed + instead - before
        if here:
            for other in self._alternatives[name_of(there.visit.id)]:
                back = self._best(here.shift, left, other)
                if back is not None:
                    yield back - self._worth(here.shift, here.route) + instead - before

    def _best(self, shift: Shift, route: tuple[Visit, ...], added: Visit) -> float | None:
        """Return the worth of a route with a visit more at its best position, ``None`` when it fits nowhere."""
        tours = ((*route[:position], added, *route[position:]) for position in range(len(route) + 1))
        worths = [self._worth(shift, tour) for tour in tours if self._journey.earliest(shift, tour) is not None]
        return max(worths, default=None)

    def _worth(self, shift: Shift, route: Sequence[Visit]) -> float:
        travel_s, _ = self._journey.tour(shift, route)
        return sum(visit.reward for visit in route) - self.problem.objective.travel_cost_per_hour * travel_s / 3600


def name_of(visit: str) -> str:
    """Return the name of a session from the id of one of its alternatives: ``K-007`` of ``K-007/2``."""
    return visit.partition("/")[0]


def count_by_explanation(inversions: Sequence[Inversion]) -> Mapping[Explanation | None, int]:
    """Return how many inversions each explanation explains; ``None`` for those that nothing does."""
    counts: dict[Explanation | None, int] = {}
    for inversion in inversions:
        counts[inversion.explanation] = counts.get(inversion.explanation, 0) + 1
    return counts


def _is_earlier(lower: Part, higher: Part) -> bool:
    return lower.day is not None and (higher.day is None or lower.day < higher.day)


def _starts_within(visit: Visit, shift: Shift) -> bool:
    return any(window.start_s <= shift.end_s and shift.start_s <= window.end_s for window in visit.windows)
