"""The application: routes, headers, errors, put together around one world."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api.assets import Assets
from api.body import BodyLimit
from api.errors import add_error_handlers
from api.kept import Kept
from api.link_gate import LinkGate
from api.metrics import Metrics, RequestFigures
from api.openapi import describe
from api.plan_reader import PlanReader, PlanSource, StoredPlans
from api.request_id import RequestId
from api.routes import (
    account,
    bookings,
    call_list,
    exports,
    field,
    field_desk,
    field_pages,
    field_review,
    health,
    hooks,
    links,
    metrics,
    office_sign_in,
    organisations,
    pages,
    passports,
    people,
    places,
    planning_runs,
    plans,
    requests,
    sign_in,
    venues,
)
from api.routes.screens import (
    audit,
    calls,
    group_days,
    group_people,
    groups,
    late_form,
    new_group,
    new_venue,
    order,
    overview,
    passport_desk,
    plan_change,
    plan_list,
    plan_publication,
    plan_version,
    review,
    rules,
    satisfaction,
    venue_register,
)
from api.security import SecurityHeaders
from mobile_passport.clock import utc_now
from mobile_passport.messaging.desk import Desk
from mobile_passport.services.audit.audit_log import Witness
from mobile_passport.services.requests.show_queue import show_queue
from mobile_passport.services.rules.in_force import RulesInForce
from mobile_passport.services.watch_service import watch_service
from mobile_passport.services.world import World

_SMALLEST_COMPRESSED_BYTES = 1_000
_COMPRESSION = 5  # a day of 320 people takes little more than half the time of 9, and is 1 % larger


def create_app(
    world: World,
    desk: Desk,
    source: PlanSource | None = None,
    *,
    metrics_token: str | None = None,
    witness: Witness | None = None,
) -> FastAPI:
    """Build the app.

    Parameters
    ----------
    world
        Rules, map and database; the app closes the database when it ends.
    desk
        Takes the reports of the message provider.
    source
        Where plans come from; the database of the world by default.
    metrics_token
        With which another machine may read ``/metrics``.
    witness
        Who keeps checkpoints of the audit log; without one, nothing outside the database vouches for it.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        world.database.close()

    app = FastAPI(
        title="Mobile Passport",
        version=version("mobile-passport"),
        docs_url=None,  # its page loads scripts from elsewhere; /openapi.json is what programs read
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.world = world
    app.state.desk = desk
    app.state.witness = witness
    app.state.rules = follower = RulesInForce()
    app.state.plans = PlanReader(source or StoredPlans(world, follower), world.gazetteer)
    app.state.link_gate = LinkGate(world.rulebook.messages.links)
    app.state.queue = Kept(lambda: show_queue(follower.of(world), now=utc_now()))
    app.state.metrics = Metrics(lambda: watch_service(world, now=utc_now()), metrics_token)
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.include_router(plans.router)
    for resource in (organisations, venues, requests, people, passports, call_list, places, planning_runs, exports):
        app.include_router(resource.router)
    app.include_router(pages.router)
    app.include_router(hooks.router)
    app.include_router(links.router)
    app.include_router(sign_in.router)
    app.include_router(account.router)
    app.include_router(office_sign_in.router)
    app.include_router(bookings.router)
    app.include_router(field.router)
    app.include_router(field_review.router)
    app.include_router(field_pages.router)
    app.include_router(field_desk.router)
    app.include_router(new_group.router)
    app.include_router(groups.router)
    app.include_router(group_people.router)
    app.include_router(group_days.router)
    app.include_router(late_form.router)
    for shown in (
        audit,
        calls,
        new_venue,
        order,
        overview,
        passport_desk,
        plan_change,
        plan_list,
        plan_publication,
        plan_version,
        review,
        rules,
        satisfaction,
        venue_register,
    ):
        app.include_router(shown.router)
    app.mount("/static", Assets(), name="static")
    add_error_handlers(app)
    describe(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(GZipMiddleware, minimum_size=_SMALLEST_COMPRESSED_BYTES, compresslevel=_COMPRESSION)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestFigures, metrics=app.state.metrics)
    app.add_middleware(RequestId)
    return app
