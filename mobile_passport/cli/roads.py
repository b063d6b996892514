"""Travel times from real roads: build the files of the road engine from a map extract."""

from pathlib import Path
from typing import Annotated

import typer

from mobile_passport.cli.surroundings import settings
from mobile_passport.geo.area import Window
from mobile_passport.geo.road_build import BuildStep, build_roads
from mobile_passport.rules.rulebook import load_rulebook


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    roads = typer.Typer(help="Travel times from real roads.", no_args_is_help=True)
    roads.callback()(_only_groups)
    roads.command()(build)
    app.add_typer(roads, name="roads")


def _only_groups() -> None:
    """Travel times from real roads."""


def build(
    extract: Annotated[Path, typer.Argument(help="OpenStreetMap extract, .osm.pbf", exists=True, dir_okay=False)],
    bbox: Annotated[
        str | None, typer.Option(help="west,south,east,north in degrees; the office's map window by default.")
    ] = None,
) -> None:
    """Clip a map extract to the working area and build the road engine's files; use them with MP_ROUTER=osrm-files."""
    window = _window(bbox) if bbox else load_rulebook(settings().office, settings().rules_dir).area.window

    def tell(step: BuildStep, line: str) -> None:
        typer.echo(f"  {step.value}: {line}", err=True)

    built = build_roads(extract, window, settings().roads_dir, progress=tell)
    typer.echo(f"{built.ways} ways in {built.base.parent}. Next: MP_ROUTER=osrm-files mobile-passport plan")


def _window(bbox: str) -> Window:
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError as error:
        raise typer.BadParameter("four numbers: west,south,east,north", param_hint="--bbox") from error
    return Window(south=south, west=west, north=north, east=east)
