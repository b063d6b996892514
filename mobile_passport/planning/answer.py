"""A checked plan of a question, the days of large groups in a row where that is worth more."""

from dataclasses import dataclass, replace

from mobile_passport.domain.planning_run import SearchStage
from mobile_passport.domain.refusal import Refusal
from mobile_passport.planning.blocks import LargeGroup, in_blocks, large_groups
from mobile_passport.planning.progress import in_people
from mobile_passport.planning.question import Question
from mobile_passport.planning.timetable import Timetable
from mobile_passport.rules.rulebook import Rulebook
from optimizer.check import check
from optimizer.plan import PROVED_GAP, Plan, Status
from optimizer.problem import Problem
from optimizer.solve import SolveParams, solve


class PlanBroken(Refusal):
    """The optimizer returned a plan that its independent check refuses; nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A checked plan of one question.

    Attributes
    ----------
    worth
        Points less the travel of the people served, and what it is worth that large groups have their days in a row.
    """

    question: Question
    plan: Plan
    groups: tuple[LargeGroup, ...]
    worth: float


def best_answer(question: Question, timetable: Timetable, rulebook: Rulebook, params: SolveParams) -> Answer:
    """Plan a question; with large groups in it, plan it again with their days in a row, and keep what is worth more.

    Raises
    ------
    PlanBroken
        Never, unless the optimizer has a bug.
    """
    if not large_groups(question, None, timetable):
        return _answer(question, timetable, rulebook, in_people(question, params, SearchStage.ROUTING))
    half = part_of(params, 0.5)
    first = _answer(question, timetable, rulebook, in_people(question, half, SearchStage.ROUTING))
    held = in_blocks(question, first.groups, timetable)
    again = _answer(held, timetable, rulebook, in_people(held, half, SearchStage.IN_A_ROW))
    again = replace(again, plan=bounded(again.plan, first.plan.bound))
    return max(first, again, key=lambda answer: answer.worth)


def bounded(plan: Plan, bound: float | None) -> Plan:
    """Return a plan with the bound of a wider problem, of which it is a plan too, instead of that of its own."""
    if plan.status is Status.INFEASIBLE:
        return plan
    bound = None if bound is None else max(bound, plan.objective)
    gap = None if bound is None else ((bound - plan.objective) / abs(bound) if bound else 0.0)
    is_proved = gap is not None and gap < PROVED_GAP
    return replace(plan, bound=bound, gap=gap, status=Status.OPTIMAL if is_proved else Status.FEASIBLE)


def _answer(question: Question, timetable: Timetable, rulebook: Rulebook, params: SolveParams) -> Answer:
    plan = checked(question.problem, params)
    groups = large_groups(question, plan, timetable)
    rules = rulebook.planning
    in_a_row = rules.preferences.consecutive_days_points * sum(group.is_consecutive for group in groups)
    people_travel = rules.gathering.travel_cost_per_person_hour * question.hours(plan)
    return Answer(question=question, plan=plan, groups=groups, worth=plan.objective - people_travel + in_a_row)


def checked(problem: Problem, params: SolveParams) -> Plan:
    """Solve a problem and let the judge of plans confirm the answer.

    Raises
    ------
    PlanBroken
        Never, unless the optimizer has a bug.
    """
    plan = solve(problem, params)
    report = check(problem, plan)
    if report.violations or plan.status is Status.INFEASIBLE:
        raise PlanBroken("; ".join(f"{v.code} {v.where}: {v.detail}" for v in report.violations) or "promise not kept")
    return plan


def part_of(params: SolveParams, share: float) -> SolveParams:
    """Return the same search with a share of its limits."""
    return replace(
        params,
        time_limit_s=None if params.time_limit_s is None else params.time_limit_s * share,
        work_limit=None if params.work_limit is None else max(1, round(params.work_limit * share)),
    )
