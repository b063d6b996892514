"""How long the phone of a team waits for its day: a full day in the middle of a season, at the API, on PostgreSQL.

The day has 8 stops of 12 people (``--people 40``: more than a team can serve); the plan that holds has 45 days of two
teams with three stops each. The client runs in the server's process, so the figures are those of the service and its
database without the network.

    python -m tests.benchmarks.field_day --reads 100
"""

import argparse
import gc
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

import numpy as np
from fastapi.testclient import TestClient
from sqlalchemy import text

from mobile_passport.domain.access import Role
from mobile_passport.domain.demand import Place
from mobile_passport.domain.outreach_plan import Member, OutreachPlan, OutreachVisit, RouteStop
from mobile_passport.domain.request import VisitKind
from mobile_passport.geo.gazetteer import Village
from mobile_passport.persistence import schema
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.requests.read_requests import people_of
from mobile_passport.services.world import World, build_world
from mobile_passport.settings import Settings
from optimizer.plan import Plan, Route, Status, Stop
from optimizer.problem import Location, Matrix, Objective, Problem, Shift, Visit, Window
from optimizer.wire import write_plan, write_problem
from tests.accounts import account, bearer
from tests.apps import app_at
from tests.mobile_passport.services.seasons import letter, person
from tests.postgres import address_of, empty_database, own_server

STOPS, DAYS, TEAMS, STOPS_OF_OTHERS = 8, 45, ("unit-1", "unit-2"), 3
HOUR_S, DAY_S, STOP_S = 3_600, 86_400, 3_000
NOW = datetime.fromisoformat("2026-11-30T22:00:00+00:00")
"""Early in the morning of the full day, 1 December."""


def routes(villages: Iterator[Village]) -> Iterator[tuple[str, int, list[tuple[str, Village]]]]:
    """Yield team, day and stops of every route; the first is the full day."""
    names = (f"K-{number:03}" for number in count(1))
    for day in range(DAYS):
        for team in TEAMS:
            stops = STOPS if (day, team) == (0, TEAMS[0]) else STOPS_OF_OTHERS
            yield team, day, [(next(names), next(villages)) for _ in range(stops)]


def take_in(world: World, people_a_stop: int) -> list[tuple[Member, ...]]:
    """Bring the people of the full day; those of one stop each."""
    members = []
    for number, village in enumerate(world.gazetteer.villages[:STOPS]):
        first = number * people_a_stop
        people = [person(first + one) for one in range(people_a_stop)]
        import_requests((letter(f"{number}/2026", village.label, people),), world, actor="test", now=NOW)
        found = people_of(world, f"BLI-2026-{number + 1:04}", account(world, Role.PLANNER).scope)
        slots = (NOW + timedelta(hours=3, seconds=number * STOP_S + one * 60) for one in range(people_a_stop))
        members.append(tuple(Member(applicant_id=one.id, slot_at=at) for one, at in zip(found, slots, strict=True)))
    return members


def publish(world: World, members: list[tuple[Member, ...]]) -> None:
    """Store a season that holds, and promise the people of the full day their times."""
    midnight = datetime.combine(NOW.astimezone(world.rulebook.office.zone).date(), datetime.min.time())
    origin = midnight.replace(tzinfo=world.rulebook.office.zone)
    asked, planned, told = [], [], []
    shifts = []
    for team, day, stops in routes(iter(world.gazetteer.villages * 2)):
        shift = f"{team}/{origin.date() + timedelta(days=day)}"
        starts = [day * DAY_S + 8 * HOUR_S + number * STOP_S for number in range(len(stops))]
        shifts.append(
            Shift(
                id=shift,
                team=team,
                start_s=day * DAY_S + 7 * HOUR_S,
                end_s=day * DAY_S + 17 * HOUR_S,
                start_location="depot",
                end_location="depot",
            )
        )
        planned.append(
            Route(
                shift=shift,
                travel_s=HOUR_S,
                distance_m=60_000,
                stops=tuple(
                    Stop(visit=name, arrival_s=start - 300, start_s=start, end_s=start + STOP_S - 600)
                    for (name, _), start in zip(stops, starts, strict=True)
                ),
            )
        )
        for number, ((name, village), start) in enumerate(zip(stops, starts, strict=True)):
            window = (Window(start_s=start, end_s=start),)
            asked.append(Visit(id=name, location=name, service_s=STOP_S - 600, reward=1.0, windows=window))
            begins = origin + timedelta(seconds=start)
            told.append(
                OutreachVisit(
                    visit=name,
                    kind=VisitKind.COLLECTIVE,
                    place=Place(label=village.label, village_code=village.code, position=village.position),
                    waiver=None,
                    outcome=RouteStop(
                        team=team, shift=shift, starts_at=begins, ends_at=begins + timedelta(seconds=STOP_S - 600)
                    ),
                    members=members[number] if len(stops) == STOPS else (),
                )
            )
    travel = np.full((len(asked) + 1, len(asked) + 1), 600, dtype=np.int64)
    np.fill_diagonal(travel, 0)
    problem = Problem(
        horizon_start_at=origin,
        locations=(Location(id="depot"), *(Location(id=visit.id) for visit in asked)),
        matrix=Matrix(duration_s=travel, distance_m=travel * 10),
        shifts=tuple(shifts),
        visits=tuple(asked),
        objective=Objective(travel_cost_per_hour=20.0),
    )
    plan = Plan(
        status=Status.FEASIBLE, objective=1.0, bound=None, gap=None, seed=1, solve_s=1.0, routes=tuple(planned),
        unassigned=(),
    )  # fmt: skip
    with world.database.transaction() as session:
        plans = Plans(session, world.kanim)
        head = plans.add_draft(
            OutreachPlan(visits=tuple(told)),
            inputs_digest="",
            problem_json=write_problem(problem),
            plan_json=write_plan(plan),
            first_date=origin.date(),
            last_date=origin.date() + timedelta(days=DAYS),
            travel_is_estimate=True,
            now=NOW,
        )
        plans.point_at(head.version, expected=None, now=NOW)
        appointments = Appointments(session, world.kanim)
        for visit in told:
            for member in visit.members:
                if member.slot_at:
                    appointments.promise(member.applicant_id, visit, member.slot_at, version=head.version, now=NOW)


def shares_of(took_ms: list[float]) -> str:
    """Say the median and the 95th of a hundred."""
    in_order = sorted(took_ms)
    return f"p50 {in_order[len(in_order) // 2]:.0f} ms, p95 {in_order[int(len(in_order) * 0.95)]:.0f} ms"


def main() -> int:
    """Start everything, measure, stop everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reads", type=int, default=100)
    parser.add_argument("--people", type=int, default=12, help="a stop; a team with two kits serves some 72 a day")
    options = parser.parse_args()
    with ExitStack() as stack:
        server = stack.enter_context(own_server())
        url = stack.enter_context(empty_database(address_of(server)))
        world = build_world(Settings(database_url=url, argon2_memory_kib=32, argon2_time_cost=1))
        stack.callback(world.database.close)
        schema.upgrade(world.database)
        publish(world, take_in(world, options.people))
        with world.database.transaction() as session:
            session.execute(text("ANALYZE"))  # a server counts its rows by itself within a minute
        app = app_at(world, lambda: NOW)
        phone = {"X-Device-Id": str(uuid4()), "X-Device-Key": uuid4().hex * 2}
        client = TestClient(app, headers=bearer(world, account(world, Role.FIELD, team=TEAMS[0])) | phone)
        enrolled = client.put(
            f"/api/v1/field/devices/{phone['X-Device-Id']}",
            json={"key": phone["X-Device-Key"], "label": "x"},
            headers={"Idempotency-Key": str(uuid4())},
        )
        took_ms, cpu_ms = [], []
        gc.collect()
        gc.freeze()  # as api/main.py does
        for _ in range(options.reads + 1):
            began, cpu = time.perf_counter(), time.process_time()
            answer = client.get("/api/v1/field/days")
            took_ms.append((time.perf_counter() - began) * 1_000)
            cpu_ms.append((time.process_time() - cpu) * 1_000)
        day, *_ = answer.raise_for_status().json()["days"]
    people = sum(len(stop["people"]) for stop in day["stops"])
    sys.stdout.write(
        f"{len(day['stops'])} stops, {people} people, {len(answer.content) / 1000:.0f} kB ({enrolled.status_code})\n"
        f"first read of a version {took_ms[0]:.0f} ms\n"
        f"wall clock {shares_of(took_ms[1:])}\n"
        f"of this process's processor {shares_of(cpu_ms[1:])}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
