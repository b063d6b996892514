"""All commands put together; what fails is told in one plain line on stderr with an exit code, not a traceback."""

import logging
import sys

import typer

from mobile_passport.cli import optimizing, outreach, roads, running, venues
from mobile_passport.geo.road_build import RoadBuildFailed
from mobile_passport.geo.travel import RouterUnavailable
from mobile_passport.planning.draft import PlanBroken
from mobile_passport.planning.outcome import SlotsDoNotFit
from mobile_passport.rules.loading import InvalidRules
from mobile_passport.services.import_requests import AlreadyBooked, AlreadyImported
from mobile_passport.services.publish_plan import NotPublishable, PublishedByOther
from mobile_passport.services.settle_place import CannotSettle

EXIT_REFUSED = 1
EXPECTED = (
    AlreadyBooked,
    AlreadyImported,
    CannotSettle,
    InvalidRules,
    NotPublishable,
    PlanBroken,
    PublishedByOther,
    RoadBuildFailed,
    RouterUnavailable,
    SlotsDoNotFit,
)

app = typer.Typer(
    name="mobile-passport",
    help="Plans mobile passport outreach: requests, routes, slots, SMS.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in (running, outreach, venues, roads, optimizing):
    module.add_commands(app)


def main() -> None:
    """Run one command."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for chatty in ("alembic", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        app()
    except EXPECTED as refusal:
        typer.echo(f"Refused: {refusal}", err=True)
        sys.exit(EXIT_REFUSED)
