"""One page of figures for the head of the office and the auditor."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.identity import allowed
from api.routes.dependencies import DeskDep, NowDep, WorldDep
from api.screens import screen
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.services.satisfaction.survey_results import list_results
from mobile_passport.services.show_figures import AGES_DAYS, NO_PLACE, show_figures

router = APIRouter(include_in_schema=False)

PATH = "/ikhtisar"
SURVEYS_SHOWN = 8

FiguresReader = Annotated[Caller, Depends(allowed(Operation.FIGURES_READ))]


@router.get(PATH)
def overview(request: Request, world: WorldDep, desk: DeskDep, caller: FiguresReader, now: NowDep) -> Response:
    """Show the figures; they name nobody."""
    standing = [one for one in list_results(world) if one.superseded_by is None]
    return screen(
        request,
        world,
        caller,
        "planner/overview.html",
        figures=show_figures(world, desk, now=now),
        ages_days=AGES_DAYS,
        no_place=NO_PLACE,
        surveys=standing[:SURVEYS_SHOWN],
        satisfaction=world.rulebook.satisfaction,
        most_exports=world.rulebook.privacy.exports.most_a_day,
        now=now,
    )
