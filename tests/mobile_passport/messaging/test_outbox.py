"""What is written to the outbox, and what is taken back."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mobile_passport.messaging.delivery import claim, settle
from mobile_passport.messaging.provider import DefiniteNo, Refusal
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.tables import ApplicantRow
from mobile_passport.rules.messages import Says
from mobile_passport.services.messages.deliver_messages import deliver_messages
from tests.fakes.provider import Fault, ScriptedProvider
from tests.mobile_passport.messaging.bureau import KANIM, MORNING, OFFICE, Bureau
from tests.mobile_passport.messaging.oracle import lost, sent_twice

SLOT = MORNING + timedelta(days=7)
FAMILY = [("Siti Rahayu", "+6281234567890"), ("Budi Santosa", "+6281234567890")]


def kinds(office: Bureau) -> list[tuple[str, str]]:
    return [(intent.kind, intent.state) for intent in office.intents()]


def test_people_who_share_a_phone_a_place_and_a_day_get_one_message(bureau: Bureau) -> None:
    _, people = bureau.add_request(FAMILY)
    written = bureau.book({people[0]: SLOT, people[1]: SLOT + timedelta(minutes=15)})
    assert written.messages == 1
    assert [intent.people for intent in bureau.intents()] == [2]
    assert {row.applicant_id for row in bureau.subjects()} == set(people)


def test_people_who_share_a_phone_but_not_the_day_get_their_own_messages(bureau: Bureau) -> None:
    _, people = bureau.add_request(FAMILY)
    assert bureau.book({people[0]: SLOT, people[1]: SLOT + timedelta(days=1)}).messages == 2


def test_people_of_different_requests_never_share_a_message(bureau: Bureau) -> None:
    _, first = bureau.add_request(FAMILY[:1])
    _, second = bureau.add_request(FAMILY[:1])
    assert bureau.book({first[0]: SLOT, second[0]: SLOT}).messages == 2


def test_who_has_no_phone_gets_no_message_and_is_counted(bureau: Bureau) -> None:
    _, people = bureau.add_request([("Mbah Surip", None)])
    written = bureau.book({people[0]: SLOT})
    assert (written.messages, written.without_phone) == (0, 1)


def test_announcing_the_same_appointments_again_changes_nothing(bureau: Bureau) -> None:
    _, people = bureau.add_request(FAMILY)
    bureau.book(dict.fromkeys(people, SLOT))
    with bureau.database.transaction() as session:
        again = bureau.desk().outbox.announce(session, people, MORNING)
    assert (again.messages, again.superseded) == (0, 0)
    assert kinds(bureau) == [("slot", "pending")]


def test_a_slot_moved_three_times_before_anything_was_sent_is_told_once(bureau: Bureau) -> None:
    _, people = bureau.add_request(FAMILY[:1])
    for hours in range(3):
        bureau.book({people[0]: SLOT + timedelta(hours=hours)})
    deliver_messages(bureau.desk())
    assert sorted(kinds(bureau)) == [("slot", "delivered"), ("slot", "superseded"), ("slot", "superseded")]
    (sent,) = [bureau.body(intent) for intent in bureau.intents() if intent.state == "delivered"]
    assert "11.00 WIB" in sent  # 09.00 plus two hours


def test_a_slot_moved_after_it_was_told_is_a_change(bureau: Bureau) -> None:
    _, people = bureau.add_request(FAMILY[:1])
    bureau.book({people[0]: SLOT})
    deliver_messages(bureau.desk())
    bureau.book({people[0]: SLOT + timedelta(hours=1)})
    assert kinds(bureau) == [("slot", "delivered"), ("changed", "pending")]


def test_who_shared_a_message_with_somebody_who_moved_is_told_again(bureau: Bureau) -> None:
    _, people = bureau.add_request(FAMILY)
    bureau.book(dict.fromkeys(people, SLOT))
    bureau.book({people[0]: SLOT + timedelta(days=1)})
    deliver_messages(bureau.desk())
    assert sorted(kinds(bureau)) == [("slot", "delivered"), ("slot", "delivered"), ("slot", "superseded")]
    assert {row.applicant_id for row in bureau.subjects() if row.withdrawn_at is None} == set(people)


def test_a_cancellation_is_told_only_to_those_who_were_told_of_the_slot(bureau: Bureau) -> None:
    _, people = bureau.add_request([("Siti", "+6281234567890"), ("Joko", "+6281234567891")])
    bureau.book({people[0]: SLOT})
    deliver_messages(bureau.desk())
    bureau.book({people[1]: SLOT})
    bureau.cancel(people)
    assert sorted(kinds(bureau)) == [("cancelled", "pending"), ("slot", "delivered"), ("slot", "superseded")]


def test_a_cancellation_that_was_not_sent_yet_gives_way_to_a_new_slot(bureau: Bureau) -> None:
    _, people = bureau.add_request(FAMILY[:1])
    bureau.book({people[0]: SLOT})
    deliver_messages(bureau.desk())
    bureau.cancel(people)
    bureau.timing.advance(1)
    bureau.book({people[0]: SLOT + timedelta(days=2)})
    deliver_messages(bureau.desk())
    assert kinds(bureau) == [("slot", "delivered"), ("cancelled", "superseded"), ("changed", "delivered")]


def test_a_message_that_could_not_be_taken_back_in_flight_is_not_sent_when_it_returns(bureau: Bureau) -> None:
    provider = ScriptedProvider(bureau.timing, [Fault.ERROR_BEFORE], posts_callbacks=False)
    bureau.provider = provider
    _, people = bureau.add_request(FAMILY)
    bureau.book(dict.fromkeys(people, SLOT))
    deliver_messages(bureau.desk())  # unknown: it may be on its way
    bureau.timing.advance(1)
    bureau.book({people[0]: SLOT + timedelta(hours=1)})
    for _ in range(6):
        deliver_messages(bureau.desk())
        bureau.timing.advance(400)
    assert sorted(kinds(bureau)) == [("changed", "accepted"), ("slot", "accepted"), ("slot", "superseded")]
    assert (sent_twice(bureau, provider.taken), lost(bureau, provider.taken)) == ([], [])


@pytest.mark.parametrize(("is_cancelled", "said"), [(False, ["slot"]), (True, [])])
def test_what_follows_on_a_message_that_came_back_unsent_is_not_said(
    bureau: Bureau, is_cancelled: bool, said: list[str]
) -> None:
    _, people = bureau.add_request([("Siti", "+6281234567890")])
    bureau.book({people[0]: SLOT})
    claims = claim(bureau.desk())
    assert isinstance(claims, tuple)
    if is_cancelled:
        bureau.cancel(people)
    else:
        bureau.book({people[0]: SLOT + timedelta(days=1)})
    settle(bureau.desk(), [(claims[0], DefiniteNo(refusal=Refusal.NOT_WRITTEN, code="deadline"))])
    bureau.timing.advance(60)
    deliver_messages(bureau.desk())
    assert [kind for kind, state in kinds(bureau) if state == "delivered"] == said


@pytest.mark.parametrize(("fault", "states"), [(Fault.SLOW_DOWN, ["pending"]), (Fault.OK, ["delivered"])])
def test_what_was_taken_back_is_said_again_only_if_it_did_not_go_out(
    bureau: Bureau, fault: Fault, states: list[str]
) -> None:
    bureau.provider = ScriptedProvider(bureau.timing, [Fault.OK, fault])
    _, people = bureau.add_request(FAMILY[:1])
    bureau.book({people[0]: SLOT})
    desk = bureau.desk()
    deliver_messages(desk)
    for _ in range(2):
        with bureau.database.transaction() as session:
            desk.outbox.tell(session, Says.DOCUMENTS, people, bureau.timing.wall())
        deliver_messages(desk)
        with bureau.database.transaction() as session:
            desk.outbox.take_back(session, (Says.DOCUMENTS,), people, bureau.timing.wall())
    with bureau.database.transaction() as session:
        desk.outbox.tell(session, Says.DOCUMENTS, people, bureau.timing.wall())
    assert [state for kind, state in kinds(bureau) if kind == "documents"] == states


def test_the_contact_is_told_that_the_request_arrived_once(bureau: Bureau) -> None:
    request_id, _ = bureau.add_request(FAMILY)
    for _ in range(2):
        with bureau.database.transaction() as session:
            bureau.desk().outbox.confirm_requests(session, [request_id], MORNING)
    assert kinds(bureau) == [("request_received", "pending")]


def test_the_contact_gets_one_summary_a_plan_and_only_the_last_unsent_one(bureau: Bureau) -> None:
    request_id, people = bureau.add_request([("Siti", "+6281234567890"), ("Joko", "+6281234567891")])
    outbox = bureau.desk().outbox
    bureau.book({people[0]: SLOT})
    for version in (1, 1, 2):
        with bureau.database.transaction() as session:
            outbox.summarise(session, [request_id], version, MORNING)
    assert [kind for kind in kinds(bureau) if kind[0] == "group"] == [("group", "superseded"), ("group", "pending")]
    deliver_messages(bureau.desk())
    bureau.timing.advance(1)
    with bureau.database.transaction() as session:
        outbox.summarise(session, [request_id], 3, bureau.timing.wall())
    assert kinds(bureau)[-1] == ("group_changed", "pending")


def test_a_contact_who_was_told_of_slots_is_told_when_none_is_left(bureau: Bureau) -> None:
    request_id, people = bureau.add_request([("Siti", "+6281234567890"), ("Joko", "+6281234567891")])
    bureau.book(dict.fromkeys(people, SLOT))
    outbox = bureau.desk().outbox
    with bureau.database.transaction() as session:
        outbox.summarise(session, [request_id], 1, MORNING)
    deliver_messages(bureau.desk())
    bureau.cancel(people)
    for version in (2, 2):
        with bureau.database.transaction() as session:
            outbox.summarise(session, [request_id], version, bureau.timing.wall())
    (changed,) = [intent for intent in bureau.intents() if intent.kind == "group_changed"]
    assert "0 dari 2 orang terjadwal, jadwal menyusul. Pesan ini menggantikan" in bureau.body(changed)


@pytest.mark.parametrize(("everybody_is_placed", "messages"), [(True, 0), (False, 1)])
def test_a_contact_whose_own_phone_is_everybodys_is_not_told_twice(
    bureau: Bureau, everybody_is_placed: bool, messages: int
) -> None:
    request_id, people = bureau.add_request(FAMILY, contact_phone="+6281234567890")
    bureau.book(dict.fromkeys(people if everybody_is_placed else people[:1], SLOT))
    with bureau.database.transaction() as session:
        written = bureau.desk().outbox.summarise(session, [request_id], 1, MORNING)
    assert written.messages == messages


def test_a_family_in_the_east_whose_morning_spans_two_days_of_utc_is_told_once(bureau: Bureau) -> None:
    bureau.office = replace(OFFICE, timezone="Asia/Jayapura")
    request_id, people = bureau.add_request(FAMILY, contact_phone="+6281234567890")
    nine = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Asia/Jayapura"))
    bureau.book({people[0]: nine - timedelta(minutes=10), people[1]: nine})
    with bureau.database.transaction() as session:
        assert bureau.desk().outbox.summarise(session, [request_id], 1, MORNING).messages == 0


def test_a_rolled_back_business_transaction_leaves_no_message(bureau: Bureau) -> None:
    _, people = bureau.add_request(FAMILY)
    bureau.book({people[1]: SLOT})

    def announce_and_fail() -> None:
        with bureau.database.transaction() as session:
            bureau.desk().outbox.announce(session, people, MORNING)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        announce_and_fail()
    assert len(bureau.intents()) == 1


def test_neither_number_nor_text_can_be_read_in_the_database(bureau: Bureau) -> None:
    _, people = bureau.add_request(FAMILY)
    bureau.book(dict.fromkeys(people, SLOT))
    connection = bureau.database.engine.raw_connection()
    image: bytes = connection.driver_connection.serialize()  # type: ignore[union-attr]  # sqlite3's own
    connection.close()
    assert b"81234567890" not in image
    assert b"Imigrasi Blitar" not in image


def test_a_number_that_was_told_nothing_reads_the_first_word_and_not_a_change(bureau: Bureau) -> None:
    _, (person,) = bureau.add_request([("Siti", "+6281234567890")])
    bureau.book({person: SLOT})
    deliver_messages(bureau.desk())
    with bureau.database.transaction() as session:
        row = session.get_one(ApplicantRow, person)
        seal = SubjectKeys(session, bureau.vault, KANIM).seal_of(row.subject_id).seal
        row.phone_sealed = seal("+6281277770000", "applicant.phone")
    bureau.book({person: SLOT + timedelta(days=1)})
    assert [one.kind for one in bureau.intents()] == ["slot", "slot"]
    assert "Bawa KTP" in bureau.body(bureau.intents()[1])
