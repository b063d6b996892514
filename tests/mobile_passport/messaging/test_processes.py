"""Two real workers on one real database, killed and frozen without warning, as the provider's process is once.

`make test` plays a few; ``MP_KILLS=150 MP_FREEZES=20 MP_CRASHES=10`` plays the number that is promised.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from mobile_passport.clock import utc_now
from mobile_passport.persistence.database import Database
from tests.fakes.timing import HandTiming
from tests.fakes.twilio.process import twilio_process
from tests.mobile_passport.messaging.bureau import Bureau

KILLS = int(os.environ.get("MP_KILLS", "4"))
FREEZES = int(os.environ.get("MP_FREEZES", "1"))
CRASHES = int(os.environ.get("MP_CRASHES", "1"))
PEOPLE_A_ROUND = 10
FROZEN_S = 3.3  # longer than quarantine and second look together
FAULTS = ["ok"] * 12 + ["500_before", "500_after", "reset_before", "reset_after", "hang_after", "truncated_201"]
ROOT = Path(__file__).parents[3]


class Nursery:
    """Worker processes by pid."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self) -> int:
        """Start a worker."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("start\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def nursery(database_url: str, provider_url: str) -> Iterator[Nursery]:
    """Run a nursery; its workers are the caller's to kill."""
    command = [sys.executable, "-m", "tests.mobile_passport.messaging.nursery", database_url, provider_url]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Nursery(process)


class Town:
    """An office whose people keep coming, over a real database."""

    def __init__(self, database_url: str) -> None:
        self.database = Database(database_url)
        self.office = Bureau(self.database, HandTiming(utc_now()))
        self.office.create_tables()
        self._phones = 0

    def announce(self, people: int) -> None:
        """Put messages to new people into the outbox."""
        self.office.timing.advance((utc_now() - self.office.timing.wall()).total_seconds())
        listed = [(f"Siti {self._phones + n}", f"+62812{self._phones + n:08d}") for n in range(people)]
        self._phones += people
        _, ids = self.office.add_request(listed)
        self.office.book(dict.fromkeys(ids, utc_now() + timedelta(days=7)))

    def is_drained(self) -> bool:
        """Tell whether no message waits and none is unknown."""
        return not {"pending", "sending"} & set(self.office.states())


def crash_postgresql(database: Database) -> None:
    """Kill one backend without warning: the server throws everybody out, recovers from its log and comes back."""
    with database.engine.connect() as connection:
        others = connection.execute(
            text("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        )
        victim = next(iter(others.scalars()), None)
    database.close()
    if victim is not None:
        os.kill(victim, signal.SIGKILL)
    give_up_at = time.monotonic() + 20
    while True:
        try:
            if database.is_reachable():
                return
        except OperationalError:
            assert time.monotonic() < give_up_at
            time.sleep(0.1)


def play(database_url: str, ledger_file: Path, *, seed: int, crashes: int = 0) -> Counter[int]:
    """Kill and freeze workers while messages go out, crash database and provider, and let them finish.

    Returns
    -------
    Counter
        Times that the provider took a message, by its books, to the number of such messages.
    """
    chance = random.Random(seed)
    town = Town(database_url)
    with twilio_process(ledger_file) as provider, nursery(database_url, provider.url) as workers:
        provider.script(creates=chance.choices(FAULTS, k=KILLS * PEOPLE_A_ROUND))
        living = [workers.start(), workers.start()]
        try:
            for round_number in range(KILLS):
                town.announce(PEOPLE_A_ROUND)
                time.sleep(chance.uniform(0.05, 0.4))
                if round_number < FREEZES:
                    os.kill(living[1], signal.SIGSTOP)
                    time.sleep(FROZEN_S)
                    os.kill(living[1], signal.SIGCONT)
                if round_number < crashes:
                    crash_postgresql(town.database)
                if round_number == KILLS - 1:
                    provider.crash()
                os.kill(living.pop(0), signal.SIGKILL)
                living.append(workers.start())
            give_up_at = time.monotonic() + 60
            while not town.is_drained():
                assert time.monotonic() < give_up_at, Counter(town.office.states())
                town.announce(1)  # keeps the list provably fresh
                time.sleep(0.7)
        finally:
            for pid in living:
                os.kill(pid, signal.SIGKILL)
        taken = Counter(entry.body for entry in provider.entries())
    told = {town.office.body(intent) for intent in town.office.intents()}
    assert taken.keys() <= told
    assert set(town.office.states()) == {"accepted"}
    town.database.close()
    return Counter(taken[body] for body in told)


def test_two_workers_killed_without_warning_send_nothing_twice_on_sqlite(tmp_path: Path) -> None:
    times = play(f"sqlite:///{tmp_path / 'office.db'}", tmp_path / "twilio.db", seed=1)
    assert set(times) == {1}


def test_two_workers_and_a_crashing_database_send_nothing_twice_on_postgresql(
    postgres_url: str, tmp_path: Path
) -> None:
    times = play(postgres_url, tmp_path / "twilio.db", seed=2, crashes=CRASHES)
    assert set(times) == {1}
