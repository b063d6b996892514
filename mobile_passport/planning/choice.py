"""Gathering and routing decide together: which of many possible gatherings take place is one problem.

Own venues, pooled venues and groups apart are offered side by side. A gathering keeps its requests from every other one
that wants any of them: its visits share groups with theirs. So the optimizer plans at most one gathering of each
request, and it weighs people's travel against the teams' travel and time.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from mobile_passport.domain.demand import Promise, WaitingRequest
from mobile_passport.domain.planning_run import SearchStage
from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.answer import checked
from mobile_passport.planning.gathering import BY_THE_RULES, Gatherer
from mobile_passport.planning.progress import in_people
from mobile_passport.planning.question import Question, ask
from mobile_passport.planning.sessions import Gathering
from mobile_passport.rules.rulebook import Rulebook
from optimizer.problem import Problem
from optimizer.solve import SolveParams


def offers(gatherer: Gatherer, requests: Sequence[WaitingRequest]) -> tuple[Gathering, ...]:
    """Return gatherings that may take place, each by itself within the rules; many exclude each other.

    They are those of every way to gather, requests that may come alone, and each of these at other venues near. Only
    a venue that a request brings, and to which enough people come, has no rival.
    """
    joint = gatherer.rulebook.planning.joint
    found: dict[object, Gathering] = {}
    for variant in (BY_THE_RULES, *joint.variants):
        found |= {_key(gathering): gathering for gathering in gatherer.gather(requests, variant)[0]}
    settled = {r.reference for one in found.values() if gatherer.keeps_own_venue(one) for r in one.requests}
    open_ones = [one for one in found.values() if settled.isdisjoint(_references(one))]
    together = {_references(one): one.requests for one in open_ones if one.kind is VisitKind.COLLECTIVE}
    for request in requests:
        if request.reference in settled or not request.people or request.kind is not VisitKind.COLLECTIVE:
            continue
        if gatherer.may_come_together([request]):
            together.setdefault((request.reference,), (request,))
    for gathering in gatherer.elsewhere(together.values(), joint.venue_choices):
        found.setdefault(_key(gathering), gathering)
    return tuple(found.values())


def _references(gathering: Gathering) -> tuple[str, ...]:
    return tuple(sorted(request.reference for request in gathering.requests))


def _key(gathering: Gathering) -> tuple[object, ...]:
    return (gathering.site.place, *_references(gathering))


def choose(
    gatherer: Gatherer, offered: Sequence[Gathering], promises: Sequence[Promise], params: SolveParams
) -> tuple[Gathering, ...]:
    """Choose gatherings of which no two share a request, as they are worth most on routes.

    Of a gathering of several days only those requests are kept that are not gathered elsewhere instead.

    Raises
    ------
    PlanBroken
        Never, unless the optimizer has a bug.
    """
    question = ask((tuple(offered), ()), promises, gatherer.timetable, gatherer.rulebook, gatherer.travel_times)
    plan = checked(problem_of_choice(question, gatherer.rulebook), in_people(question, params, SearchStage.CHOOSING))
    planned = {stop.visit for route in plan.routes for stop in route.stops}
    served = {
        (id(gathering), attendee.request.reference)
        for gathering, (session, alternatives) in zip(question.gatherings, question.sessions, strict=True)
        if any(alternative.visit.id in planned for alternative in alternatives)
        for attendee in session.attendees
    }
    chosen = []
    for gathering in offered:
        kept = tuple(request for request in gathering.requests if (id(gathering), request.reference) in served)
        if kept == gathering.requests:
            chosen.append(gathering)
        elif kept and gatherer.may_come_together(kept):
            chosen.append(gatherer.gathering_at(gathering.site, kept))
    return tuple(chosen)


def problem_of_choice(question: Question, rulebook: Rulebook) -> Problem:
    """Return a question's problem in which gatherings exclude each other and people's travel takes from their worth."""
    cost_per_hour = rulebook.planning.gathering.travel_cost_per_person_hour
    visits = {visit.id: visit for visit in question.problem.visits}
    for (_, alternatives), rows in zip(question.sessions, _rows(question), strict=True):
        for alternative in alternatives:
            visits[alternative.visit.id] = replace(
                alternative.visit,
                reward=round(max(0.0, alternative.visit.reward - cost_per_hour * alternative.hours), 3),
                groups=rows,
            )
    return replace(question.problem, visits=tuple(visits.values()))


def _rows(question: Question) -> Iterator[frozenset[str]]:
    """Name for each session the groups that it shares with sessions of other gatherings.

    Sessions of one gathering may all be planned. So each group holds one session of every gathering that serves people
    of the same request, and there is a group for every such selection.
    """
    serving: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, (gathering, (session, _)) in enumerate(zip(question.gatherings, question.sessions, strict=True)):
        for reference in {attendee.request.reference for attendee in session.attendees}:
            serving[reference][id(gathering)].append(number)
    selections = {
        tuple(sorted(selection)): None for rivals in serving.values() for selection in product(*rivals.values())
    }
    rows: list[set[str]] = [set() for _ in question.gatherings]
    for number, selection in enumerate(selections):
        for index in selection:
            rows[index].add(f"one of {number}")
    return map(frozenset, rows)
