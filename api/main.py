"""What uvicorn starts: the app on the deployment that the environment describes."""

import gc

from fastapi import FastAPI

from api.app import create_app
from mobile_passport.persistence.patience import FOR_THE_WEB
from mobile_passport.services.audit.audit_witness import build_witness
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import build_world
from mobile_passport.settings import Settings


def make_app() -> FastAPI:
    """Build the app from ``MP_*`` settings."""
    settings = Settings()
    world = build_world(settings, FOR_THE_WEB)
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    app = create_app(world, build_desk(world, settings), metrics_token=token, witness=build_witness(settings))
    gc.collect()
    gc.freeze()  # what is here by now stays; looking through it again would hold up a request for a quarter of a second
    return app
