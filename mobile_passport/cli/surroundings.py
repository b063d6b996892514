"""What the commands start from: settings, world, an up-to-date schema, or a plain word why not."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import typer
from pydantic import ValidationError

from mobile_passport.log_lines import write_as
from mobile_passport.persistence import schema
from mobile_passport.services.rules.in_force import RulesInForce
from mobile_passport.services.world import World, build_world
from mobile_passport.settings import Settings

EXIT_SETTINGS = 2


@cache
def settings() -> Settings:
    """Read the environment once, and log as it says; say what is wrong with it and leave when it does not do."""
    try:
        found = Settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "MP_" + "_".join(map(str, problem["loc"])).upper() if problem["loc"] else "settings"
            typer.echo(f"{name}: {problem['msg']}", err=True)
        raise typer.Exit(EXIT_SETTINGS) from error
    write_as(found.log_format)
    return found


@contextmanager
def opened_world() -> Iterator[World]:
    """Build the world by the rules that hold, and close its database at the end of the block.

    The embedded database is brought to the present schema; on a server somebody has to ask for that.
    """
    world = build_world(settings())
    try:
        if world.database.is_sqlite:
            schema.upgrade(world.database)
        elif not schema.is_current(world.database):
            typer.echo(
                "The database has another schema than this version needs. Run: mobile-passport migrate", err=True
            )
            raise typer.Exit(EXIT_SETTINGS)
        if world.is_production and world.database.passes_by_policies():
            typer.echo(
                "MP_DATABASE_URL names a superuser, or a role with BYPASSRLS: row-level security does not bind it. "
                "Use a plain role that owns the database.",
                err=True,
            )
            raise typer.Exit(EXIT_SETTINGS)
        yield RulesInForce().of(world)
    finally:
        world.database.close()
