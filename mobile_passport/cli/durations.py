"""Durations from the reports of field teams, beside those that the office plans with."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from mobile_passport.cli.surroundings import opened_world
from mobile_passport.clock import utc_now

_DAYS = 180


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(durations)


def durations(
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help=f"First day; {_DAYS} days ago by default.")
    ] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; today.")] = None,
) -> None:
    """Print durations as the office has them and as its teams report them. Nothing is changed: copy what convinces."""
    from mobile_passport.planning.calibration_text import fragments_of, table_of
    from mobile_passport.services.field.measure_durations import measure_durations

    with opened_world() as world:
        today = utc_now().astimezone(world.rulebook.office.zone).date()
        until = last.date() if last else today
        since = first.date() if first else today - timedelta(days=_DAYS)
        figures = measure_durations(world, first=since, last=until)
        estimate = world.rulebook.travel.estimate
    typer.echo(f"Reports of {since} to {until}")
    for line in table_of(figures):
        typer.echo(line)
    typer.echo("")
    for line in fragments_of(figures, estimate):
        typer.echo(line)
