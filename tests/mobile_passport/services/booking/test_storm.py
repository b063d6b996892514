"""Many clients at once on a real PostgreSQL: nothing is oversold, no place is lost, nobody meets a deadlock.

Small in the suite; ``MP_STORM_SEEDS=20 MP_STORM_CLIENTS=64`` runs it in full. What the clients were answered is logged:
``--log-cli-level INFO`` shows how many were told that the office is busy.
"""

import logging
import os
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text, update

from mobile_passport.domain.booking import DayFull, ServiceDay
from mobile_passport.domain.refusal import Refusal
from mobile_passport.domain.request import Category
from mobile_passport.persistence.booking.booking_tables import ServiceDayRow
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.services.booking.hold_places import hold_places
from mobile_passport.services.booking.release_booking import release_booking
from mobile_passport.services.world import World
from tests.mobile_passport.services.booking.office import (
    DAYS,
    coordinator,
    differences,
    hold,
    lay_out,
    organisations,
    room,
    taken,
    with_quota,
)
from tests.mobile_passport.services.seasons import NOW

log = logging.getLogger(__name__)

pytestmark = pytest.mark.database("postgresql")  # what is promised of many at once is promised of it
CLIENTS = int(os.environ.get("MP_STORM_CLIENTS", "24"))
TRIES = 16
SEEDS = int(os.environ.get("MP_STORM_SEEDS", "2"))
CAPACITY = 40


@pytest.fixture
def storm(office: World) -> World:
    """An office that limits nobody but by its places."""
    return with_quota(office, 1_000_000)


def client(world: World, organisation: UUID, dice: random.Random, answers: Counter[str]) -> None:
    """Hold places on one or two days, give some back, let some expire: the clock of the storm runs on."""
    caller = coordinator(world, organisation)
    mine: list[UUID] = []
    for attempt in range(TRIES):
        now = NOW + timedelta(minutes=attempt * 4 + dice.random())
        try:
            if mine and dice.random() < 0.3:
                release_booking(world, mine.pop(), caller=caller, now=now)
            else:
                wanted = {day: dice.randint(1, 3) for day in dice.sample(DAYS, dice.randint(1, 2))}
                holds = hold_places(world, wanted, category=Category.UMRAH, deadline_date=None, caller=caller, now=now)
                mine += [one.id for one in holds]
            answers["done"] += 1
        except Refusal as refusal:
            answers[refusal.code] += 1
        except Exception as error:  # whatever else happens would be a 500: it is counted
            answers[type(error).__name__] += 1


def run_storm(world: World, seed: int, callers: list[UUID]) -> Counter[str]:
    lay_out(world, DAYS, CAPACITY)
    answers: Counter[str] = Counter()
    with ThreadPoolExecutor(len(callers)) as pool:
        for number, organisation in enumerate(callers):
            pool.submit(client, world, organisation, random.Random(f"{seed}/{number}"), answers)
    return answers


def broken_books(world: World) -> list[str]:
    """Everything that is wrong after a storm."""
    by_rows = taken(world, DAYS)
    found = [f"{day}: {places} of {CAPACITY} taken" for day, places in by_rows.items() if places > CAPACITY]
    return found + [f"{day}: book and rows differ, {both}" for day, both in differences(world).items()]


def lost_places(world: World, now: datetime) -> list[str]:
    """Days on which what nobody has cannot be held, or one more can."""
    found = []
    for day in DAYS:
        with world.database.transaction() as session:
            ServiceDays(session, world.kanim).lock((day,), now=now)  # what has expired is free
        if free := room(world, day):
            hold(world, day, free, now=now)
        try:
            hold(world, day, 1, now=now)
            found.append(f"{day} gave out one place too many")
        except DayFull:
            pass
        if taken(world, (day,))[day] != CAPACITY:
            found.append(f"{day} has {CAPACITY - taken(world, (day,))[day]} places that nobody can get")
    return found


def test_a_storm_of_clients_neither_oversells_nor_loses_a_place_nor_meets_a_deadlock(storm: World) -> None:
    callers = organisations(storm, CLIENTS)
    for seed in range(SEEDS):
        answers = run_storm(storm, seed, callers)
        log.info("storm %d of %d clients: %s", seed, CLIENTS, dict(answers))
        assert sum(answers.values()) == CLIENTS * TRIES
        assert set(answers) <= {"done", "day_full", "hold_over", "busy"}, answers  # busy: a lock came too late
        assert deadlocks(storm) == 0
        assert broken_books(storm) == []
        assert lost_places(storm, NOW + timedelta(minutes=70)) == []


def deadlocks(world: World) -> int:
    """How often PostgreSQL had to break a deadlock, by its own count."""
    query = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    with world.database.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def look_then_write(self: ServiceDays, day: ServiceDay, places: int) -> bool:
    """Take places without the guard in the UPDATE: look first, then write what was worked out."""
    row = self._session.get(ServiceDayRow, day.id, populate_existing=True)
    if row is None or row.booked + places > row.capacity:
        return False
    write = update(ServiceDayRow).where(ServiceDayRow.id == day.id).values(booked=row.booked + places)
    self._session.execute(write)
    return True


def without_lock(lock: Callable[..., dict[object, ServiceDay]]) -> Callable[..., dict[object, ServiceDay]]:
    """Read the days and lock nothing."""

    def read(self: ServiceDays, days: object, *, now: datetime) -> dict[object, ServiceDay]:
        return {day.date: day for day in self.days(min(DAYS), max(DAYS)) if day.date in days}  # type: ignore[operator]

    return read


def test_the_storm_finds_a_missing_lock_and_guard(storm: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ServiceDays, "lock", without_lock(ServiceDays.lock))
    monkeypatch.setattr(ServiceDays, "take", look_then_write)
    callers = organisations(storm, CLIENTS)
    run_storm(storm, 0, callers)
    assert broken_books(storm)
