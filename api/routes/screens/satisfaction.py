"""Results of the survey of public satisfaction: everything that was recorded, and the form for one more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import RedirectResponse

from api.form import Sent
from api.identity import allowed
from api.month_calendar import month_before
from api.routes.dependencies import NowDep, WorldDep
from api.screens import screen
from api.survey_form import LONGEST_SOURCE, Fault, blank, field_of, month_of, read_result, typed_in, typed_of
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.domain.refusal import Conflict, NotFound
from mobile_passport.persistence.satisfaction.survey_results import RecordedResult
from mobile_passport.services.satisfaction.survey_results import (
    PeriodAhead,
    PeriodRecorded,
    list_results,
    record_result,
    standing_result,
)
from mobile_passport.services.world import World

router = APIRouter(include_in_schema=False)

PATH = "/ikhtisar/skm"
MONTHS_OFFERED = 36
_SEE_OTHER = 303

Reader = Annotated[Caller, Depends(allowed(Operation.FIGURES_READ))]
Recorder = Annotated[Caller, Depends(allowed(Operation.SATISFACTION_RECORD))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """The form as it stands on the page.

    Attributes
    ----------
    supersedes
        Identifier of the result that this one corrects.
    is_overtaken
        Somebody else recorded or corrected meanwhile.
    """

    typed: Mapping[str, str]
    supersedes: UUID | None = None
    faults: Mapping[str, Fault] = field(default_factory=dict)
    is_overtaken: bool = False

    @property
    def status(self) -> int:
        """HTTP status that tells what is wrong."""
        return 409 if self.is_overtaken else 422 if self.faults else 200


@router.get(PATH)
def results(
    request: Request,
    world: WorldDep,
    caller: Reader,
    now: NowDep,
    corrected: Annotated[UUID | None, Query(alias="perbaiki")] = None,
) -> Response:
    """List what was recorded, with an empty form or one that has a result to correct."""
    known, rules = list_results(world), world.rulebook.satisfaction
    page = _Page(typed=blank(rules))
    if corrected is not None:
        standing = standing_result(known, corrected)
        page = _Page(typed=typed_of(standing.result, rules), supersedes=standing.id)
    return _shown(request, world, caller, known, page, now=now)


@router.post(PATH)
def recorded(request: Request, world: WorldDep, caller: Recorder, now: NowDep, sent: Sent) -> Response:
    """Record a result, or the correction of one."""
    rules = world.rulebook.satisfaction
    typed, supersedes = typed_in(sent, rules), _identifier(str(sent.get("supersedes", "")))
    result, faults = read_result(typed, rules)
    page = _Page(typed=typed, supersedes=supersedes, faults=faults)
    if result is not None:
        try:
            made = record_result(world, result, supersedes=supersedes, caller=caller, now=now)
        except PeriodAhead:
            page = replace(page, faults={"last_month": Fault.AHEAD})
        except PeriodRecorded:
            page = replace(page, faults={"first_month": Fault.RECORDED})
        except Conflict:
            page = replace(page, is_overtaken=True)
        else:
            return RedirectResponse(f"{PATH}?{f'tersimpan={made.number}' if made else 'sama=1'}", _SEE_OTHER)
    known = list_results(world)
    if supersedes is not None:
        page = replace(page, supersedes=standing_result(known, supersedes).id)
    return _shown(request, world, caller, known, page, now=now)


def _shown(
    request: Request, world: World, caller: Caller, known: tuple[RecordedResult, ...], page: _Page, *, now: datetime
) -> Response:
    rules = world.rulebook.satisfaction
    return screen(
        request,
        world,
        caller,
        "planner/satisfaction.html",
        status_code=page.status,
        page=page,
        path=PATH,
        results=known,
        corrected=next((one for one in known if one.id == page.supersedes), None),
        rules=rules,
        names={element.code: element.name for element in rules.elements.each},
        asked={field_of(element.code): (place, element) for place, element in enumerate(rules.elements.each, 1)},
        months=_months(page.typed, now.astimezone(world.rulebook.office.zone).date()),
        longest_source=LONGEST_SOURCE,
        saved=request.query_params.get("tersimpan", ""),
        is_same="sama" in request.query_params,
    )


def _months(typed: Mapping[str, str], today: date) -> tuple[date, ...]:
    """Return first days of the months to choose from, the latest first, and any that is chosen already."""
    offered = [today.replace(day=1)]
    while len(offered) < MONTHS_OFFERED:
        offered.append(month_before(offered[-1]))
    chosen = (month_of(typed["first_month"]), month_of(typed["last_month"]))
    return tuple(sorted({*offered, *filter(None, chosen)}, reverse=True))


def _identifier(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("there is no such result; the list has them") from error
