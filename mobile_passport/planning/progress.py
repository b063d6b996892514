"""A look at a search as a planner reads it: how many of the people who wait its plan serves so far."""

from dataclasses import dataclass, replace

from mobile_passport.domain.planning_run import SearchStage
from mobile_passport.planning.question import Question
from optimizer.solve import Progress, SolveParams


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressInPeople(Progress):
    """A look at a running search.

    Attributes
    ----------
    people
        Who wait and stand on a route of the best plan so far; people of promises are not counted.
    """

    stage: SearchStage
    people: int


def in_people(question: Question, params: SolveParams, stage: SearchStage) -> SolveParams:
    """Return the same search, which tells whoever watches it the people of a question besides its visits."""
    tell = params.on_progress
    if tell is None:
        return params
    on_visit = {
        alternative.visit.id: frozenset(attendee.person.id for attendee in session.attendees)
        for session, alternatives in question.sessions
        for alternative in alternatives
    }

    def told(progress: Progress) -> bool | None:
        served = frozenset[object]().union(*(on_visit.get(visit, ()) for visit in progress.visits))
        return tell(
            ProgressInPeople(
                elapsed_s=progress.elapsed_s,
                objective=progress.objective,
                bound=progress.bound,
                visits=progress.visits,
                phase=progress.phase,
                stage=stage,
                people=len(served),
            )
        )

    return replace(params, on_progress=told)
