"""Nobody who was not reached is missing from the call list, and nobody else is on it."""

from datetime import timedelta

from mobile_passport.domain.message import ReceiptStatus
from mobile_passport.services.deliver_messages import deliver_messages
from mobile_passport.services.list_calls import list_calls, queue_state
from mobile_passport.services.receive_receipt import receive_receipt
from mobile_passport.services.remind import remind
from tests.fakes.provider import Fault, ScriptedProvider, genuine
from tests.mobile_passport.messaging.bureau import MORNING, Bureau
from tests.mobile_passport.messaging.conftest import bureau

__all__ = ["bureau"]

SLOT = MORNING + timedelta(days=7)


def played(office: Bureau, *script: Fault, posts_callbacks: bool = True) -> ScriptedProvider:
    provider = ScriptedProvider(office.timing, script, posts_callbacks=posts_callbacks)
    office.provider = provider
    return provider


def reasons(office: Bureau) -> list[str]:
    return [call.reason for call in list_calls(office.desk())]


def test_who_was_reached_is_not_called(bureau: Bureau) -> None:
    _, people = bureau.add_request([("Siti", "+6281234567890")])
    bureau.book({people[0]: SLOT})
    deliver_messages(bureau.desk())
    assert reasons(bureau) == []


def test_who_has_no_phone_is_called_with_the_words_of_the_message(bureau: Bureau) -> None:
    request_id, people = bureau.add_request([("Mbah Surip", None)])
    bureau.book({people[0]: SLOT})
    (call,) = list_calls(bureau.desk())
    assert (call.reason, call.phone, call.request_id, call.urgent_until) == ("no_phone", None, request_id, SLOT)
    assert "Jadwal paspor Mbah: Selasa 1 Desember 2026 09.00 WIB" in call.say.reveal()


def test_landlines_opted_out_and_undelivered_numbers_are_called(bureau: Bureau) -> None:
    provider = played(bureau, Fault.LANDLINE, Fault.OPTED_OUT, posts_callbacks=False)
    _, people = bureau.add_request([(f"Siti {n}", f"+628120000000{n}") for n in range(3)])
    bureau.book(dict.fromkeys(people, SLOT))
    deliver_messages(bureau.desk())
    receive_receipt(bureau.desk(), genuine(provider.taken[0], ReceiptStatus.UNDELIVERED, "30005"))
    assert sorted(reasons(bureau)) == [
        "failed_permanent:refused_21614",
        "opted_out:refused_21610",
        "undelivered:undelivered_30005",
    ]


def test_a_message_without_a_receipt_for_three_days_is_called_about(bureau: Bureau) -> None:
    played(bureau, posts_callbacks=False)
    _, people = bureau.add_request([("Siti", "+6281234567890")])
    bureau.book({people[0]: SLOT})
    deliver_messages(bureau.desk())
    bureau.timing.advance(71 * 3600)
    assert reasons(bureau) == []
    bureau.timing.advance(2 * 3600)
    assert reasons(bureau) == ["no_receipt"]


def test_everybody_of_a_shared_phone_is_listed(bureau: Bureau) -> None:
    played(bureau, Fault.LANDLINE)
    _, people = bureau.add_request([("Siti", "+6281234567890"), ("Budi", "+6281234567890")])
    bureau.book(dict.fromkeys(people, SLOT))
    deliver_messages(bureau.desk())
    assert {call.applicant_id for call in list_calls(bureau.desk())} == set(people)


def test_a_later_message_that_arrived_takes_the_person_off_the_list(bureau: Bureau) -> None:
    played(bureau, Fault.LANDLINE)
    _, people = bureau.add_request([("Siti", "+6281234567890")])
    bureau.book({people[0]: SLOT})
    deliver_messages(bureau.desk())
    assert len(reasons(bureau)) == 1
    bureau.timing.advance(4 * 86_400)
    remind(bureau.desk())
    deliver_messages(bureau.desk())
    assert reasons(bureau) == []


def test_nobody_is_called_about_what_no_longer_holds(bureau: Bureau) -> None:
    played(bureau, Fault.LANDLINE)
    _, people = bureau.add_request([("Siti", "+6281234567890")])
    bureau.book({people[0]: SLOT})
    deliver_messages(bureau.desk())
    bureau.book({people[0]: SLOT + timedelta(days=1)})
    deliver_messages(bureau.desk())
    assert reasons(bureau) == []
    bureau.timing.advance(20 * 86_400)
    assert reasons(bureau) == []


def test_a_contact_who_was_not_reached_is_called(bureau: Bureau) -> None:
    played(bureau, Fault.LANDLINE)
    request_id, _ = bureau.add_request([("Siti", None)])
    with bureau.database.transaction() as session:
        bureau.desk().outbox.confirm_requests(session, [request_id], MORNING)
    deliver_messages(bureau.desk())
    (call,) = list_calls(bureau.desk())
    assert (call.applicant_id, call.request_id) == (None, request_id)
    assert call.phone is not None


def test_the_state_of_the_queue_is_told(bureau: Bureau) -> None:
    _, people = bureau.add_request([("Siti", "+6281234567890"), ("Joko", "+6281234567891")])
    bureau.book({people[0]: SLOT})
    deliver_messages(bureau.desk())
    bureau.book({people[1]: SLOT})
    state = queue_state(bureau.desk())
    assert state.by_state == {"delivered": 1, "pending": 1}
    assert state.oldest_due_at is not None
