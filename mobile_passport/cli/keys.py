"""The deployment's secret from the command line."""

import typer

from mobile_passport.cli.surroundings import opened_world
from mobile_passport.clock import utc_now
from mobile_passport.persistence.privacy.key_rotation import Rotated
from mobile_passport.services.privacy.rotate_keys import rotate_keys

ACTOR = "command-line"


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands as a group of their own."""
    group = typer.Typer(help="The keys that personal data is sealed with.", no_args_is_help=True)
    group.command()(rotate)
    group.callback()(_group)
    app.add_typer(group, name="keys")


def _group() -> None:
    """Keep `rotate` a command of the group, though it is the only one."""


def rotate() -> None:
    """Put everything under MP_SECRET_KEY that an older secret guards; the service may run meanwhile.

    Before: MP_SECRET_KEY is the new secret and MP_OLD_SECRET_KEYS names the old one, on every process. Stopped in the
    middle, run it again. Afterwards the old secret can be taken away.
    """

    def tell(done: Rotated) -> None:
        typer.echo(f"\r{done.keys} keys, {done.values} values, {done.indexes} indexes", nl=False)

    with opened_world() as world:
        done = rotate_keys(world, actor=ACTOR, now=utc_now(), on_batch=tell)
    typer.echo(f"\rDone: {done.keys} keys, {done.values} values and {done.indexes} indexes are new.")
