"""A process that dies, or a database that fails, at any step, whatever the provider does meanwhile.

`make test` plays an evenly spread part of the points; ``MP_SWEEP_STRIDE=1`` plays every step, the two errors in turns,
and ``MP_SWEEP_SEEDS`` more scripts of the provider.
"""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from mobile_passport.domain.message import Channel
from mobile_passport.messaging import delivery
from mobile_passport.messaging.delivery import Claim
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.provider import DefiniteNo, Refusal
from mobile_passport.persistence.database import Database
from mobile_passport.rules.messages import MessageRules
from tests.fakes.failures import Died, Steps
from tests.fakes.provider import ON_WHATSAPP_ONLY, Fault, ScriptedProvider
from tests.fakes.timing import HandTiming
from tests.mobile_passport.messaging.bureau import MORNING, Bureau, rules_with
from tests.mobile_passport.messaging.oracle import lost, sent_twice
from tests.mobile_passport.messaging.season import play, prepare
from tests.mobile_passport.messaging.whatsapp import with_whatsapp

STRIDE = int(os.environ.get("MP_SWEEP_STRIDE", "331"))
SEEDS = int(os.environ.get("MP_SWEEP_SEEDS", "1"))
ERRORS: tuple[type[Exception], ...] = (Died, OperationalError)
FAULTS: list[Fault] = [fault for fault in Fault if fault not in (Fault.OK, Fault.SUSPENDED, *ON_WHATSAPP_ONLY)]
# The breaker rests for minutes after a few unknowns, which hides most of the points: it has tests of its own.
_ONE_AT_ONCE = rules_with(circuit_unknown_share=1.0)
_TWO_AT_ONCE = replace(_ONE_AT_ONCE, senders=(replace(_ONE_AT_ONCE.pace("twilio"), claims_at_once=2),))
RULES = (_ONE_AT_ONCE, _TWO_AT_ONCE)
_ON_WHATSAPP = with_whatsapp(_ONE_AT_ONCE)
FALLBACKS = [
    [Fault.NOT_ON_WHATSAPP, Fault.ERROR_AFTER, Fault.RETURNED],  # a certain no, and the SMS after it ends unknown
    [Fault.ERROR_AFTER, Fault.NOT_ON_WHATSAPP, Fault.RETURNED, Fault.RESET_BEFORE],  # an unknown end on WhatsApp
]


class Replays:
    """The same prepared office again and again, from a copy of its database."""

    def __init__(self, database: Database, rules: MessageRules) -> None:
        self._database = database
        office = Bureau(database, HandTiming(MORNING), rules=rules)
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
    yield Replays(database, _ONE_AT_ONCE)
    database.close()


@pytest.fixture(scope="module")
def whatsapp_replays() -> Iterator[Replays]:
    database = Database("sqlite://")
    yield Replays(database, _ON_WHATSAPP)
    database.close()


def script_of(fault: Fault, seed: int) -> list[Fault]:
    """One fault first, then a mixture of all."""
    mixture = random.Random(f"{fault}{seed}").choices([Fault.OK, *FAULTS], k=3)
    return [fault, *mixture]


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_sent_twice_or_lost_whatever_fails_at_any_step(replays: Replays, fault: Fault) -> None:
    for seed in range(SEEDS):
        rules = RULES[(FAULTS.index(fault) + seed) % 2]
        errors = ERRORS[:: -1 if seed % 2 else 1]
        undisturbed = sweep(replays, script_of(fault, seed), rules, errors, first=1 + FAULTS.index(fault) * 53 % STRIDE)
        assert undisturbed.taken, "the season sends something, so there is something to lose"


@pytest.mark.parametrize("script", FALLBACKS)
def test_a_message_that_falls_back_to_sms_is_on_one_channel_only_whatever_fails_at_any_step(
    whatsapp_replays: Replays, script: list[Fault]
) -> None:
    provider = sweep(whatsapp_replays, script, _ON_WHATSAPP, ERRORS, first=1 + FALLBACKS.index(script) * 107 % STRIDE)
    assert {one.channel for one in provider.taken} == set(Channel)


def test_the_sweep_finds_a_fallback_after_an_unknown_end(
    whatsapp_replays: Replays, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_refusal(desk: Desk, session: Session, claimed: Claim, code: str, now: datetime) -> None:
        no = DefiniteNo(refusal=Refusal.NOT_ON_CHANNEL, code=code)
        delivery._settle_refused(desk, session, claimed, no, now)

    monkeypatch.setattr(delivery, "_settle_unknown", as_refusal)
    office, provider = whatsapp_replays.play(FALLBACKS[-1], Steps(), _ON_WHATSAPP)
    assert any("2 times" in fault for fault in sent_twice(office, provider.taken))


def sweep(
    replays: Replays, script: list[Fault], rules: MessageRules, errors: tuple[type[Exception], ...], *, first: int
) -> ScriptedProvider:
    """Play without a failure, then with the errors in turns at every step from ``first`` on, ``STRIDE`` apart.

    Returns
    -------
    ScriptedProvider
        As it stood where nothing of ours failed.
    """
    whole = Steps()
    office, undisturbed = replays.play(script, whole, rules)
    assert (sent_twice(office, undisturbed.taken), lost(office, undisturbed.taken)) == ([], [])
    for number, step in enumerate(range(first, whole.count + 1, STRIDE)):
        error = errors[number % len(errors)]
        steps = Steps(step, error)
        office, provider = replays.play(script, steps, rules)
        faults = sent_twice(office, provider.taken) + lost(office, provider.taken)
        assert faults == [], (script, step, error.__name__, steps.failed_in)
    return undisturbed
