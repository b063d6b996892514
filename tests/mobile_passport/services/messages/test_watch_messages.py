"""What staff see of the sender, at three moments of one small office."""

from datetime import timedelta

import pytest

from mobile_passport.domain.message import IntentState, ReceiptStatus
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.receive_receipt import receive_receipt
from mobile_passport.services.messages.watch_messages import watch_messages
from tests.fakes.provider import Fault, ScriptedProvider, genuine
from tests.mobile_passport.messaging.bureau import MORNING, Bureau

SLOT = MORNING + timedelta(days=7)
TELKOMSEL, INDOSAT = "+628123456789", "+628581234567"  # a digit short


@pytest.fixture
def office(bureau: Bureau) -> Bureau:
    """Three people at Telkomsel, one at Indosat, each told of a slot."""
    bureau.provider = ScriptedProvider(
        bureau.timing, [Fault.OK, Fault.OK, Fault.OK, Fault.HANG_BEFORE], posts_callbacks=False
    )
    phones = [f"{TELKOMSEL}1", f"{TELKOMSEL}2", f"{INDOSAT}1", f"{TELKOMSEL}3"]
    for number, phone in enumerate(phones):
        _, people = bureau.add_request([(f"Orang {number}", phone)])
        bureau.book({people[0]: SLOT + timedelta(minutes=number)})  # the earlier the slot, the earlier it is sent
    return bureau


def test_the_age_of_a_backlog_is_that_of_its_oldest_message(office: Bureau) -> None:
    office.timing.advance(600)
    watch = watch_messages(office.desk())
    assert (watch.backlog.waiting, watch.backlog_age_s) == (4, 600)
    assert watch.by_state == {IntentState.PENDING: 4}
    assert watch.resumes_at is None
    office.timing.advance(12 * 3600)  # 21.10 WIB
    assert watch_messages(office.desk()).resumes_at == MORNING + timedelta(hours=23)
    assert watch.deliveries == ()


def test_deliveries_are_told_by_operator_and_unknown_ends_apart_from_them(office: Bureau) -> None:
    deliver_messages(office.desk())
    provider = office.provider
    assert isinstance(provider, ScriptedProvider)
    receive_receipt(office.desk(), genuine(provider.taken[0], ReceiptStatus.DELIVERED))
    receive_receipt(office.desk(), genuine(provider.taken[2], ReceiptStatus.UNDELIVERED, "30003"))
    watch = watch_messages(office.desk())
    told = [(one.operator, one.accepted, one.delivered, one.failed) for one in watch.deliveries]
    assert told == [("Telkomsel", 2, 1, 0), ("Indosat Ooredoo Hutchison", 1, 0, 1)]
    assert watch.deliveries[0].delivered_share == 0.5
    assert (watch.unknowns.open, watch.unknowns.to_person, watch.backlog.waiting) == (1, 0, 0)


def test_spending_is_told_in_segments_and_rupiah_beside_its_cap_and_begins_anew_each_local_day(
    office: Bureau,
) -> None:
    deliver_messages(office.desk())
    care = office.rules.care
    spending = watch_messages(office.desk()).spending
    assert spending.spent_segments == sum(intent.segments for intent in office.intents())
    assert spending.spent_rupiah == spending.spent_segments * care.rupiah_a_segment
    assert spending.cap_rupiah == care.segments_a_day * care.rupiah_a_segment
    office.timing.advance(15 * 3_600 + 60)  # from nine in the morning past midnight
    assert watch_messages(office.desk()).spending.spent_segments == 0
