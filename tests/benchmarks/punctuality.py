"""Measure what punctuality costs: the sample season planned with buffers, and with other promises to households.

    python -m tests.benchmarks.punctuality [SECONDS]

Each line has the same time limit for routing. A stop is on time when it starts within the tolerance of its time, or a
household within its window, on simulated days; the lights count stops that are green, amber and red. `waits` are the
minutes that teams wait so that windows hold, `moved` the people who found another day for it, `wider` the households
with a wider window, and `worst` is the share of days on which the worst window holds, on days that no window was fitted
to.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from mobile_passport.domain.outreach_plan import OutreachVisit, RouteStop
from mobile_passport.domain.plan_view import Punctuality
from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.draft import Draft, make_draft
from mobile_passport.rules.rulebook import Rulebook
from mobile_passport.services.plans.punctuality import assess_route
from mobile_passport.services.plans.snapshot import Snapshot
from mobile_passport.services.world import World
from optimizer.plan import Route
from optimizer.punctuality import Light
from optimizer.solve import SolveParams, warm_up
from tests.benchmarks.joint import season

CASES = ((0, 0.5), (0, 0.95), (0, 0.99), (10, 0.95), (20, 0.95))
"""Minutes kept free after every stop, and the share of days on which windows have to hold. 0.5 asks for nothing."""
OTHER_DAYS, OTHER_SEED = 20_000, 977


def with_promises(rulebook: Rulebook, buffer_minutes: int, coverage: float) -> Rulebook:
    """Return the rules with another buffer and another promise."""
    site = replace(rulebook.service.site, buffer_minutes=buffer_minutes)
    window = replace(rulebook.punctuality.home_window, coverage=coverage)
    return replace(
        rulebook,
        service=replace(rulebook.service, site=site),
        punctuality=replace(rulebook.punctuality, home_window=window),
    )


def routes_of(draft: Draft) -> Iterator[tuple[Route, list[OutreachVisit]]]:
    """Return every route with the visits of its stops."""
    at = {
        (visit.outcome.shift, round((visit.outcome.starts_at - draft.problem.horizon_start_at).total_seconds())): visit
        for visit in draft.outreach.visits
        if isinstance(visit.outcome, RouteStop)
    }
    for route in draft.plan.routes:
        yield route, [at[route.shift, stop.start_s] for stop in route.stops]


def worst_window(draft: Draft, rulebook: Rulebook) -> float:
    """Share of other days on which the window that holds least often does hold."""
    simulation = replace(rulebook.punctuality.simulation, days=OTHER_DAYS, seed=OTHER_SEED)
    other = replace(rulebook, punctuality=replace(rulebook.punctuality, simulation=simulation))
    return min(
        stop.on_time
        for route, visits in routes_of(draft)
        for visit, stop in zip(visits, assess_route(draft.problem, route, visits, other), strict=True)
        if visit.kind is VisitKind.HOME
    )


def line_of(buffer_minutes: int, coverage: float, draft: Draft, rulebook: Rulebook) -> str:
    """Return one line of the table."""
    routes = list(routes_of(draft))
    found: list[Punctuality] = [
        stop for route, visits in routes for stop in assess_route(draft.problem, route, visits, rulebook)
    ]
    lights = Counter(stop.light for stop in found)
    people = sum(len(visit.members) for _, visits in routes for visit in visits)
    left_out = sum(len(visit.members) for visit in draft.outreach.visits) - people
    km = sum(route.distance_m for route, _ in routes) / 1000
    counted = " ".join(f"{lights[light]:5}" for light in Light)
    price = draft.window_price
    return (
        f"{buffer_minutes:6} {coverage:7.0%} {people:6} {left_out:8} {len(routes):6} {len(found):5} {km:6.0f} "
        f"{sum(stop.on_time for stop in found) / len(found):8.1%} {counted} {price.buffer_minutes:6} "
        f"{price.moved_people:5} {price.widened:5} {worst_window(draft, rulebook):6.1%}\n"
    )


def draft_of(world: World, snapshot: Snapshot, rulebook: Rulebook, seconds: float) -> Draft:
    """Plan the season by some rules."""
    params = SolveParams(time_limit_s=seconds, seed=1, threads=2)
    return make_draft(snapshot.demand, snapshot.timetable, rulebook, world.gazetteer, world.travel_times, params)


def main() -> int:
    """Print the table; the exit code says whether every window promised for 95 % of days or more holds so often."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    warm_up()
    missed = 0
    with TemporaryDirectory() as folder:
        world, snapshot = season(Path(folder))
        sys.stdout.write(
            "buffer promise people left_out routes stops     km  on time green amber   red  waits moved wider  worst\n"
        )
        for buffer_minutes, coverage in CASES:
            rulebook = with_promises(world.rulebook, buffer_minutes, coverage)
            draft = draft_of(world, snapshot, rulebook, seconds)
            sys.stdout.write(line_of(buffer_minutes, coverage, draft, rulebook))
            sys.stdout.flush()
            missed += coverage >= 0.95 and worst_window(draft, rulebook) < coverage
        world.database.close()
    return missed


if __name__ == "__main__":
    raise SystemExit(main())
