"""Gathering and routing decide together: several ways to gather are routed, and the best checked plan is kept.

Within each of them routing also chooses among the venues of a session, which are alternatives of one group. Ways that
ask the same are routed once. The best one is then planned with the days of large groups in a row, and what is worth
more is kept. The way by the rules alone is always among the first, so nothing worth less than its first plan is kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mobile_passport.domain.refusal import Refusal
from mobile_passport.planning.blocks import LargeGroup, in_blocks, large_groups
from mobile_passport.planning.question import Question
from mobile_passport.planning.timetable import Timetable
from mobile_passport.rules.rulebook import Rulebook
from optimizer.check import check
from optimizer.plan import Plan, Status
from optimizer.solve import SolveParams, solve


class PlanBroken(Refusal):
    """The optimizer returned a plan that its independent check refuses; nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A checked plan of one question.

    Attributes
    ----------
    points
        Of the plan, less the travel of the people served.
    worth
        Points, and what it is worth that large groups have their days in a row.
    """

    question: Question
    plan: Plan
    groups: tuple[LargeGroup, ...]
    points: float
    worth: float


def best_answer(
    ask_each: Sequence[Callable[[], Question]], timetable: Timetable, rulebook: Rulebook, params: SolveParams
) -> Answer:
    """Make a first plan of every way to gather for a share of the limits, and plan the best one with the rest.

    Parameters
    ----------
    ask_each
        Ways to gather, the one by the rules first; at least one.

    Raises
    ------
    PlanBroken
        Never, unless the optimizer has a bug.
    """
    questions: list[Question] = []
    for way in ask_each:
        question = way()
        if all(question.problem != other.problem for other in questions):
            questions.append(question)
    if len(questions) == 1 and not large_groups(questions[0], None, timetable):
        return _answer(questions[0], timetable, rulebook, params)
    share = rulebook.planning.joint.trial_share
    trial = _part(params, share / len(questions))
    best = max((_answer(q, timetable, rulebook, trial) for q in questions), key=lambda answer: answer.points)
    longer = _answer(in_blocks(best.question, best.groups, timetable), timetable, rulebook, _part(params, 1 - share))
    return max(best, longer, key=lambda answer: answer.worth)


def _answer(question: Question, timetable: Timetable, rulebook: Rulebook, params: SolveParams) -> Answer:
    plan = solve(question.problem, params)
    report = check(question.problem, plan)
    if report.violations or plan.status is Status.INFEASIBLE:
        raise PlanBroken("; ".join(f"{v.code} {v.where}: {v.detail}" for v in report.violations) or "promise not kept")
    groups = large_groups(question, plan, timetable)
    rules = rulebook.planning
    points = plan.objective - rules.gathering.travel_cost_per_person_hour * question.hours(plan)
    in_a_row = rules.preferences.consecutive_days_points * sum(group.is_consecutive for group in groups)
    return Answer(question=question, plan=plan, groups=groups, points=points, worth=points + in_a_row)


def _part(params: SolveParams, share: float) -> SolveParams:
    """Return the same search with a share of its limits."""
    return replace(
        params,
        time_limit_s=None if params.time_limit_s is None else params.time_limit_s * share,
        work_limit=None if params.work_limit is None else max(1, round(params.work_limit * share)),
    )
