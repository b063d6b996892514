"""Gathering and routing decide together: several ways to gather are routed, and the best checked plan is kept.

Within each of them routing also chooses among the venues of a session, which are alternatives of one group. Ways that
ask the same are routed once. The way by the rules alone is always among them, so what is kept is never worth less than
it was when each way had its trial.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mobile_passport.domain.refusal import Refusal
from mobile_passport.planning.question import Question
from mobile_passport.rules.rulebook import Rulebook
from optimizer.check import check
from optimizer.plan import Plan, Status
from optimizer.solve import SolveParams, solve


class PlanBroken(Refusal):
    """The optimizer returned a plan that its independent check refuses; nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A checked plan of one question; ``worth`` in points, the travel of the people served taken off."""

    question: Question
    plan: Plan
    worth: float


def best_answer(ask_each: Sequence[Callable[[], Question]], rulebook: Rulebook, params: SolveParams) -> Answer:
    """Route every way to gather for a share of the limits, and the best one for the rest.

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
    if len(questions) == 1:
        return _answer(questions[0], rulebook, params)
    share = rulebook.planning.joint.trial_share
    trial = _part(params, share / len(questions))
    tried = [_answer(question, rulebook, trial) for question in questions]
    best = max(tried, key=lambda answer: answer.worth)
    longer = _answer(best.question, rulebook, _part(params, 1 - share))
    return max(best, longer, key=lambda answer: answer.worth)


def _answer(question: Question, rulebook: Rulebook, params: SolveParams) -> Answer:
    plan = solve(question.problem, params)
    report = check(question.problem, plan)
    if report.violations or plan.status is Status.INFEASIBLE:
        raise PlanBroken("; ".join(f"{v.code} {v.where}: {v.detail}" for v in report.violations) or "promise not kept")
    cost_per_hour = rulebook.planning.gathering.travel_cost_per_person_hour
    return Answer(question=question, plan=plan, worth=plan.objective - cost_per_hour * question.hours(plan))


def _part(params: SolveParams, share: float) -> SolveParams:
    """Return the same search with a share of its limits."""
    return replace(
        params,
        time_limit_s=None if params.time_limit_s is None else params.time_limit_s * share,
        work_limit=None if params.work_limit is None else max(1, round(params.work_limit * share)),
    )
