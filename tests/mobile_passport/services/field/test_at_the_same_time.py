"""Phones that send at the same moment: what is worked out is what all of them said."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from mobile_passport.domain.field import FieldOperation
from mobile_passport.domain.field import OperationType as Op
from tests.field_team import Phone, Team

pytestmark = pytest.mark.database("postgresql")  # SQLite has one writer
ROUNDS = 12


def test_phones_that_disagree_at_the_same_moment_are_a_dispute_and_nothing_else(team: Team) -> None:
    one, other = team.phone(), team.phone()
    with ThreadPoolExecutor(2) as pool:
        for person in team.appointments()[:ROUNDS]:
            together = Barrier(2)

            def send(phone: Phone, operation: FieldOperation, together: Barrier = together) -> None:
                together.wait()
                phone.send(operation)

            said = ((one, one.write(Op.DONE, person)), (other, other.write(Op.ABSENT, person)))
            for sent in [pool.submit(send, phone, operation) for phone, operation in said]:
                sent.result()
            known = team.outcome_of(person)
            assert known
            assert known.is_disputed
            assert team.status_of(person) == "scheduled"


def test_one_batch_that_is_sent_twice_at_once_is_stored_once(team: Team) -> None:
    phone, people = team.phone(), team.appointments()[:ROUNDS]
    batch = [phone.write(Op.DONE, person) for person in people]
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda _: phone.send(*batch), range(4)))
    assert {receipt.watermark for receipt in receipts} == {ROUNDS}
    verdicts = [one.verdict for receipt in receipts for one in receipt.receipts]
    assert (verdicts.count("new"), verdicts.count("repeat")) == (ROUNDS, 3 * ROUNDS)
