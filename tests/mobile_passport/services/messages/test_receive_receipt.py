"""Reports may be forged, repeated, early, late and in any order.

`make test` plays some orders; ``MP_ORDERS=10000`` plays the number that is promised.
"""

import os
import random
from datetime import timedelta
from itertools import count, permutations

import pytest
from sqlalchemy import delete, select

from mobile_passport.domain.message import ReceiptStatus
from mobile_passport.messaging.delivery import Claim, claim, send, settle
from mobile_passport.messaging.provider import Callback
from mobile_passport.messaging.receipts import ReceiptEffect
from mobile_passport.messaging.reconcile import reconcile
from mobile_passport.persistence.messages.message_tables import SmsAttemptRow, SmsEventRow, SmsIntentRow
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.receive_receipt import receive_receipt
from tests.fakes.provider import Fault, ScriptedProvider, Taken, genuine
from tests.mobile_passport.messaging.bureau import MORNING, Bureau

SLOT = MORNING + timedelta(days=7)
NUMBERS = count()
ORDERS = int(os.environ.get("MP_ORDERS", "20"))


def sent(office: Bureau, *script: Fault) -> Taken:
    """Send one message whose receipts are ours to post."""
    provider = ScriptedProvider(office.timing, script, posts_callbacks=False)
    office.provider = provider
    announce(office)
    deliver_messages(office.desk(), limit=1)
    return provider.taken[-1]


def announce(office: Bureau) -> None:
    _, people = office.add_request([("Siti", f"+62812{next(NUMBERS):08d}")])
    office.book({people[0]: SLOT})


def first_claim(office: Bureau) -> Claim:
    claims = claim(office.desk())
    assert isinstance(claims, tuple)
    return claims[0]


REPORTS = [
    (ReceiptStatus.ACCEPTED, ""),
    (ReceiptStatus.SENDING, ""),
    (ReceiptStatus.SENT, ""),
    (ReceiptStatus.UNDELIVERED, "30003"),
    (ReceiptStatus.UNDELIVERED, "30005"),
    (ReceiptStatus.DELIVERED, ""),
]


@pytest.mark.database("sqlite")  # hundreds of orders of the same few queries
@pytest.mark.parametrize("reports", [REPORTS[:3], REPORTS[1:5], REPORTS[2:]])
def test_in_whatever_order_and_however_often_reports_come_the_end_is_the_same(
    bureau: Bureau, reports: list[tuple[ReceiptStatus, str]]
) -> None:
    chance, desk = random.Random(1), bureau.desk()
    ends = set()
    for order in permutations(reports):
        one = sent(bureau)
        repeated = [*order, *chance.choices(order, k=2)]
        for status, code in repeated:
            receive_receipt(desk, genuine(one, status, code))
        attempt = next(row for row in bureau.attempts() if row.sid == one.sid)
        intent = next(row for row in bureau.intents() if row.current_attempt_id == attempt.id)
        ends.add((attempt.receipt_status, attempt.receipt_code, intent.state, intent.reason))
    assert len(ends) == 1


@pytest.mark.database("sqlite")  # hundreds of orders of the same few queries
def test_any_order_of_reports_some_repeated_ends_where_the_strongest_one_says(bureau: Bureau) -> None:
    chance, desk = random.Random(11), bureau.desk()
    ends = set()
    for _ in range(ORDERS):
        one = sent(bureau)
        order = chance.sample(REPORTS, k=len(REPORTS)) + chance.choices(REPORTS, k=3)
        for status, code in order:
            receive_receipt(desk, genuine(one, status, code))
        with bureau.database.transaction() as session:
            attempt = session.scalars(select(SmsAttemptRow).where(SmsAttemptRow.sid == one.sid)).one()
            intent = session.get_one(SmsIntentRow, attempt.intent_id)
            ends.add((attempt.state, attempt.receipt_status, attempt.receipt_code, intent.state, intent.reason))
            session.execute(delete(SmsEventRow))  # ten thousand messages in one small office
    assert ends == {("accepted", "delivered", "", "delivered", "delivered")}
    assert bureau.events("duplicate") == 0


def test_a_receipt_does_not_reopen_a_delivered_message(bureau: Bureau) -> None:
    one = sent(bureau)
    receive_receipt(bureau.desk(), genuine(one, ReceiptStatus.DELIVERED))
    assert receive_receipt(bureau.desk(), genuine(one, ReceiptStatus.FAILED, "30008")) is ReceiptEffect.KNOWN
    assert bureau.states() == ["delivered"]


def test_sent_is_not_delivered(bureau: Bureau) -> None:
    receive_receipt(bureau.desk(), genuine(sent(bureau), ReceiptStatus.SENT))
    assert bureau.states() == ["accepted"]


def test_a_receipt_that_comes_before_the_answer_settles_the_attempt_and_the_answer_changes_nothing(
    bureau: Bureau,
) -> None:
    provider = ScriptedProvider(bureau.timing, posts_callbacks=False)
    bureau.provider = provider
    announce(bureau)
    claimed = first_claim(bureau)
    outcome = send(bureau.desk(), claimed)
    receive_receipt(bureau.desk(), genuine(provider.taken[0], ReceiptStatus.DELIVERED))
    settle(bureau.desk(), [(claimed, outcome)])
    assert bureau.states() == ["delivered"]
    assert [attempt.state for attempt in bureau.attempts()] == ["resolved_sent"]


def test_a_receipt_resolves_an_unknown_attempt_at_once(bureau: Bureau) -> None:
    one = sent(bureau, Fault.ERROR_AFTER)
    assert bureau.states() == ["sending"]
    receive_receipt(bureau.desk(), genuine(one, ReceiptStatus.SENT))
    assert bureau.states() == ["accepted"]
    assert bureau.attempts()[0].sid == one.sid


def test_a_receipt_weeks_late_is_taken(bureau: Bureau) -> None:
    one = sent(bureau)
    bureau.timing.advance(30 * 86_400)
    assert receive_receipt(bureau.desk(), genuine(one, ReceiptStatus.DELIVERED)) is ReceiptEffect.TAKEN


def test_a_thousand_forged_callbacks_have_no_effect(bureau: Bureau) -> None:
    one = sent(bureau, Fault.ERROR_AFTER)
    chance, desk = random.Random(7), bureau.desk()
    real = genuine(one, ReceiptStatus.DELIVERED)
    for _ in range(1_000):
        signature = "".join(chance.choices("abcdefgenuin+/=", k=chance.randint(0, 28)))
        forged = Callback(token=real.token, fields=real.fields, signature=signature)
        assert receive_receipt(desk, forged) is ReceiptEffect.FORGED
    assert bureau.states() == ["sending"]


def test_a_callback_for_an_unknown_attempt_has_no_effect(bureau: Bureau) -> None:
    one = sent(bureau)
    real = genuine(one, ReceiptStatus.DELIVERED)
    stray = Callback(token="f" * 32, fields=real.fields, signature="genuine")
    assert receive_receipt(bureau.desk(), stray) is ReceiptEffect.UNKNOWN_TOKEN
    assert bureau.states() == ["accepted"]


def test_a_signed_callback_that_cannot_be_read_has_no_effect(bureau: Bureau) -> None:
    one = sent(bureau)
    for fields in ((), (("sid", one.sid),), (("sid", one.sid), ("status", "teleported"), ("code", ""))):
        broken = Callback(token=one.token, fields=fields, signature="genuine")
        assert receive_receipt(bureau.desk(), broken) is ReceiptEffect.MALFORMED
    assert bureau.states() == ["accepted"]


def test_a_callback_of_another_message_with_our_token_is_the_alarm_of_a_double(bureau: Bureau) -> None:
    one = sent(bureau)
    real = genuine(one, ReceiptStatus.DELIVERED)
    other = Callback(token=real.token, fields=(("sid", "SM" + "9" * 32), *real.fields[1:]), signature="genuine")
    assert receive_receipt(bureau.desk(), other) is ReceiptEffect.OTHER_MESSAGE
    assert bureau.events("duplicate") == 1
    assert bureau.states() == ["accepted"]


def test_proof_that_comes_after_an_attempt_was_given_up_stops_the_next_one(bureau: Bureau) -> None:
    """Counted as not sent, not yet tried again: the late receipt saves the person from a second message."""
    one = sent(bureau, Fault.ERROR_AFTER)
    provider = bureau.provider
    assert isinstance(provider, ScriptedProvider)
    provider.list_lag_s = 0
    hidden, provider.taken = provider.taken, []
    bureau.timing.advance(1)
    announce(bureau)
    deliver_messages(bureau.desk())
    for _ in range(2):
        bureau.timing.advance(650)
        reconcile(bureau.desk())
    assert "pending" in bureau.states()
    receive_receipt(bureau.desk(), genuine(hidden[0], ReceiptStatus.DELIVERED))
    deliver_messages(bureau.desk())
    assert sum(taken.body == one.body for taken in provider.taken) == 0
    assert sorted(bureau.states()) == ["accepted", "delivered"]


HANDSET_OFF = (ReceiptStatus.UNDELIVERED, "30003")


def test_a_switched_off_handset_is_tried_once_more_two_hours_later_and_never_again(bureau: Bureau) -> None:
    one = sent(bureau)
    desk, provider = bureau.desk(), bureau.provider
    assert isinstance(provider, ScriptedProvider)
    for _ in range(3):  # a report may be repeated
        receive_receipt(desk, genuine(one, *HANDSET_OFF))
    bureau.timing.advance(7_100)
    assert deliver_messages(desk).accepted == 0
    bureau.timing.advance(200)
    assert deliver_messages(desk).accepted == 1
    receive_receipt(desk, genuine(provider.taken[-1], *HANDSET_OFF))
    bureau.timing.advance(86_400)
    assert deliver_messages(desk).accepted == 0
    assert sorted(bureau.states()) == ["undelivered", "undelivered"]
    assert sorted(row.occurrence for row in bureau.subjects()) == [0, 1]


@pytest.mark.parametrize("code", ["30005", "30006", "30007", "99999"])
def test_a_dead_number_or_a_filter_is_never_tried_again(bureau: Bureau, code: str) -> None:
    receive_receipt(bureau.desk(), genuine(sent(bureau), ReceiptStatus.UNDELIVERED, code))
    assert bureau.states() == ["undelivered"]


def test_a_repetition_is_dropped_when_the_first_message_arrives_after_all(bureau: Bureau) -> None:
    one = sent(bureau)
    receive_receipt(bureau.desk(), genuine(one, *HANDSET_OFF))
    receive_receipt(bureau.desk(), genuine(one, ReceiptStatus.DELIVERED))
    assert bureau.states() == ["delivered", "superseded"]


def test_a_repetition_gives_way_to_a_changed_slot(bureau: Bureau) -> None:
    one = sent(bureau)
    receive_receipt(bureau.desk(), genuine(one, *HANDSET_OFF))
    (person,) = {row.applicant_id for row in bureau.subjects()}
    assert person is not None
    bureau.timing.advance(1)
    bureau.book({person: SLOT + timedelta(hours=1)})
    assert [intent.state for intent in bureau.intents()] == ["undelivered", "superseded", "pending"]


def test_what_would_come_too_late_is_not_repeated(bureau: Bureau) -> None:
    one = sent(bureau)
    bureau.timing.advance(7 * 86_400 - 3 * 3_600)  # an hour before it becomes useless
    receive_receipt(bureau.desk(), genuine(one, *HANDSET_OFF))
    assert bureau.states() == ["undelivered"]
