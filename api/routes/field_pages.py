"""The field team's screen: a shell that phones keep, its worker and manifest, and the run sheet for paper."""

from datetime import date
from functools import cache
from hashlib import sha256
from json import dumps
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.assets import STATIC, asset
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
_WORKER = STATIC / "lapangan" / "worker.js"
_TEMPLATES = STATIC.parent / "templates"


@router.get(_SHELL)
def shell(
    request: Request,
    world: WorldDep,
    caller: Annotated[Caller | None, Depends(Recognised(Operation.OUTCOMES_RECORD))],
) -> Response:
    """Show the screen. It says who is signed in, except the copy that a phone keeps, which has to ask.

    A phone fetches that copy without its cookie, and opens it without signal.
    """
    session = session_out(request, world, caller) if caller else None
    return page(request, "lapangan.html", office=world.rulebook.office, session=session)


@router.get(f"{_SHELL}/sw.js")
def worker(world: WorldDep) -> Response:
    """Hand out the worker with the list of files that it keeps."""
    named = {"SHELL": _SHELL, "VERSION": _version(world.rulebook.office.brand), "FILES": _files()}
    body = "".join(f"const {name} = {dumps(value)};\n" for name, value in named.items()) + "\n"
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
    own = sorted(path.name for path in (STATIC / "lapangan").iterdir() if path != _WORKER)
    return [_SHELL, *map(asset, ("style.css", "icon.svg", *(f"lapangan/{name}" for name in own)))]


@cache
def _version(brand: str) -> str:
    """Name the cache after what is in it."""
    digest = sha256(f"{brand} {_files()}".encode())
    for path in (_WORKER, *(_TEMPLATES / name for name in ("base.html", "lapangan.html"))):
        digest.update(path.read_bytes())
    return f"lapangan-{digest.hexdigest()[:16]}"
