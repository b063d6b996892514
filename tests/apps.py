"""The app of an office, with a clock of its own."""

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI

from api.app import create_app
from mobile_passport.clock import utc_now
from mobile_passport.services.audit.audit_log import Witness
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings


def app_at(world: World, now: Callable[[], datetime], *, witness: Witness | None = None) -> FastAPI:
    """Build the app of an office for which it is always as late as ``now`` says."""
    app = create_app(world, build_desk(world, Settings()), witness=witness)
    app.dependency_overrides[utc_now] = now
    return app
