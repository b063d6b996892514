"""A process that dies, or a database that fails, at any step, whatever the provider does meanwhile.

`make test` plays an evenly spread part of the points; ``MP_SWEEP_STRIDE=1`` plays all of them, with both errors, and
``MP_SWEEP_SEEDS`` more scripts of the provider.
"""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from mobile_passport.persistence.database import Database
from mobile_passport.rules.messages import MessageRules
from tests.fakes.failures import Died, Steps
from tests.fakes.provider import Fault, ScriptedProvider
from tests.fakes.timing import HandTiming
from tests.mobile_passport.messaging.bureau import MORNING, Bureau, rules_with
from tests.mobile_passport.messaging.oracle import lost, sent_twice
from tests.mobile_passport.messaging.season import play, prepare

STRIDE = int(os.environ.get("MP_SWEEP_STRIDE", "331"))
SEEDS = int(os.environ.get("MP_SWEEP_SEEDS", "1"))
ERRORS: tuple[type[Exception], ...] = (Died, OperationalError)
FAULTS: list[Fault] = [fault for fault in Fault if fault not in (Fault.OK, Fault.SUSPENDED)]
# The breaker rests for minutes after a few unknowns, which hides most of the points: it has tests of its own.
_ONE_AT_ONCE = rules_with(circuit_unknown_share=1.0)
_TWO_AT_ONCE = replace(_ONE_AT_ONCE, senders=(replace(_ONE_AT_ONCE.pace("twilio"), claims_at_once=2),))
RULES = (_ONE_AT_ONCE, _TWO_AT_ONCE)


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

    def play(self, script: list[Fault], steps: Steps, rules: MessageRules) -> tuple[Bureau, ScriptedProvider]:
        """Play the season from its beginning."""
        connection = self._database.engine.raw_connection()
        connection.driver_connection.deserialize(self._image)  # type: ignore[union-attr]
        connection.close()
        timing = HandTiming(MORNING)
        provider = ScriptedProvider(timing, script)
        office = Bureau(self._database, timing, provider, rules=rules)
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
def test_nothing_is_sent_twice_or_lost_whatever_fails_at_any_step(replays: Replays, fault: Fault) -> None:
    for seed in range(SEEDS):
        script, rules = script_of(fault, seed), RULES[(FAULTS.index(fault) + seed) % 2]
        whole = Steps()
        office, provider = replays.play(script, whole, rules)
        assert (sent_twice(office, provider.taken), lost(office, provider.taken)) == ([], [])
        first = 1 + FAULTS.index(fault) * 53 % STRIDE
        for number, step in enumerate(range(first, whole.count + 1, STRIDE)):
            for error in ERRORS if STRIDE == 1 else (ERRORS[number % 2],):
                steps = Steps(step, error)
                office, provider = replays.play(script, steps, rules)
                faults = sent_twice(office, provider.taken) + lost(office, provider.taken)
                assert faults == [], (seed, step, error.__name__, steps.failed_in)
