"""Every query of messages once on PostgreSQL: what SQLite accepts and PostgreSQL does not shows here."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from mobile_passport.clock import utc_now
from mobile_passport.domain.message import IntentState, ReceiptStatus
from mobile_passport.messaging.reconcile import reconcile
from mobile_passport.persistence.database import Database
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.list_calls import list_calls
from mobile_passport.services.messages.receive_receipt import receive_receipt
from mobile_passport.services.messages.remind import remind
from mobile_passport.services.messages.steer_sender import hold_sender, release_hold, start_sender, stop_sender
from mobile_passport.services.messages.watch_messages import watch_messages
from tests.fakes.provider import Fault, ScriptedProvider, genuine
from tests.fakes.timing import HandTiming
from tests.mobile_passport.messaging.bureau import OFFICE, Bureau
from tests.mobile_passport.messaging.nursery import hasty_rules
from tests.mobile_passport.messaging.oracle import lost, sent_twice
from tests.mobile_passport.messaging.whatsapp import with_whatsapp


@pytest.fixture
def office(postgres_url: str) -> Iterator[Bureau]:
    """An office whose appointments were decided five days ago."""
    database = Database(postgres_url)
    rules = hasty_rules()
    pace = replace(rules.pace("twilio"), per_second=8.0, quarantine_s=600)  # slower than this test, whatever the load
    rules = replace(rules, senders=(pace,))
    bureau = Bureau(database, HandTiming(utc_now() - timedelta(days=5)), rules=rules)
    bureau.create_tables()
    yield bureau
    database.close()


def slot_to_remind_of() -> datetime:
    """A slot for which the reminder of the day before is due at any hour at which this test may run."""
    day = (utc_now() - timedelta(hours=9)).astimezone(OFFICE.zone).date() + timedelta(days=1)
    return datetime.combine(day, time(23), tzinfo=OFFICE.zone)


def test_a_message_s_whole_life(office: Bureau) -> None:
    request_id, people = office.add_request(
        [("Siti", "+6281234567890"), ("Budi", "+6281234567890"), ("Joko", "+6281234567891"), ("Surip", None)]
    )
    slot = slot_to_remind_of()
    office.book(dict.fromkeys(people, slot))
    office.timing.advance(5 * 86_400 - 30)  # this machine is half a minute behind the database
    provider = ScriptedProvider(office.timing, [Fault.OK, Fault.LANDLINE], posts_callbacks=False)
    office.provider = provider
    desk = office.desk()
    with office.database.transaction() as session:
        assert desk.outbox.summarise(session, [request_id], 1, utc_now()).messages == 1
        assert desk.outbox.confirm_requests(session, [request_id], utc_now()).messages == 1
    assert remind(desk).messages == 2
    assert remind(desk).messages == 0
    passed = deliver_messages(desk)
    assert (passed.accepted, passed.refused) == (5, 1)
    receive_receipt(desk, genuine(provider.taken[0], ReceiptStatus.UNDELIVERED, "30005"))
    assert len(list_calls(desk)) >= 1
    assert watch_messages(desk).deliveries[0].failed == 1
    assert watch_messages(desk).by_state[IntentState.ACCEPTED] == 4
    assert office.book({people[0]: slot + timedelta(minutes=15)}).messages == 1
    assert office.cancel([people[1]]).messages == 1
    stop_sender(desk, reason="test", actor="petugas")
    assert deliver_messages(desk).rest_why == "stopped"
    start_sender(desk, actor="petugas")
    hold_sender(desk, backup_at=utc_now(), actor="petugas")
    assert watch_messages(desk).sender.hold_from is not None
    assert deliver_messages(desk).accepted == 0
    release_hold(desk, actor="petugas")
    assert deliver_messages(desk).accepted == 2


def test_a_message_that_falls_back_from_whatsapp(office: Bureau) -> None:
    office.rules = with_whatsapp(office.rules)
    people = [(f"Siti {number}", f"+628123456789{number}") for number in range(3)]
    _, applicants = office.add_request(people)
    office.book(dict.fromkeys(applicants, slot_to_remind_of()))
    office.timing.advance(5 * 86_400 - 30)
    provider = ScriptedProvider(office.timing, [Fault.NOT_ON_WHATSAPP, Fault.OK, Fault.RETURNED, Fault.ERROR_AFTER])
    office.provider = provider
    desk = office.desk()
    for _ in range(2):
        deliver_messages(desk)
    assert reconcile(desk).open == 0
    assert {intent.state for intent in office.intents()} == {"delivered"}
    assert (sent_twice(office, provider.taken), lost(office, provider.taken)) == ([], [])
    on_whatsapp = {one.state for one in office.attempts() if one.channel == "whatsapp"}
    assert on_whatsapp == {"rejected", "returned", "resolved_sent"}
    assert sum(one.channel == "sms" for one in office.attempts()) == 2
