"""The same request twice: done once, answered the same, on both databases and from many threads at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from fastapi import Response
from pydantic import BaseModel
from sqlalchemy import func, select

from api.idempotency import REPLAYED, Once, Reply, StillRunning
from mobile_passport.domain.access import Caller, Role, Scope
from mobile_passport.domain.refusal import Busy, NotFound
from mobile_passport.persistence.answers import Answers, OtherRequest
from mobile_passport.persistence.audit.records import next_number
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.tables import CounterRow
from mobile_passport.services.world import World

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
KEY = "0197f3f2-6a5e-7d3e"


class Number(BaseModel):
    """What the work of these tests gives out."""

    number: int


@pytest.fixture
def office(world: World, database: Database) -> World:
    """The shipped office on each database in turn."""
    return replace(world, database=database)


def caller(account: UUID | None = None) -> Caller:
    """Somebody."""
    return Caller(account_id=account or uuid4(), login="t", role=Role.PLANNER, scope=Scope(kanim="blitar"))


ANYBODY = caller()


def give_number(world: World) -> Reply:
    """A use case that writes."""
    with world.database.transaction() as session:
        number = next_number(session, kanim=world.kanim, series="test")
    return Reply(body=Number(number=number), etag=str(number), location=f"/numbers/{number}")


def once(office: World, *, digest: str = "d", key: str = KEY) -> Once:
    """One request."""
    return Once(world=office, key=key, digest=digest, now=NOW)


def given_out(office: World) -> int:
    """How many numbers were given out."""
    with office.database.reading() as session:
        return (
            session.scalar(select(func.coalesce(func.max(CounterRow.value), 0)).where(CounterRow.series == "test")) or 0
        )


def test_the_same_request_again_is_told_the_same_and_happens_once(office: World) -> None:
    first = once(office).answer(ANYBODY, give_number, status=201)
    again = once(office).answer(ANYBODY, give_number, status=201)
    assert (first.status_code, first.body) == (again.status_code, again.body) == (201, b'{"number":1}')
    assert (first.headers["etag"], first.headers["location"]) == ('"1"', "/numbers/1")
    assert (again.headers["etag"], again.headers["location"]) == ('"1"', "/numbers/1")
    assert REPLAYED not in first.headers
    assert again.headers[REPLAYED] == "true"
    assert given_out(office) == 1


def test_the_same_key_for_something_else_is_refused(office: World) -> None:
    once(office).answer(ANYBODY, give_number)
    with pytest.raises(OtherRequest):
        once(office, digest="other").answer(ANYBODY, give_number)
    assert given_out(office) == 1


def test_keys_belong_to_whoever_sends_them(office: World) -> None:
    answers = [once(office).answer(caller(), give_number).body for _ in range(2)]
    assert answers == [b'{"number":1}', b'{"number":2}']


def test_many_at_once_do_it_once_and_all_are_told_the_same(office: World) -> None:
    ready = threading.Barrier(8)

    def send(_: int) -> Response:
        ready.wait()
        return once(office).answer(ANYBODY, give_number)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert {answer.body for answer in answers} == {b'{"number":1}'}
    assert sum(REPLAYED in answer.headers for answer in answers) == 7
    assert given_out(office) == 1


def test_what_dies_in_the_middle_leaves_nothing_and_may_be_sent_again(office: World) -> None:
    def die(world: World) -> Reply:
        give_number(world)
        raise OSError("the process dies")

    with pytest.raises(OSError, match="dies"):
        once(office).answer(ANYBODY, die)
    assert given_out(office) == 0
    assert once(office).answer(ANYBODY, give_number).body == b'{"number":1}'


@pytest.mark.parametrize(("refusal", "is_kept"), [(NotFound("gone"), True), (Busy("full"), False)])
def test_a_final_refusal_is_kept_and_one_that_may_pass_is_not(office: World, refusal: Exception, is_kept: bool) -> None:
    asked = []

    def refuse(world: World) -> Reply:
        asked.append(1)
        give_number(world)
        raise refusal

    for _ in range(2):
        if is_kept:
            assert once(office).answer(ANYBODY, refuse).status_code == 404
        else:
            with pytest.raises(type(refusal)):
                once(office).answer(ANYBODY, refuse)
    assert len(asked) == (1 if is_kept else 2)
    assert given_out(office) == 0


def test_answers_are_forgotten_after_their_time_and_not_before(office: World) -> None:
    once(office).answer(ANYBODY, give_number)
    for moment, cleared in ((NOW, 0), (NOW + timedelta(seconds=1), 1)):
        with office.database.transaction() as session:
            assert Answers(session, office.vault, office.kanim).clear_before(moment) == cleared
    assert once(office).answer(ANYBODY, give_number).body == b'{"number":2}'


@pytest.mark.database("postgresql")  # the other one has one writer
def test_what_is_still_running_is_told_so(office: World) -> None:
    may_end, has_begun = threading.Event(), threading.Event()

    def take_long(world: World) -> Reply:
        reply = give_number(world)
        has_begun.set()
        may_end.wait(timeout=20)
        return reply

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(lambda: once(office).answer(ANYBODY, take_long))
        has_begun.wait(timeout=20)
        with pytest.raises(StillRunning):
            once(office).answer(ANYBODY, give_number)
        may_end.set()
        assert slow.result().body == b'{"number":1}'
    assert once(office).answer(ANYBODY, give_number).headers[REPLAYED] == "true"


def test_answers_are_sealed(office: World) -> None:
    once(office).answer(ANYBODY, give_number)
    with office.database.reading() as session:
        raw = session.connection().exec_driver_sql("SELECT answer_sealed FROM idempotency").scalar_one()
    assert b"number" not in bytes(raw)
