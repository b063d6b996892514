"""Nobody who was not reached is missing from the call list, and nobody else is on it."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from mobile_passport.domain.call import CallOutcome, MadeCall
from mobile_passport.domain.link import Answer, MoveReason
from mobile_passport.domain.message import ReceiptStatus
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.messages.calls_made import CallsMade
from mobile_passport.persistence.messages.link_answers import LinkAnswers
from mobile_passport.persistence.messages.message_choices import MessageChoices
from mobile_passport.persistence.tables import ApplicantRow
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.list_calls import list_calls
from mobile_passport.services.messages.receive_receipt import receive_receipt
from mobile_passport.services.messages.remind import remind
from tests.fakes.provider import Fault, ScriptedProvider, genuine
from tests.fakes.timing import HandTiming
from tests.mobile_passport.messaging.bureau import KANIM, MORNING, Bureau

SLOT = MORNING + timedelta(days=7)


@pytest.fixture
def in_memory() -> Iterator[Bureau]:
    """The same office in memory, for rules that hold on any database."""
    database = Database("sqlite://")
    office = Bureau(database, HandTiming(MORNING))
    office.create_tables()
    yield office
    database.close()


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


def answer(office: Bureau, person: UUID, said: Answer, reason: MoveReason | None = None) -> None:
    with office.database.transaction() as session:
        LinkAnswers(session, KANIM).put(person, 1, said, reason=reason, actor="link", now=office.timing.wall())


def somebody_told(office: Bureau) -> UUID:
    _, people = office.add_request([("Siti", "+6281234567890")])
    office.book({people[0]: SLOT})
    deliver_messages(office.desk())
    return people[0]


def test_who_has_not_answered_is_called_from_two_days_before_the_visit(bureau: Bureau) -> None:
    somebody_told(bureau)
    bureau.timing.advance(4 * 86_400 + 3600)
    assert reasons(bureau) == []
    bureau.timing.advance(86_400)
    (call,) = list_calls(bureau.desk())
    assert call.reason == "unanswered"
    assert call.say.reveal().startswith("Jadwal paspor Selasa 1 Desember 2026 09.00 WIB. Apakah akan datang?")


def test_who_has_said_that_they_come_is_not_called_even_if_no_receipt_came(bureau: Bureau) -> None:
    played(bureau, posts_callbacks=False)
    person = somebody_told(bureau)
    bureau.timing.advance(6 * 86_400)
    assert reasons(bureau) == ["no_receipt"]
    answer(bureau, person, Answer.COMING)
    assert reasons(bureau) == []


def test_who_asks_for_another_day_is_called_until_there_is_one(bureau: Bureau) -> None:
    person = somebody_told(bureau)
    answer(bureau, person, Answer.MOVE, MoveReason.AWAY)
    assert reasons(bureau) == ["move:away"]
    bureau.book({person: SLOT + timedelta(days=3)})
    assert reasons(bureau) == []


def test_who_gave_up_the_place_is_called_until_there_is_another(bureau: Bureau) -> None:
    person = somebody_told(bureau)
    answer(bureau, person, Answer.NOT_THAT_DAY)
    bureau.cancel([person])
    assert reasons(bureau) == ["not_that_day"]
    bureau.book({person: SLOT + timedelta(days=3)})
    assert reasons(bureau) == []


def test_who_wants_no_passport_any_more_is_not_called(bureau: Bureau) -> None:
    person = somebody_told(bureau)
    answer(bureau, person, Answer.NOT_AT_ALL)
    bureau.cancel([person])
    assert reasons(bureau) == []


def test_nobody_calls_a_number_that_is_known_to_be_wrong(bureau: Bureau) -> None:
    person = somebody_told(bureau)
    answer(bureau, person, Answer.WRONG_NUMBER)
    (call,) = list_calls(bureau.desk())
    assert (call.reason, call.phone) == ("wrong_number", None)


def test_what_is_said_by_telephone_holds_no_link(bureau: Bureau) -> None:
    played(bureau, Fault.LANDLINE)
    somebody_told(bureau)
    assert "/j/" in bureau.body(bureau.intents()[0])
    (call,) = list_calls(bureau.desk())
    assert "/j/" not in call.say.reveal()
    assert call.say.reveal().startswith("Imigrasi Blitar: Jadwal paspor Siti")


def test_what_waits_for_a_number_that_opted_out_is_not_sent_but_called(bureau: Bureau) -> None:
    person = somebody_told(bureau)
    choose(bureau, wants_messages=False)
    bureau.book({person: SLOT + timedelta(days=1)})
    deliver_messages(bureau.desk())
    assert sorted(bureau.states()) == ["delivered", "opted_out"]
    assert reasons(bureau) == ["opted_out:opted_out_before"]
    choose(bureau, wants_messages=True)
    bureau.book({person: SLOT + timedelta(days=2)})
    deliver_messages(bureau.desk())
    assert sorted(bureau.states()) == ["delivered", "delivered", "opted_out"]


def choose(office: Bureau, *, wants_messages: bool) -> None:
    first = office.intents()[0].id
    office.timing.advance(60)
    with office.database.transaction() as session:
        MessageChoices(session, KANIM).note(first, wants_messages=wants_messages, now=office.timing.wall())
    office.timing.advance(60)


def test_whose_slot_was_taken_back_is_not_told_the_old_one(in_memory: Bureau) -> None:
    provider = played(in_memory, posts_callbacks=False)
    person = somebody_told(in_memory)
    receive_receipt(in_memory.desk(), genuine(provider.taken[0], ReceiptStatus.UNDELIVERED, "30005"))
    assert reasons(in_memory) == ["undelivered:undelivered_30005"]
    in_memory.cancel([person])
    deliver_messages(in_memory.desk())
    assert reasons(in_memory) == []  # what was written instead is on its way
    receive_receipt(in_memory.desk(), genuine(provider.taken[1], ReceiptStatus.UNDELIVERED, "30005"))
    (call,) = list_calls(in_memory.desk())
    assert (call.about, call.reason) == ("cancellation", "undelivered:undelivered_30005")
    assert "DIBATALKAN" in call.say.reveal()


def test_a_call_about_a_slot_does_not_settle_that_it_was_taken_back(in_memory: Bureau) -> None:
    played(in_memory, posts_callbacks=False)
    person = somebody_told(in_memory)
    in_memory.timing.advance(73 * 3600)
    (about_slot,) = list_calls(in_memory.desk())
    in_memory.cancel([person])
    deliver_messages(in_memory.desk())
    in_memory.timing.advance(73 * 3600)
    (about_end,) = list_calls(in_memory.desk())
    assert about_end.key != about_slot.key


def test_who_has_no_phone_is_called_when_the_slot_is_taken_back_unless_they_gave_it_up(bureau: Bureau) -> None:
    _, (left, gave_up, withdrawn) = bureau.add_request([("Mbah Surip", None), ("Siti", None), ("Budi", None)])
    bureau.book(dict.fromkeys((left, gave_up, withdrawn), SLOT))
    answer(bureau, gave_up, Answer.NOT_AT_ALL)
    bureau.cancel([left, gave_up, withdrawn])
    stand(
        bureau,
        {left: ApplicantStatus.WAITING, gave_up: ApplicantStatus.WITHDRAWN, withdrawn: ApplicantStatus.WITHDRAWN},
    )
    (call,) = list_calls(bureau.desk())
    assert (call.applicant_id, call.about, call.reason) == (left, "cancellation", "no_phone")
    assert "Jadwal paspor Mbah pada Selasa 1 Desember 2026 DIBATALKAN" in call.say.reveal()
    bureau.timing.advance(8 * 86_400)
    assert reasons(bureau) == []


def stand(office: Bureau, statuses: dict[UUID, ApplicantStatus]) -> None:
    with office.database.transaction() as session:
        for person, status in statuses.items():
            session.execute(update(ApplicantRow).where(ApplicantRow.id == person).values(status=status))


def test_a_contact_is_not_called_about_what_a_later_message_replaced(bureau: Bureau) -> None:
    played(bureau, Fault.LANDLINE, Fault.LANDLINE)
    request_id, people = bureau.add_request([("Siti", None)])
    bureau.book({people[0]: SLOT})
    for version in (1, 2, 3):
        with bureau.database.transaction() as session:
            bureau.desk().outbox.summarise(session, [request_id], version, bureau.timing.wall())
        deliver_messages(bureau.desk())
        to_contact = [call for call in list_calls(bureau.desk()) if call.applicant_id is None]
        assert [call.revision for call in to_contact] == ([version] if version < 3 else [])


def test_a_contact_is_not_called_any_more_when_the_visits_are_over(in_memory: Bureau) -> None:
    played(in_memory, Fault.LANDLINE)
    request_id, people = in_memory.add_request([("Siti", None)])
    in_memory.book({people[0]: SLOT})
    with in_memory.database.transaction() as session:
        in_memory.desk().outbox.summarise(session, [request_id], 1, in_memory.timing.wall())
    deliver_messages(in_memory.desk())
    assert None in [call.applicant_id for call in list_calls(in_memory.desk())]
    in_memory.timing.advance(8 * 86_400)
    assert list_calls(in_memory.desk()) == ()


def test_who_read_of_a_slot_and_not_of_its_end_is_called(in_memory: Bureau) -> None:
    person = somebody_told(in_memory)
    answer(in_memory, person, Answer.COMING)
    played(in_memory, Fault.LANDLINE)
    in_memory.cancel([person])
    deliver_messages(in_memory.desk())
    (call,) = list_calls(in_memory.desk())
    assert (call.about, call.reason) == ("cancellation", "failed_permanent:refused_21614")
    assert "DIBATALKAN" in call.say.reveal()


def test_who_knows_of_a_slot_from_a_call_alone_is_called_when_it_is_taken_back(in_memory: Bureau) -> None:
    played(in_memory, Fault.LANDLINE)
    person = somebody_told(in_memory)
    (about_slot,) = list_calls(in_memory.desk())
    with in_memory.database.transaction() as session:
        made = MadeCall(
            entry=about_slot.key, outcome=CallOutcome.COMES, note=None, again_date=None, at=MORNING, by="ayu"
        )
        CallsMade(session, KANIM).add(
            made, request_id=about_slot.request_id, applicant_id=person, reason=about_slot.reason, revision=1
        )
    assert reasons(in_memory) == []
    in_memory.cancel([person])
    stand(in_memory, {person: ApplicantStatus.WAITING})
    (call,) = list_calls(in_memory.desk())
    assert (call.about, call.reason) == ("cancellation", "failed_permanent:refused_21614")
    assert "DIBATALKAN" in call.say.reveal()
