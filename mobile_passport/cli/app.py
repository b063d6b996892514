"""All commands put together; what fails is told in one plain line on stderr with an exit code, not a traceback."""

import logging
import sys

import typer

from mobile_passport.cli.commands import CommandsOnDemand, add_all
from mobile_passport.domain.refusal import Refusal
from mobile_passport.log_lines import PLAIN
from mobile_passport.log_masking import mask_logs

EXIT_REFUSED = 1

app = typer.Typer(
    name="mobile-passport",
    cls=CommandsOnDemand,
    help="Plans mobile passport outreach: requests, routes, slots, SMS.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
add_all(app)


def main() -> None:
    """Run one command."""
    logging.basicConfig(level=logging.INFO, format=PLAIN, stream=sys.stderr)
    mask_logs()
    for chatty in ("alembic", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        app()
    except Refusal as refusal:
        typer.echo(f"Refused: {refusal}", err=True)
        sys.exit(EXIT_REFUSED)
