"""The office's rules as forms: everybody of the office reads them, planners and supervisors change them."""

from datetime import date
from itertools import pairwise, zip_longest
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from api.form import Sent
from api.i18n import language_of, texts
from api.identity import allowed
from api.routes.dependencies import NowDep, WorldDep
from api.routes.screens.rule_page import RulePage, path_of, rule_page
from api.rule_form import typed_in, with_row, without_row
from api.screens import screen
from mobile_passport.documents.rule_words import rule_words
from mobile_passport.domain.access import Caller, Operation, may
from mobile_passport.domain.refusal import Conflict
from mobile_passport.rules.checks import RefusedEdition
from mobile_passport.rules.editable import CALENDAR, DOCUMENTS, TEAMS, EditableDocument, document_named
from mobile_passport.rules.writing import data_of, written
from mobile_passport.services.rules.editions import (
    edition_in_force,
    find_edition,
    list_editions,
    put_edition,
    rules_typed,
)
from mobile_passport.services.world import World

router = APIRouter(include_in_schema=False)

PATH = "/aturan"
_SEE_OTHER = 303

Reader = Annotated[Caller, Depends(allowed(Operation.RULES_READ))]
Editor = Annotated[Caller, Depends(allowed(Operation.RULES_EDIT))]
Decider = Annotated[Caller, Depends(allowed(Operation.RULES_DECIDE))]
Month = Annotated[date | None, Query(alias="bulan")]
Older = Annotated[int | None, Query(alias="dari", ge=0)]


@router.get(PATH)
def documents(request: Request, world: WorldDep, caller: Reader) -> Response:
    """List the documents with what each is for and who changed it last."""
    about = rule_words(language_of(request)).labels.documents
    lines = [
        (document, about[document.name], edition_in_force(world, document), path_of(document))
        for document in DOCUMENTS.values()
    ]
    return screen(
        request,
        world,
        caller,
        "planner/rules.html",
        lines=lines,
        editable={document.name for document in DOCUMENTS.values() if may(caller.role, document.operation)},
    )


@router.get("/tim")
def teams(request: Request, world: WorldDep, caller: Reader, now: NowDep, older: Older = None) -> Response:
    """Show who goes out with what."""
    return _shown(request, world, caller, now, TEAMS, older=older)


@router.post("/tim")
def teams_changed(request: Request, world: WorldDep, caller: Editor, now: NowDep, sent: Sent) -> Response:
    """Put other teams in force."""
    return _changed(request, world, caller, now, TEAMS, sent)


@router.get("/kalender")
def calendar(
    request: Request, world: WorldDep, caller: Reader, now: NowDep, month: Month = None, older: Older = None
) -> Response:
    """Show hours and special days beside the months that follow from them."""
    return _shown(request, world, caller, now, CALENDAR, month=month, older=older)


@router.post("/kalender")
def calendar_changed(request: Request, world: WorldDep, caller: Editor, now: NowDep, sent: Sent) -> Response:
    """Put another calendar in force."""
    return _changed(request, world, caller, now, CALENDAR, sent)


@router.get(f"{PATH}/{{name}}")
def one(request: Request, name: str, world: WorldDep, caller: Reader, now: NowDep, older: Older = None) -> Response:
    """Show a document."""
    document = document_named(name)
    if path_of(document) != f"{PATH}/{name}":
        return RedirectResponse(path_of(document), _SEE_OTHER)
    return _shown(request, world, caller, now, document, older=older)


@router.post(f"{PATH}/{{name}}")
def one_changed(request: Request, name: str, world: WorldDep, caller: Decider, now: NowDep, sent: Sent) -> Response:
    """Put another edition of a document in force."""
    return _changed(request, world, caller, now, document_named(name), sent)


@router.get(f"{PATH}/{{name}}/riwayat")
def history(request: Request, name: str, world: WorldDep, caller: Reader) -> Response:
    """Tell what was changed from edition to edition, by whom, when and why."""
    document, words = document_named(name), rule_words(language_of(request))
    editions = list_editions(world, document)
    changes = [
        words.differences(document, older.rules, newer.rules) if older.rules and newer.rules else ()
        for newer, older in pairwise(editions)
    ]
    return screen(
        request,
        world,
        caller,
        "planner/rule_history.html",
        document=document,
        about=words.labels.documents[document.name],
        editions=tuple(zip_longest(editions, changes, fillvalue=())),
        path=path_of(document),
        is_editable=may(caller.role, document.operation),
    )


def _shown(
    request: Request,
    world: World,
    caller: Caller,
    now: NowDep,
    document: EditableDocument,
    *,
    month: date | None = None,
    older: int | None = None,
) -> Response:
    page = RulePage.of(world, document)
    if older is not None:
        edition = find_edition(world, document, older)
        reason = texts(language_of(request)).gettext("Kembali ke edisi {number}.").format(number=older)
        if edition.rules is not None:
            page = page.with_typed(written(document.shape, edition.rules), reason=reason)
    return rule_page(request, world, caller, page, now=now, month=month)


def _changed(
    request: Request, world: World, caller: Caller, now: NowDep, document: EditableDocument, sent: FormData
) -> Response:
    typed = typed_in(document, sent)
    reason = "".join(letter if letter.isprintable() else " " for letter in str(sent.get("reason", "")))
    seen = str(sent.get("seen", ""))
    page = RulePage.of(world, document).with_typed(typed, reason=reason)
    number = int(seen) if seen.isdecimal() and len(seen) < 7 else 0
    page = page.with_seen(number)
    if added := sent.get("add"):
        return rule_page(request, world, caller, page.with_typed(with_row(document, typed, str(added))), now=now)
    if removed := sent.get("remove"):
        return rule_page(request, world, caller, page.with_typed(without_row(document, typed, str(removed))), now=now)
    data = data_of(document.shape, typed)
    try:
        edition = put_edition(world, document, data, reason=reason, seen=number, caller=caller, now=now)
    except RefusedEdition as refusal:
        return rule_page(request, world, caller, page.with_findings(refusal.findings), now=now)
    except Conflict:
        newest = list_editions(world, document)[0]
        known = find_edition(world, document, number)
        mine, words = rules_typed(document, data), rule_words(language_of(request))
        page = page.with_clash(
            newest.head,
            theirs=words.differences(document, known.rules, newest.rules) if known.rules else (),
            mine=words.differences(document, newest.rules, mine) if mine else (),
        )
        return rule_page(request, world, caller, page, now=now)
    outcome = f"tersimpan={edition.number}" if edition else "sama=1"
    return RedirectResponse(f"{path_of(document)}?{outcome}", _SEE_OTHER)
