"""One telephone is called once, under a number that somebody knows, with everything that has to be said there."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from mobile_passport.domain.call import CallOutcome, MadeCall
from mobile_passport.domain.link import Answer
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.messages.calls_made import CallsMade
from mobile_passport.persistence.messages.link_answers import LinkAnswers
from mobile_passport.services.messages.conversations import Conversation, by_telephone
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.list_calls import Call, list_calls
from tests.fakes.provider import Fault, ScriptedProvider
from tests.fakes.timing import HandTiming
from tests.mobile_passport.messaging.bureau import KANIM, MORNING, Bureau

SLOT = MORNING + timedelta(days=7)
CONTACT = "+6281200000001"


@pytest.fixture
def office() -> Iterator[Bureau]:
    """An office in memory."""
    database = Database("sqlite://")
    bureau = Bureau(database, HandTiming(MORNING))
    bureau.create_tables()
    yield bureau
    database.close()


def conversations(office: Bureau) -> tuple[Conversation, ...]:
    return by_telephone(list_calls(office.desk()))


def wrong_number(office: Bureau, call: Call) -> None:
    made = MadeCall(entry=call.key, outcome=CallOutcome.WRONG_NUMBER, note=None, again_date=None, at=MORNING, by="ayu")
    with office.database.transaction() as session:
        CallsMade(session, KANIM).add(
            made,
            request_id=call.request_id,
            applicant_id=call.applicant_id,
            reason=call.reason,
            revision=call.revision,
        )


def test_people_without_a_phone_are_one_call_to_their_contact_in_one_script(office: Bureau) -> None:
    _, people = office.add_request([(f"Mbah {n}", None) for n in range(3)])
    office.book({person: SLOT + timedelta(minutes=20 * n) for n, person in enumerate(people)})
    (one,) = conversations(office)
    assert one.number is not None
    assert one.number.reveal() == CONTACT
    assert one.contact is not None
    assert one.contact.name is not None
    assert one.references == (one.contact.reference,)
    assert [call.urgent_until for call in one.calls] == [SLOT + timedelta(minutes=20 * n) for n in range(3)]
    (topic,) = one.topics
    assert "Jadwal paspor 3 orang (Mbah, Mbah, Mbah): Selasa 1 Desember 2026 mulai 09.00 WIB" in topic.say.reveal()
    assert "Ref" not in topic.say.reveal()


def test_every_number_is_called_once_whatever_it_is_about(office: Bureau) -> None:
    office.provider = ScriptedProvider(office.timing, [Fault.LANDLINE, Fault.LANDLINE])
    _, people = office.add_request([("Siti", "+6281234567890"), ("Budi", CONTACT), ("Mbah Surip", None)])
    office.book(dict.fromkeys(people, SLOT))
    deliver_messages(office.desk())
    found = {one.number.reveal(): one for one in conversations(office) if one.number}
    assert {number: len(one.calls) for number, one in found.items()} == {"+6281234567890": 1, CONTACT: 2}
    assert found["+6281234567890"].contact is None
    assert len(found[CONTACT].topics) == 2


def test_a_wrong_number_is_followed_by_that_of_the_contact_and_then_by_none(office: Bureau) -> None:
    office.provider = ScriptedProvider(office.timing, [Fault.LANDLINE])
    _, people = office.add_request([("Siti", "+6281234567890")])
    office.book({people[0]: SLOT})
    deliver_messages(office.desk())
    with office.database.transaction() as session:
        LinkAnswers(session, KANIM).put(people[0], 1, Answer.WRONG_NUMBER, actor="link", now=MORNING)
    (one,) = conversations(office)
    assert one.number is not None
    assert one.number.reveal() == CONTACT
    wrong_number(office, one.calls[0])
    (one,) = conversations(office)
    assert one.number is None
    assert one.contact is not None
    assert one.contact.phone is None


def test_a_number_shared_with_the_contact_is_not_dialled_again_when_it_is_wrong(office: Bureau) -> None:
    office.provider = ScriptedProvider(office.timing, [Fault.LANDLINE])
    _, people = office.add_request([("Siti", CONTACT)])
    office.book({people[0]: SLOT})
    deliver_messages(office.desk())
    (one,) = conversations(office)
    wrong_number(office, one.calls[0])
    (one,) = conversations(office)
    assert one.number is None
