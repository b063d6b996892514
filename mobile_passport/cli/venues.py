"""The register of venues from the command line."""

from pathlib import Path
from typing import Annotated

import typer

from mobile_passport.cli.surroundings import opened_world
from mobile_passport.clock import utc_now
from mobile_passport.domain.venue import Supply, Venue
from mobile_passport.intake.venue_findings import RefusedRegister
from mobile_passport.planning.supplies import missing_supplies
from mobile_passport.services.venues.register_venues import register_venues, registered_venues

ACTOR = "command-line"
EXIT_REFUSED = 1


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(venues)


def venues(
    file: Annotated[
        Path | None, typer.Argument(help="CSV register to take in; without it the register is listed.", dir_okay=False)
    ] = None,
) -> None:
    """List the register of venues, or take in a file of it, whole or not at all."""
    with opened_world() as world:
        if file is None:
            for venue in registered_venues(world):
                typer.echo(line_of(venue, missing_supplies(venue, world.rulebook)))
            return
        try:
            registered = register_venues(file.read_bytes(), world, actor=ACTOR, now=utc_now())
        except OSError as error:
            typer.echo(f"{file}: {error.strerror}", err=True)
            raise typer.Exit(EXIT_REFUSED) from error
        except RefusedRegister as refusal:
            typer.echo(f"{file}: refused, nothing was changed", err=True)
            for finding in refusal.findings:
                typer.echo(f"  {finding}", err=True)
            raise typer.Exit(EXIT_REFUSED) from refusal
        unusable = sum(bool(missing_supplies(venue, world.rulebook)) for venue in registered_venues(world))
    typer.echo(f"{file}: {registered.added} new, {registered.changed} changed, {registered.unchanged} as before")
    if unusable:
        typer.echo(f"{unusable} in the register lack what the unit needs; nobody is gathered there, see the list")


def line_of(venue: Venue, missing: tuple[Supply, ...]) -> str:
    """Describe a venue in one line, with what keeps people from being gathered there."""
    steps = "step-free" if venue.step_free else "steps"
    lacks = f"  (not used: lacks {' and '.join(missing)})" if missing else ""
    return f"{venue.code:14}  {venue.survey_state:12}  {venue.capacity_a_day:4} a day  {steps:9}  {venue.name}{lacks}"
