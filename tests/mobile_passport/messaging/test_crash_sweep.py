"""A process that dies, or a database that fails, at any step, whatever the provider does meanwhile.

`make test` plays an evenly spread part of the points; ``MP_SWEEP_STRIDE=1`` plays all of them.
"""

import os
import random
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from mobile_passport.persistence.database import Database
from tests.fakes.failures import Died, Steps
from tests.fakes.provider import Fault, ScriptedProvider
from tests.fakes.timing import HandTiming
from tests.mobile_passport.messaging.bureau import MORNING, Bureau, rules_with
from tests.mobile_passport.messaging.oracle import lost, sent_twice
from tests.mobile_passport.messaging.season import play, prepare

STRIDE = int(os.environ.get("MP_SWEEP_STRIDE", "397"))
FAULTS: list[Fault] = [fault for fault in Fault if fault not in (Fault.OK, Fault.SUSPENDED)]
# The breaker rests for minutes after a few unknowns, which hides most of the points: it has tests of its own.
RULES_WITHOUT_BREAKER = rules_with(circuit_unknown_share=1.0)


class Replays:
    """The same prepared office again and again, from a copy of its database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        office = Bureau(database, HandTiming(MORNING))
        office.create_tables()
        self._applicants: list[UUID] = prepare(office)
        connection = database.engine.raw_connection()
        self._image = connection.driver_connection.serialize()  # type: ignore[union-attr]  # sqlite3's own
        connection.close()

    def play(self, script: list[Fault], steps: Steps) -> tuple[Bureau, ScriptedProvider]:
        """Play the season from its beginning."""
        connection = self._database.engine.raw_connection()
        connection.driver_connection.deserialize(self._image)  # type: ignore[union-attr]
        connection.close()
        timing = HandTiming(MORNING)
        provider = ScriptedProvider(timing, script)
        office = Bureau(self._database, timing, provider, rules=RULES_WITHOUT_BREAKER)
        play(office, self._applicants, steps)
        return office, provider


@pytest.fixture(scope="module")
def replays() -> Iterator[Replays]:
    database = Database("sqlite://")
    yield Replays(database)
    database.close()


def script_of(fault: Fault, seed: int) -> list[Fault]:
    """One fault first, then a mixture of all."""
    mixture = random.Random(f"{fault}{seed}").choices([Fault.OK, *FAULTS], k=3)
    return [fault, *mixture]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("error", [Died, OperationalError])
def test_nothing_is_sent_twice_or_lost_whatever_fails_at_any_step(
    replays: Replays, fault: Fault, error: type[Exception]
) -> None:
    script = script_of(fault, seed=0)
    whole = Steps()
    office, provider = replays.play(script, whole)
    assert (sent_twice(office, provider.taken), lost(office, provider.taken)) == ([], [])
    first = 1 + FAULTS.index(fault) * 13 % STRIDE
    for step in range(first, whole.count + 1, STRIDE):
        steps = Steps(step, error)
        office, provider = replays.play(script, steps)
        assert (sent_twice(office, provider.taken), lost(office, provider.taken)) == ([], []), (step, steps.failed_in)
