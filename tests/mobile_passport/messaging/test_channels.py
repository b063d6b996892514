"""WhatsApp first, SMS after a certain "no" and only then; each message on one of the two."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from mobile_passport.domain.message import Channel, IntentState, ReceiptStatus
from mobile_passport.messaging import delivery
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.provider import DefiniteNo, Refusal
from mobile_passport.messaging.receipts import ReceiptEffect
from mobile_passport.messaging.simulated import SimulatedProvider
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.messages.message_tables import SmsIntentRow
from mobile_passport.rules.channels import WhatsAppTemplate, whatsapp_faults
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.list_calls import list_calls
from mobile_passport.services.messages.receive_receipt import receive_receipt
from mobile_passport.services.messages.steer_sender import hold_sender
from mobile_passport.services.messages.watch_messages import watch_messages
from tests.fakes.provider import Fault, ScriptedProvider, genuine
from tests.fakes.timing import HandTiming
from tests.mobile_passport.messaging.bureau import MORNING, RULES, Bureau
from tests.mobile_passport.messaging.oracle import lost, sent_twice
from tests.mobile_passport.messaging.whatsapp import SENDER, with_whatsapp

SLOT = MORNING + timedelta(days=7)
ON = with_whatsapp(RULES)


@pytest.fixture
def office() -> Iterator[Bureau]:
    """An office that writes to WhatsApp first."""
    database = Database("sqlite://")
    opened = Bureau(database, HandTiming(MORNING), rules=ON)
    opened.create_tables()
    yield opened
    database.close()


def announce(office: Bureau, *phones: str) -> None:
    _, people = office.add_request([(f"Siti Rahayu {number}", phone) for number, phone in enumerate(phones)])
    office.book(dict.fromkeys(people, SLOT))


def scripted(office: Bureau, *script: Fault, posts_callbacks: bool = True) -> ScriptedProvider:
    provider = ScriptedProvider(office.timing, script, posts_callbacks=posts_callbacks)
    office.provider = provider
    return provider


def went(provider: ScriptedProvider) -> list[tuple[Channel, bool]]:
    """Return the channel of each message taken, and whether it came back."""
    return [(one.channel, one.returned) for one in provider.taken]


def work_on(office: Bureau) -> None:
    """Let a worker run until everything unknown was looked up twice; others' messages keep the lists fresh."""
    for _ in range(8):
        deliver_messages(office.desk())
        office.timing.advance(350)
        announce(office, f"+62813{len(office.intents()):07d}")
    deliver_messages(office.desk())


def test_as_shipped_everything_goes_by_sms(bureau: Bureau) -> None:
    provider = scripted(bureau)
    announce(bureau, "+6281234567890")
    deliver_messages(bureau.desk())
    assert went(provider) == [(Channel.SMS, False)]
    assert bureau.intents()[0].template_sealed is None


def test_on_whatsapp_the_template_says_what_the_sms_would(office: Bureau) -> None:
    provider = scripted(office)
    announce(office, "+6281234567890")
    deliver_messages(office.desk())
    assert went(provider) == [(Channel.WHATSAPP, False)]
    (intent,) = office.intents()
    values = provider.taken[0].body.removeprefix("Dari WhatsApp: ").removesuffix(".").split(" / ")
    assert values[0] == "Siti"  # neither the family name nor a number
    assert values[-1] == intent.marker
    assert all(value in office.body(intent) for value in values)


def test_the_gaps_of_a_template_cannot_be_read_in_the_database(office: Bureau) -> None:
    announce(office, "+6281234567890")
    assert b"Siti" not in (office.intents()[0].template_sealed or b"Siti")


@pytest.mark.parametrize("fault", [Fault.NOT_ON_WHATSAPP, Fault.LANDLINE])
def test_what_whatsapp_refuses_for_certain_goes_by_sms_as_the_same_message(office: Bureau, fault: Fault) -> None:
    provider = scripted(office, fault)
    announce(office, "+6281234567890")
    deliver_messages(office.desk())
    assert went(provider) == [(Channel.SMS, False)]
    assert [(one.channel, one.state) for one in office.attempts()] == [("whatsapp", "rejected"), ("sms", "accepted")]
    assert office.states() == ["delivered"]


def test_what_comes_back_from_whatsapp_goes_by_sms_as_the_same_message(office: Bureau) -> None:
    provider = scripted(office, Fault.RETURNED)
    announce(office, "+6281234567890")
    deliver_messages(office.desk())
    deliver_messages(office.desk())
    assert went(provider) == [(Channel.WHATSAPP, True), (Channel.SMS, False)]
    assert [(one.channel, one.state) for one in office.attempts()] == [("whatsapp", "returned"), ("sms", "accepted")]
    assert office.states() == ["delivered"]
    assert (sent_twice(office, provider.taken), lost(office, provider.taken)) == ([], [])


def test_an_unknown_end_on_whatsapp_is_never_followed_by_an_sms(office: Bureau) -> None:
    provider = scripted(office, Fault.ERROR_AFTER, posts_callbacks=False)
    announce(office, "+6281234567890")
    work_on(office)
    assert went(provider)[0] == (Channel.WHATSAPP, False)
    assert [one.to for one in provider.taken].count("+6281234567890") == 1
    assert (sent_twice(office, provider.taken), lost(office, provider.taken)) == ([], [])


def test_what_certainly_never_left_for_whatsapp_is_tried_there_again(office: Bureau) -> None:
    provider = scripted(office, Fault.ERROR_BEFORE, posts_callbacks=False)
    announce(office, "+6281234567890")
    work_on(office)
    assert {one.channel for one in provider.taken} == {Channel.WHATSAPP}
    assert [one.to for one in provider.taken].count("+6281234567890") == 1


def test_a_fallback_after_an_unknown_end_would_send_twice(office: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    def as_refusal(desk: Desk, session: Session, claimed: Any, code: str, now: Any) -> None:
        no = DefiniteNo(refusal=Refusal.NOT_ON_CHANNEL, code=code)
        delivery._settle_refused(desk, session, claimed, no, now)

    monkeypatch.setattr(delivery, "_settle_unknown", as_refusal)
    provider = scripted(office, Fault.ERROR_AFTER, posts_callbacks=False)
    announce(office, "+6281234567890")
    work_on(office)
    assert any("2 times" in fault for fault in sent_twice(office, provider.taken))


def test_a_list_in_which_our_messages_cannot_be_known_proves_nothing(
    office: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should the provider not show what it wrote into the gaps, absence means nothing, and a person takes over."""
    monkeypatch.setattr("tests.fakes.provider._text_of", lambda order: "")
    provider = scripted(office, Fault.OK, Fault.ERROR_AFTER, posts_callbacks=False)
    announce(office, "+6281234567891", "+6281234567890")
    work_on(office)
    phones = [one.to for one in provider.taken]
    assert (phones.count("+6281234567890"), phones.count("+6281234567891")) == (1, 1)
    assert "sending" in office.states()


@pytest.mark.parametrize("posts_callbacks", [True, False])
def test_a_return_seen_before_the_answer_or_in_the_list_counts_as_well(office: Bureau, posts_callbacks: bool) -> None:
    provider = scripted(office, Fault.RETURNED, posts_callbacks=posts_callbacks)
    announce(office, "+6281234567890")
    claimed = delivery.claim(office.desk())
    assert isinstance(claimed, tuple)
    outcome = delivery.send(office.desk(), claimed[0])
    if posts_callbacks:
        for callback in provider.waiting_callbacks():
            receive_receipt(office.desk(), callback)
        delivery.settle(office.desk(), [(claimed[0], outcome)])
    work_on(office)
    assert went(provider)[0] == (Channel.WHATSAPP, True)
    assert [one.channel for one in provider.taken if one.to == "+6281234567890"] == [Channel.WHATSAPP, Channel.SMS]
    assert (sent_twice(office, provider.taken), lost(office, provider.taken)) == ([], [])


def test_the_database_refuses_an_sms_beside_a_message_that_whatsapp_took(office: Bureau) -> None:
    provider = scripted(office)
    announce(office, "+6281234567890")
    deliver_messages(office.desk())
    with office.database.transaction() as session:  # what an operator does who believes that nothing was sent
        session.execute(update(SmsIntentRow).values(state=IntentState.PENDING, channel=Channel.SMS))
    deliver_messages(office.desk())
    assert went(provider) == [(Channel.WHATSAPP, False)]
    assert office.events("second_attempt_refused") == 1


def test_reports_that_come_late_and_again_do_not_undo_a_return(office: Bureau) -> None:
    provider = scripted(office, Fault.RETURNED, posts_callbacks=False)
    announce(office, "+6281234567890")
    deliver_messages(office.desk())
    first = provider.taken[0]
    reports = [(ReceiptStatus.FAILED, "63024"), (ReceiptStatus.SENT, ""), (ReceiptStatus.FAILED, "63024")]
    effects = [receive_receipt(office.desk(), genuine(first, *report)) for report in reports]
    assert effects == [ReceiptEffect.TAKEN, ReceiptEffect.KNOWN, ReceiptEffect.KNOWN]
    deliver_messages(office.desk())
    effects = [receive_receipt(office.desk(), genuine(first, *report)) for report in reports]
    assert effects == [ReceiptEffect.KNOWN] * 3
    assert went(provider) == [(Channel.WHATSAPP, True), (Channel.SMS, False)]


def test_a_returned_message_that_was_delivered_after_all_raises_the_alarm(office: Bureau) -> None:
    """The residual risk: the provider takes its own certain word back."""
    provider = scripted(office, Fault.RETURNED, posts_callbacks=False)
    announce(office, "+6281234567890")
    deliver_messages(office.desk())
    receive_receipt(office.desk(), genuine(provider.taken[0], ReceiptStatus.FAILED, "63024"))
    deliver_messages(office.desk())
    receive_receipt(office.desk(), genuine(provider.taken[0], ReceiptStatus.DELIVERED))
    assert office.events("duplicate") == 1


def test_a_failure_without_a_certain_no_goes_to_the_call_list(office: Bureau) -> None:
    provider = scripted(office, posts_callbacks=False)
    announce(office, "+6281234567890")
    deliver_messages(office.desk())
    receive_receipt(office.desk(), genuine(provider.taken[0], ReceiptStatus.FAILED, "63010"))
    deliver_messages(office.desk())
    assert went(provider) == [(Channel.WHATSAPP, False)]
    assert [call.reason for call in list_calls(office.desk())] == ["failed_permanent:failed_63010"]


def test_a_message_that_waits_goes_by_sms_once_its_kind_is_switched_off(office: Bureau) -> None:
    provider = scripted(office)
    announce(office, "+6281234567890")
    office.rules = with_whatsapp(RULES, but=frozenset({"slot"}))
    deliver_messages(office.desk())
    assert went(provider) == [(Channel.SMS, False)]


def test_each_channel_costs_its_own_price(office: Bureau) -> None:
    scripted(office, Fault.OK, Fault.NOT_ON_WHATSAPP)
    announce(office, "+6281234567890", "+6281234567891")
    deliver_messages(office.desk())
    spending = watch_messages(office.desk()).spending
    assert spending.spent_segments == 2  # the one that went by SMS
    assert spending.spent_rupiah == 600 + 2 * 7_200


def test_after_a_restore_both_lists_are_searched_before_anything_goes(office: Bureau) -> None:
    provider = scripted(office)
    announce(office, "+6281234567890")
    connection = office.database.engine.raw_connection()
    backup = connection.driver_connection.serialize()  # type: ignore[union-attr]  # sqlite3's own
    deliver_messages(office.desk())
    connection.driver_connection.deserialize(backup)  # type: ignore[union-attr]
    connection.close()
    hold_sender(office.desk(), backup_at=MORNING, actor="operator")
    office.timing.advance(700)
    deliver_messages(office.desk())
    assert went(provider) == [(Channel.WHATSAPP, False)]
    assert office.states() == ["accepted"]


def test_the_simulated_provider_has_numbers_that_are_not_on_whatsapp(office: Bureau) -> None:
    office.provider = SimulatedProvider(
        database=office.database, vault=office.vault, kanim="blitar", timing=office.timing
    )
    office.rules = replace(ON, senders=tuple(replace(one, quarantine_s=0) for one in ON.senders))
    announce(office, *(f"+62812345{number:05d}" for number in range(30)))
    deliver_messages(office.desk())
    channels = [one.channel for one in office.attempts()]
    assert {one.state for one in office.attempts() if one.channel == "sms"} == {"accepted"}
    assert 0 < channels.count("sms") < channels.count("whatsapp") == 30


SLOT_TEXT = RULES.kind(RULES.kinds[0].says).text
GAPS = ("who", "when", "place", "bring", "link", "ref")


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"kind": "nonsense"}, "there is no such kind"),
        ({"variables": (*GAPS, "until")}, "variables have to be"),
        ({"variables": GAPS[:-1]}, "variables have to be"),  # without the marker nothing could be looked up
        ({"variables": (*GAPS, "ref")}, "twice"),
        ({"content_sid": "HX1"}, "content_sid is no HX"),
    ],
)
def test_a_template_that_cannot_work_is_refused_when_the_rules_are_read(changed: dict[str, Any], fault: str) -> None:
    good = WhatsAppTemplate(kind="slot", is_on=True, content_sid="HX" + "0" * 32, variables=GAPS)
    rules = replace(RULES.whatsapp, sender=SENDER, templates=(good,))
    assert list(whatsapp_faults(rules, {"slot": SLOT_TEXT})) == []
    bad = replace(rules, templates=(replace(good, **changed),))
    assert any(fault in one for one in whatsapp_faults(bad, {"slot": SLOT_TEXT}))
    nobody = replace(rules, sender="0812")
    assert any("whatsapp.sender" in one for one in whatsapp_faults(nobody, {"slot": SLOT_TEXT}))


def test_what_is_stored_of_a_template_is_its_name_and_its_gaps(office: Bureau) -> None:
    announce(office, "+6281234567890")
    with office.database.transaction() as session:
        message = office.desk().attempts(session).next_due(MORNING, only_cleared=False)
    assert message is not None
    assert message.template is not None
    stored = json.loads(message.template.reveal())
    assert stored["content_sid"] == f"HX{1:032x}"
    assert list(stored["variables"]) == [str(number) for number in range(1, 7)]
