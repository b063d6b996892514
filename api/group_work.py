"""A request in the making as its pages find it: opened by its address, kept after every step."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote, urlencode
from uuid import UUID

from fastapi import Depends, Request, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from api.group_draft import GroupDraft
from api.identity import allowed
from api.routes.dependencies import NowDep, PlansDep, WorldDep
from mobile_passport.documents.ground import Ground
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.intake.columns import Column
from mobile_passport.services.requests.work_on_draft import change_draft, find_draft, start_draft, unfinished_drafts
from mobile_passport.services.world import World

PREFIX = "/kelompok/baru"
REVISION = "versi"
"""Field of every form of these pages: on which state of the draft it builds."""
_SEE_OTHER = 303


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What these pages are made with."""

    request: Request
    world: World
    caller: Caller
    ground: Ground
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One draft on the desk."""

    at: Workplace
    id: UUID
    revision: int
    draft: GroupDraft

    @property
    def address(self) -> str:
        """Path of its pages, without a slash at the end."""
        return f"{PREFIX}/{self.id}"


def _workplace(
    request: Request,
    world: WorldDep,
    plans: PlansDep,
    now: NowDep,
    caller: Annotated[Caller, Depends(allowed(Operation.REQUESTS_WRITE))],
) -> Workplace:
    return Workplace(request=request, world=world, caller=caller, ground=plans.ground(), now=now)


At = Annotated[Workplace, Depends(_workplace)]


def _open(at: At, draft: UUID) -> Work:
    kept = find_draft(at.world, draft, caller=at.caller, now=at.now)
    if kept.handed_in_as:
        raise HTTPException(_SEE_OTHER, headers={"Location": f"/kelompok/{quote(kept.handed_in_as)}"})
    return Work(at=at, id=draft, revision=kept.revision, draft=GroupDraft.model_validate_json(kept.content))


OnDraft = Annotated[Work, Depends(_open)]
"""The draft of the address; one that was handed in leads to what it became."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A request that was begun and not handed in.

    Attributes
    ----------
    number
        Of the letter; empty where nobody has typed it yet.
    file_name
        Of its spreadsheet; empty when it was typed.
    """

    address: str
    number: str
    file_name: str
    people: int
    changed_at: datetime


def unfinished(world: World, caller: Caller, now: datetime) -> list[Unfinished]:
    """Return what the caller can go on with, the latest first; what holds nobody is left out."""
    found = []
    for kept in unfinished_drafts(world, caller=caller, now=now):
        draft = GroupDraft.model_validate_json(kept.content)
        number = draft.head.get(Column.REFERENCE)
        if draft.rows:
            found.append(
                Unfinished(
                    address=f"{PREFIX}/{kept.id}",
                    number=number if isinstance(number, str) else "",
                    file_name=draft.file_name,
                    people=len(draft.rows),
                    changed_at=kept.changed_at,
                )
            )
    return found


def begin(at: Workplace, draft: GroupDraft, step: str, **query: str) -> Response:
    """Keep a new draft and lead to one of its pages."""
    name = start_draft(at.world, draft.written(), caller=at.caller, now=at.now)
    return _lead(f"{PREFIX}/{name}/{step}", query)


def keep(work: Work, draft: GroupDraft, sent: FormData) -> Work:
    """Keep what was typed, on the state that the page had shown; another window's work stays beside it."""
    seen = str(sent.get(REVISION, ""))
    at = work.at
    kept = change_draft(
        at.world,
        work.id,
        draft.written(),
        seen=int(seen) if seen.isdecimal() else 0,
        caller=at.caller,
        now=at.now,
    )
    return Work(at=at, id=kept.id, revision=kept.revision, draft=draft)


def keep_on(work: Work, draft: GroupDraft) -> Work:
    """Keep what came of the step that was just taken."""
    at = work.at
    kept = change_draft(at.world, work.id, draft.written(), seen=work.revision, caller=at.caller, now=at.now)
    return Work(at=at, id=kept.id, revision=kept.revision, draft=draft)


def is_repeated(work: Work, sent: FormData, draft: GroupDraft) -> bool:
    """Whether the same form was taken a moment ago: somebody has clicked twice."""
    return str(work.revision) != sent.get(REVISION) and draft.written() == work.draft.written()


def on_to(work: Work, kept: Work, step: str, **query: str) -> Response:
    """Lead to the page of a step; say so when the work of two windows went apart."""
    return _lead(f"{kept.address}/{step}", query | ({"salinan": "1"} if kept.id != work.id else {}))


def _lead(path: str, query: dict[str, str]) -> Response:
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, _SEE_OTHER)
