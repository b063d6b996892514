"""How many bookings a second: the storm of clients of the tests, from as many processes as the web has.

Threads of one interpreter share one core; a deployment on two runs two web processes. Clients share the machine with
PostgreSQL. An answer counts whether places were held, given back or refused.

    python -m tests.benchmarks.bookings --clients 64 --seeds 20 --processes 2
"""

import argparse
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from multiprocessing import get_context
from uuid import UUID

from mobile_passport.persistence import schema
from mobile_passport.services.world import World, build_world
from mobile_passport.settings import Settings
from tests.mobile_passport.services.booking.office import DAYS, differences, lay_out, organisations, with_quota
from tests.mobile_passport.services.booking.test_storm import CAPACITY, client
from tests.postgres import address_of, empty_database, own_server


@cache
def open_office(url: str) -> World:
    """An office that limits nobody but by its places; one for each process."""
    return with_quota(build_world(Settings(database_url=url)), 1_000_000)


def play(url: str, seed: int, callers: list[UUID]) -> Counter[str]:
    """Let clients ask from threads of this process; returns what they were answered."""
    office, answers = open_office(url), Counter[str]()
    with ThreadPoolExecutor(len(callers)) as pool:
        for organisation in callers:
            pool.submit(client, office, organisation, random.Random(f"{seed}/{organisation}"), answers)
    return answers


def main() -> int:
    """Start everything, measure, stop everything; 1 when a book is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    answers, took_s, wrong = Counter[str](), 0.0, 0
    with ExitStack() as stack:
        server = stack.enter_context(own_server())
        url = stack.enter_context(empty_database(address_of(server)))
        office = open_office(url)
        stack.callback(office.database.close)
        schema.upgrade(office.database)
        callers = organisations(office, options.clients)
        shares = [callers[number :: options.processes] for number in range(options.processes)]
        pool = stack.enter_context(ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")))
        for seed in range(-1, options.seeds):  # the first storm opens processes and connections and is not counted
            lay_out(office, DAYS, CAPACITY)
            began = time.perf_counter()
            played = list(pool.map(play, [url] * len(shares), [seed] * len(shares), shares))
            if seed >= 0:
                took_s += time.perf_counter() - began
                answers.update(sum(played, Counter()))
            wrong += len(differences(office))
    sys.stdout.write(f"{answers.total() / took_s:.0f} answers a second; {dict(answers)}; {wrong} books wrong\n")
    return min(1, wrong)


if __name__ == "__main__":
    sys.exit(main())
