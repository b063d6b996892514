"""For whoever watches the service."""

from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError

from api.errors import NotReady
from api.problems import problems
from api.schemas import Health
from mobile_passport.persistence import schema
from mobile_passport.services.world import World

router = APIRouter(tags=["health"])


@router.get("/healthz", operation_id="check_health", responses=problems(needs_caller=False))
async def healthz() -> Health:
    """Tell that the process answers, also while every thread waits for the database."""
    return Health(status="ok")


@router.get("/readyz", operation_id="check_readiness", responses=problems(needs_caller=False))
def readyz(request: Request) -> Health:
    """Tell that the database answers, has the schema that this version needs, and guards its rows."""
    world: World = request.app.state.world  # whatever the rules that hold: they are in the database that is asked about
    try:
        is_current = world.database.is_reachable() and schema.is_current(world.database)
        is_unguarded = world.is_production and world.database.passes_by_policies()
    except SQLAlchemyError as error:
        raise NotReady("The database does not answer. Check MP_DATABASE_URL and that it runs.") from error
    if not is_current:
        raise NotReady("The database has another schema than this version needs. Run: mobile-passport migrate")
    if is_unguarded:
        raise NotReady("MP_DATABASE_URL names a role that row-level security does not bind. Use a plain one.")
    return Health(status="ready")
