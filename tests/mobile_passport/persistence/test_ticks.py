from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from mobile_passport.persistence.database import Database
from mobile_passport.persistence.ticks import finish_tick, take_tick

NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
LEASE = timedelta(minutes=30)


def take(database: Database, slot: str, now: datetime = NOW) -> bool:
    with database.transaction() as session:
        return take_tick(session, kanim="blitar", name="replan", slot=slot, now=now, lease=LEASE)


def test_of_many_who_ask_at_once_exactly_one_is_told_yes(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda slot: take(database, slot), ["a", "b", "c"] * 8))
    assert answers.count(True) == 3


def test_a_slot_whose_owner_died_is_given_out_again_after_the_lease(database: Database) -> None:
    assert take(database, "night")
    assert not take(database, "night", NOW + LEASE)
    assert take(database, "night", NOW + LEASE + timedelta(seconds=1))
    assert not take(database, "night", NOW + LEASE + timedelta(seconds=2))


def test_a_finished_slot_is_never_given_out_again(database: Database) -> None:
    assert take(database, "night")
    with database.transaction() as session:
        finish_tick(session, kanim="blitar", name="replan", slot="night", now=NOW)
    assert not take(database, "night", NOW + timedelta(days=1))
