"""Files for other programs and for paper: each for a purpose, each on the record."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from api.problems import problems
from api.routes.callers import ExportsTaker
from api.routes.dependencies import NowDep, WorldDep
from mobile_passport.services.take_export import (
    MEDIA_TYPES,
    Export,
    ExportFormat,
    ExportPurpose,
    export_plan,
    export_requests,
    export_slots,
)

router = APIRouter(prefix="/api/v1/exports", tags=["exports"])

Purpose = Annotated[ExportPurpose, Query(description="What for; it is recorded.")]
OfVersion = Annotated[int, Query(ge=1, le=1_000_000, description="Of the plan.")]
_FORMAT = Query(alias="format")
AnyFormat = Annotated[ExportFormat, _FORMAT]
TableFormat = Annotated[Literal[ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.JSON], _FORMAT]
PlaceFormat = Annotated[Literal[ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.JSON, ExportFormat.GEOJSON], _FORMAT]
_SHAPES: dict[ExportFormat, dict[str, Any]] = {
    ExportFormat.CSV: {"type": "string"},
    ExportFormat.XLSX: {"type": "string", "format": "binary"},
    ExportFormat.JSON: {"type": "object"},
    ExportFormat.GEOJSON: {"type": "object"},
    ExportFormat.ICS: {"type": "string"},
}


def _files(*formats: ExportFormat) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPES[kind].partition(";")[0]: {"schema": _SHAPES[kind]} for kind in formats}
    return {200: {"description": "The file.", "content": content}}


@router.get(
    "/plan",
    operation_id="export_plan",
    response_class=Response,
    responses={**_files(*ExportFormat), **problems(404, 429)},
)
def plan(
    world: WorldDep,
    caller: ExportsTaker,
    now: NowDep,
    version: OfVersion,
    kind: AnyFormat,
    purpose: Purpose,
) -> Response:
    """Take out the stops of a version."""
    return _file(export_plan(world, version, kind, purpose, caller=caller, now=now))


@router.get(
    "/slots",
    operation_id="export_slots",
    response_class=Response,
    responses={**_files(ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.JSON), **problems(404, 429)},
)
def slots(
    world: WorldDep,
    caller: ExportsTaker,
    now: NowDep,
    version: OfVersion,
    kind: TableFormat,
    purpose: Purpose,
) -> Response:
    """Take out who comes when, without names."""
    return _file(export_slots(world, version, kind, purpose, caller=caller, now=now))


@router.get(
    "/requests",
    operation_id="export_requests",
    response_class=Response,
    responses={
        **_files(ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.JSON, ExportFormat.GEOJSON),
        **problems(429),
    },
)
def requests(
    world: WorldDep,
    caller: ExportsTaker,
    now: NowDep,
    kind: PlaceFormat,
    purpose: Purpose,
) -> Response:
    """Take out the requests; contacts are masked for whoever does not make the calls."""
    return _file(export_requests(world, kind, purpose, caller=caller, now=now))


def _file(export: Export) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{export.filename}"', "Cache-Control": "no-store"}
    return Response(export.data, media_type=export.media_type, headers=headers)
