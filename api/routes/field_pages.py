"""The field team's screen: a shell that phones keep, its worker and manifest, and the run sheet for paper."""

from datetime import date
from functools import cache
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.field_views import session_out
from api.identity import Recognised, allowed
from api.rendering import page
from api.routes.dependencies import NowDep, PlansDep, WorldDep
from mobile_passport.documents.run_sheet import run_sheet_pdf
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.domain.refusal import NotFound
from mobile_passport.services.field.field_sheet import own_run_sheet

router = APIRouter(include_in_schema=False)

_SHELL = "/lapangan"
_STATIC = Path(__file__).parents[1] / "static"
_WORKER = _STATIC / "lapangan" / "worker.js"
_FIRST = {f"/static/lapangan/{name}.js" for name in ("app", "model", "sealing", "storage", "sync")}
"""What it takes to ask for the day. All others are asked for at once as well, instead of one import after the other."""


@router.get(_SHELL)
def shell(
    request: Request,
    world: WorldDep,
    caller: Annotated[Caller | None, Depends(Recognised(Operation.OUTCOMES_RECORD))],
) -> Response:
    """Show the screen. It says who is signed in, except the copy that a phone keeps, which has to ask.

    A phone fetches that copy without its cookie, and opens it without signal.
    """
    modules = sorted((file for file in _files() if file.endswith(".js")), key=lambda file: file not in _FIRST)
    session = session_out(request, world, caller) if caller else None
    return page(request, "lapangan.html", office=world.rulebook.office, modules=modules, session=session)


@router.get(f"{_SHELL}/sw.js")
def worker(world: WorldDep) -> Response:
    """Hand out the worker with the list of files that it keeps."""
    body = f"const VERSION = {dumps(_version(world.rulebook.office.brand))};\nconst FILES = {dumps(_files())};\n\n"
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": _SHELL}
    return Response(body + _WORKER.read_text(), media_type="text/javascript", headers=headers)


@router.get(f"{_SHELL}/manifest.webmanifest")
def manifest(world: WorldDep) -> Response:
    """Tell a phone how to install the screen."""
    office = world.rulebook.office
    icons = [
        {"src": f"/static/lapangan/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": use}
        for size in (192, 512)
        for use in ("any", "maskable")
    ]
    described = {
        "name": f"Lapangan – {office.brand}",
        "short_name": "Lapangan",
        "id": _SHELL,
        "start_url": _SHELL,
        "scope": _SHELL,
        "display": "standalone",
        "lang": "id",
        "background_color": "#ffffff",
        "theme_color": "#0b4f8a",
        "icons": icons,
    }
    return Response(dumps(described), media_type="application/manifest+json")


@router.get(f"{_SHELL}/lembar/{{day}}.pdf")
def run_sheet(
    day: date,
    world: WorldDep,
    plans: PlansDep,
    caller: Annotated[Caller, Depends(allowed(Operation.OUTCOMES_RECORD))],
    now: NowDep,
) -> Response:
    """Hand out the team's run sheet of today or tomorrow: the last resort when a phone fails."""
    sheet = own_run_sheet(world, caller, day=day, now=now)
    if sheet is None:
        raise NotFound("your team does not go out on this day")
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'inline; filename="lembar-tugas-{day.isoformat()}.pdf"',
    }
    return Response(run_sheet_pdf(sheet, plans.basemap()), media_type="application/pdf", headers=headers)


@cache
def _files() -> list[str]:
    own = sorted(path.name for path in (_STATIC / "lapangan").iterdir() if path != _WORKER)
    return [_SHELL, "/static/style.css", "/static/icon.svg", *(f"/static/lapangan/{name}" for name in own)]


@cache
def _version(brand: str) -> str:
    """Name the cache after what is in it."""
    digest = sha256(brand.encode())
    template = Path(__file__).parents[1] / "templates" / "lapangan.html"
    for path in (template, _STATIC / "style.css", *sorted((_STATIC / "lapangan").iterdir())):
        digest.update(path.read_bytes())
    return f"lapangan-{digest.hexdigest()[:16]}"
