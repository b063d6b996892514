"""Edges of claiming and settling: proof that comes in between, the end of the night, wishes nobody can keep."""

from datetime import timedelta

import pytest

from mobile_passport.domain.message import ReceiptStatus
from mobile_passport.messaging.delivery import claim, expire, settle
from mobile_passport.messaging.provider import DefiniteNo, Refusal
from mobile_passport.messaging.reconcile import reconcile
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.receive_receipt import receive_receipt
from mobile_passport.services.messages.watch_messages import watch_messages
from tests.fakes.provider import Fault, ScriptedProvider, genuine
from tests.mobile_passport.messaging.bureau import MORNING, Bureau

SLOT = MORNING + timedelta(days=7)


def announce(office: Bureau, slot: timedelta = SLOT - MORNING) -> None:
    _, people = office.add_request([("Siti", f"+62812{len(office.intents()):08d}")])
    office.book({people[0]: MORNING + slot})


def test_proof_of_an_attempt_given_up_counts_when_the_next_one_came_to_nothing(bureau: Bureau) -> None:
    provider = ScriptedProvider(bureau.timing, [Fault.ERROR_AFTER], posts_callbacks=False)
    bureau.provider = provider
    announce(bureau)
    deliver_messages(bureau.desk(), limit=1)
    hidden, provider.taken = provider.taken, []  # its list shows it too late
    bureau.timing.advance(1)
    announce(bureau)
    deliver_messages(bureau.desk())
    for _ in range(2):
        bureau.timing.advance(650)
        reconcile(bureau.desk())
    claims = claim(bureau.desk())
    assert isinstance(claims, tuple)
    receive_receipt(bureau.desk(), genuine(hidden[0], ReceiptStatus.DELIVERED))
    settle(bureau.desk(), [(claims[0], DefiniteNo(refusal=Refusal.NOT_WRITTEN, code="deadline"))])
    bureau.timing.advance(3_600)
    deliver_messages(bureau.desk())
    assert hidden[0].body not in [one.body for one in provider.taken]
    assert sorted(bureau.states()) == ["accepted", "delivered"]


@pytest.mark.parametrize(("wish_s", "wait_s"), [(0.0, 30), (45.0, 45), (float("inf"), 3_600)])
def test_a_wish_to_wait_is_kept_between_our_own_shortest_and_longest_pause(
    bureau: Bureau, wish_s: float, wait_s: int
) -> None:
    announce(bureau)
    claims = claim(bureau.desk())
    assert isinstance(claims, tuple)
    no = DefiniteNo(refusal=Refusal.SLOW_DOWN, code="20429", retry_after_s=wish_s)
    settle(bureau.desk(), [(claims[0], no)])
    assert bureau.intents()[0].next_try_at - bureau.timing.wall() == timedelta(seconds=wait_s)


def test_what_would_be_useless_in_the_morning_goes_to_a_person_in_the_evening(bureau: Bureau) -> None:
    bureau.timing.advance(11 * 3_600 + 60)  # 20.01 WIB; people may be written to again at 08.00
    for hours in (23, 25, 26):  # useless at 06.00, 08.00 and 09.00
        announce(bureau, timedelta(hours=hours))
    assert expire(bureau.desk()) == 2
    assert sorted(bureau.states()) == ["expired", "expired", "pending"]


def test_what_went_to_a_person_is_not_unknown_for_ever(bureau: Bureau) -> None:
    provider = ScriptedProvider(bureau.timing, [Fault.ERROR_BEFORE], posts_callbacks=False)
    provider.list_fails = True
    bureau.provider = provider
    announce(bureau)
    deliver_messages(bureau.desk())
    assert watch_messages(bureau.desk()).unknowns.open == 1
    bureau.timing.advance(SLOT.timestamp() - bureau.timing.wall().timestamp() - 3 * 3_600)
    deliver_messages(bureau.desk())
    unknowns = watch_messages(bureau.desk()).unknowns
    assert (unknowns.open, unknowns.to_person) == (0, 1)
