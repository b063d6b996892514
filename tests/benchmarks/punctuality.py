"""Measure what punctuality costs: the sample season planned with a buffer after every stop.

    python -m tests.benchmarks.punctuality [SECONDS]

Each buffer has the same time limit for routing. A stop is on time when it starts within the tolerance of its time, or
a household within its window, on simulated days; `light` counts stops that are green, amber and red.
"""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from mobile_passport.demo import OPENS_AT
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.rules.rulebook import Rulebook
from mobile_passport.services.plan_outreach import plan_outreach
from mobile_passport.services.show_plan import show_plan
from mobile_passport.services.world import World
from optimizer.punctuality import Light
from optimizer.solve import SolveParams, warm_up
from tests.benchmarks.joint import season

BUFFERS_MINUTES = (0, 10, 20)


def with_buffer(rulebook: Rulebook, minutes: int) -> Rulebook:
    """Return the rules with another buffer."""
    site = replace(rulebook.service.site, buffer_minutes=minutes)
    return replace(rulebook, service=replace(rulebook.service, site=site))


def planned(world: World, minutes: int, seconds: float) -> PlanView:
    """Plan the season with a buffer."""
    buffered = replace(world, rulebook=with_buffer(world.rulebook, minutes))
    head = plan_outreach(
        buffered, SolveParams(time_limit_s=seconds, seed=1, threads=2), actor="benchmark", now=OPENS_AT
    )
    view = show_plan(buffered, head.version)
    assert view is not None
    return view


def line_of(minutes: int, view: PlanView) -> str:
    """Return one line of the table."""
    routes = [route for day in view.days for route in day.routes]
    found = [stop.punctuality for route in routes for stop in route.stops if stop.punctuality]
    lights = Counter(one.light for one in found)
    on_time = sum(one.on_time for one in found) / len(found)
    counted = " ".join(f"{lights[light]:3}" for light in Light)
    return (
        f"{minutes:6} {view.served:6} {view.left_out:8} {len(routes):6} {len(found):5} {view.distance_m / 1000:6.0f} "
        f"{on_time:8.1%} {counted}\n"
    )


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    warm_up()
    with TemporaryDirectory() as folder:
        world, _ = season(Path(folder))
        sys.stdout.write("buffer people left_out routes stops     km  on time  green amber red\n")
        for minutes in BUFFERS_MINUTES:
            sys.stdout.write(line_of(minutes, planned(world, minutes, seconds)))
            sys.stdout.flush()
        world.database.close()


if __name__ == "__main__":
    main()
