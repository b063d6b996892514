"""Windows that households are told and that hold: buffers before stops, or another day, or a wider window."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mobile_passport.domain.demand import Promise
from mobile_passport.domain.planning_run import SearchStage
from mobile_passport.domain.refusal import Refusal
from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.answer import bounded, part_of
from mobile_passport.planning.progress import in_people
from mobile_passport.planning.question import Alternative, Question
from mobile_passport.planning.sessions import Session
from mobile_passport.planning.simulation import simulated_day
from mobile_passport.planning.timetable import Timetable
from mobile_passport.rules.rulebook import Rulebook
from optimizer.check import check
from optimizer.home_windows import HomeWindow, KeptRoute, WindowRule, keep_windows
from optimizer.plan import Plan, Status
from optimizer.problem import Window
from optimizer.solve import SolveParams, solve

ROUNDS = 3
"""So often households may leave a day and everything is planned anew; measured, the first plan nearly always does."""
SHARE_OF_LIMITS = 0.25
"""Of the limits of the search, for each of these rounds, on top."""

type Days = Mapping[str, frozenset[date]]
"""Sessions by name, and dates that are closed to them."""


class WindowsBroken(Refusal):
    """A plan with buffers fails its independent check: a defect; nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPrice:
    """What it costs that windows hold.

    Attributes
    ----------
    buffer_minutes
        Added before households, together.
    moved_people
        People of households that had to leave a day for another one.
    widened
        Households that are told a wider window than usual, because nothing else helped.
    """

    buffer_minutes: int
    moved_people: int
    widened: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlan:
    """A plan whose windows hold.

    Attributes
    ----------
    windows
        By visit of the problem, those of promised households included.
    """

    question: Question
    plan: Plan
    windows: Mapping[str, HomeWindow]
    price: WindowPrice


def window_rule(rulebook: Rulebook) -> WindowRule:
    """Put together what ``messages.toml`` and ``punctuality.toml`` say about windows."""
    rules = rulebook.punctuality.home_window
    return WindowRule(
        width_s=rulebook.messages.wording.home_window_minutes * 60,
        coverage=rules.coverage,
        widen_step_s=rules.widen_step_minutes * 60,
    )


def plan_with_windows(
    question: Question,
    plan: Plan,
    promises: Sequence[Promise],
    timetable: Timetable,
    rulebook: Rulebook,
    params: SolveParams,
) -> KeptPlan:
    """Make the window of every household of a plan hold on the share of days that the rules promise.

    Starts move back where that is enough. Otherwise the last new household of the route leaves the day, and a new stop
    leaves a day on which it would break a window told before; then the rest is planned anew. Where that does not help
    either, or the household has no other day, it is told a wider window.

    Raises
    ------
    WindowsBroken
        Never, unless there is a bug.
    """
    moved: dict[str, Session] = {}
    kept = _kept(question, plan, promises, timetable, rulebook)
    for turn in range(1, ROUNDS + 1):
        closed = dict(_closed(kept, promises, timetable, rulebook, is_last=turn == ROUNDS))
        if not closed:
            break
        moved |= {session.visit: session for session, _ in kept.question.sessions if session.visit in closed}
        question = _without(kept.question, closed, timetable)
        narrowed = solve(question.problem, in_people(question, part_of(params, SHARE_OF_LIMITS), SearchStage.WINDOWS))
        kept = _kept(question, bounded(narrowed, plan.bound), promises, timetable, rulebook)
    people = sum(len(session.attendees) for session in moved.values() if session.kind is VisitKind.HOME)
    return replace(kept, price=replace(kept.price, moved_people=people))


def _kept(
    question: Question, plan: Plan, promises: Sequence[Promise], timetable: Timetable, rulebook: Rulebook
) -> KeptPlan:
    """Choose the windows of a plan, with the buffers that its routes have room for."""
    rules, rule = rulebook.punctuality, window_rule(rulebook)
    told = {promise.visit: _told(promise, timetable, rule) for promise in promises if promise.kind is VisitKind.HOME}
    kind_of = {promise.visit: promise.kind for promise in promises}
    kind_of |= {one.visit.id: session.kind for session, alternatives in question.sessions for one in alternatives}
    routes: list[KeptRoute] = []
    for route in plan.routes:
        kinds = [kind_of[stop.visit] for stop in route.stops]
        routes.append(
            keep_windows(
                question.problem,
                route,
                simulated_day(question.problem, route, kinds, rulebook),
                {stop.visit: told.get(stop.visit) for stop in route.stops if kind_of[stop.visit] is VisitKind.HOME},
                rule,
                rules.variation,
                days=rules.simulation.days,
                seed=rules.simulation.seed,
            )
        )
    plan = replace(plan, routes=tuple(kept.route for kept in routes))
    report = check(question.problem, plan)
    if report.violations or plan.status is Status.INFEASIBLE:
        raise WindowsBroken("; ".join(f"{v.code} {v.where}: {v.detail}" for v in report.violations) or "promise broken")
    windows = {window.stop: window for kept in routes for window in kept.windows}
    return KeptPlan(
        question=question,
        plan=plan,
        windows=windows,
        price=WindowPrice(
            buffer_minutes=sum(window.put_off_s for window in windows.values()) // 60,
            moved_people=0,
            widened=sum(window.width_s > rule.width_s for name, window in windows.items() if name not in told),
        ),
    )


def _told(promise: Promise, timetable: Timetable, rule: WindowRule) -> Window:
    opens_s = min(timetable.seconds_at(slot_at) for _, slot_at in promise.people)
    closes_at = promise.window_closes_at
    return Window(start_s=opens_s, end_s=timetable.seconds_at(closes_at) if closes_at else opens_s + rule.width_s)


def _closed(
    kept: KeptPlan, promises: Sequence[Promise], timetable: Timetable, rulebook: Rulebook, *, is_last: bool
) -> Days:
    """Return which sessions have to leave which days so that windows can hold; nothing when all do."""
    rule = window_rule(rulebook)
    closed: dict[str, set[date]] = defaultdict(set)
    for session, day in (*_leaving(kept, timetable, rule), *_giving_way(kept, timetable, rule)):
        closed[session.visit].add(day)
    if is_last and any(True for _ in _giving_way(kept, timetable, rule)):
        told_days = {timetable.moment(timetable.seconds_at(p.starts_at)).date() for p in promises}
        for session, _ in kept.question.sessions:
            closed[session.visit] |= told_days
    return {name: frozenset(days) for name, days in closed.items()}


def _leaving(kept: KeptPlan, timetable: Timetable, rule: WindowRule) -> Iterator[tuple[Session, date]]:
    """Find the last new household of each route with a window too wide; it leaves the day if it has another."""
    options_of = {one.visit.id: part for part in kept.question.sessions for one in part[1]}
    for route in kept.plan.routes:
        new = [options_of[stop.visit] for stop in route.stops if stop.visit in options_of]
        day = timetable.moment(route.stops[0].start_s).date()
        if any(
            stop.visit in options_of and stop.visit in kept.windows and kept.windows[stop.visit].width_s > rule.width_s
            for stop in route.stops
        ):
            free = [s for s, options in new if s.kind is VisitKind.HOME and _dates(options, timetable) - {day}]
            yield from ((session, day) for session in free[-1:])


def _giving_way(kept: KeptPlan, timetable: Timetable, rule: WindowRule) -> Iterator[tuple[Session, date]]:
    """Find the new stops before a household whose window, told before, does not hold any more."""
    session_of = {one.visit.id: session for session, options in kept.question.sessions for one in options}
    for route in kept.plan.routes:
        before: list[Session] = []
        for stop in route.stops:
            if stop.visit in session_of:
                before.append(session_of[stop.visit])
            elif stop.visit in kept.windows and kept.windows[stop.visit].coverage < rule.coverage:
                day = timetable.moment(stop.start_s).date()
                yield from ((session, day) for session in before)


def _dates(options: Sequence[Alternative], timetable: Timetable) -> set[date]:
    return {timetable.moment(window.start_s).date() for option in options for window in option.visit.windows}


def _without(question: Question, closed: Days, timetable: Timetable) -> Question:
    """Ask the same with days closed to some sessions."""
    sessions = tuple(
        (session, tuple(_open(options, closed.get(session.visit, frozenset()), timetable)))
        for session, options in question.sessions
    )
    kept = {one.visit.id: one.visit for _, options in sessions for one in options}
    asked = {one.visit.id for _, options in question.sessions for one in options}
    visits = tuple(kept.get(v.id, v) for v in question.problem.visits if v.id in kept or v.id not in asked)
    return replace(question, sessions=sessions, problem=replace(question.problem, visits=visits))


def _open(options: Sequence[Alternative], closed: frozenset[date], timetable: Timetable) -> Iterator[Alternative]:
    for option in options:
        windows = tuple(w for w in option.visit.windows if timetable.moment(w.start_s).date() not in closed)
        if windows:
            yield replace(option, visit=replace(option.visit, windows=windows))
