"""The copies at the provider go as well, after the erasure and however often it takes."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from mobile_passport.domain.message import IntentState, ReceiptStatus
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.provider import SmsProvider
from mobile_passport.messaging.simulated import SimulatedProvider
from mobile_passport.persistence.messages.message_copies import MessageCopies
from mobile_passport.persistence.messages.message_tables import SimulatedSmsRow, SmsAttemptRow, SmsIntentRow
from mobile_passport.services.audit.audit_log import verify_log
from mobile_passport.services.messages.receive_receipt import receive_receipt
from mobile_passport.services.privacy.erase_person import erase_person
from mobile_passport.services.privacy.forget_copies import count_copies, forget_copies
from mobile_passport.services.world import World
from tests.fakes.provider import Fault, ScriptedProvider, genuine
from tests.fakes.timing import HandTiming
from tests.mobile_passport.services.privacy.conftest import OFFICER, send_all, serve, subject_of
from tests.mobile_passport.services.seasons import NOW

LATER = NOW + timedelta(hours=2)


def desk_of(world: World, provider: SmsProvider) -> Desk:
    """The desk with a provider."""
    return Desk(
        kanim=world.kanim,
        office=world.rulebook.office,
        rules=world.rulebook.messages,
        vault=world.vault,
        database=world.database,
        provider=provider,
        timing=HandTiming(LATER),
        public_url=world.public_url,
    )


def erase(world: World, applicant: UUID) -> None:
    with world.database.transaction() as session:
        erase_person(session, world, subject_of(world, applicant), actor="test", reason="asked", now=LATER)


def open_copies(world: World) -> int:
    with world.database.reading() as session:
        return MessageCopies(session, world.kanim).count_open()


@pytest.fixture
def provider(office: World, family: tuple[UUID, UUID]) -> ScriptedProvider:
    """The provider that has the family's message and that of the contact."""
    books = ScriptedProvider(HandTiming(NOW + timedelta(hours=1)))
    send_all(office, books)
    serve(office, *family)
    return books


def test_what_the_provider_has_of_an_erased_person_is_asked_for_until_it_is_gone(
    office: World, family: tuple[UUID, UUID], provider: ScriptedProvider
) -> None:
    desk = desk_of(office, provider)
    had = {one.sid for one in provider.taken}
    erase(office, family[0])
    assert provider.forgotten == []  # nothing is asked of the provider inside the transaction
    still_there = count_copies(office, caller=OFFICER)
    provider.forget_fails = True
    assert (forget_copies(desk, now=LATER), open_copies(office)) == (0, still_there)
    provider.forget_fails = False
    assert (forget_copies(desk, now=LATER), open_copies(office)) == (still_there, 0)
    assert len(provider.forgotten) == still_there >= 1
    assert {one.sid for one in provider.taken} == had - set(provider.forgotten)
    assert forget_copies(desk, now=LATER) == 0
    assert verify_log(office.database, office.kanim, ()).broken is None


def test_nothing_is_asked_for_of_people_who_stay_or_by_an_erasure_that_was_undone(
    office: World, family: tuple[UUID, UUID], provider: ScriptedProvider
) -> None:
    with office.database.transaction() as session:
        erase_person(session, office, subject_of(office, family[0]), actor="test", reason="asked", now=LATER)
        session.rollback()
    assert open_copies(office) == 0
    assert forget_copies(desk_of(office, provider), now=LATER) == 0
    assert provider.forgotten == []


def test_another_provider_is_not_asked_and_the_copy_stays_on_the_list(
    office: World, family: tuple[UUID, UUID], provider: ScriptedProvider
) -> None:
    erase(office, family[0])
    before = open_copies(office)
    other = ScriptedProvider(HandTiming(LATER), name="other")
    assert (forget_copies(desk_of(office, other), now=LATER), open_copies(office)) == (0, before)


def test_a_copy_that_shows_up_after_the_erasure_is_asked_for_too(office: World, family: tuple[UUID, UUID]) -> None:
    provider = ScriptedProvider(HandTiming(NOW), [Fault.ERROR_AFTER] * 2, posts_callbacks=False)
    send_all(office, provider)
    serve(office, *family)
    with office.database.transaction() as session:
        session.execute(update(SmsIntentRow).values(state=IntentState.NEEDS_HUMAN))  # nobody could tell
    erase(office, family[0])
    assert open_copies(office) == 0
    for one in provider.taken:
        receive_receipt(desk_of(office, provider), genuine(one, ReceiptStatus.DELIVERED))
    assert open_copies(office) == 1
    assert forget_copies(desk_of(office, provider), now=LATER) == 1


def test_the_simulated_provider_strikes_a_message(office: World, family: tuple[UUID, UUID]) -> None:
    send_all(office)
    books = SimulatedProvider(database=office.database, vault=office.vault, kanim="blitar", timing=HandTiming(LATER))
    with office.database.reading() as session:
        sid = session.scalars(select(SmsAttemptRow.sid).where(SmsAttemptRow.sid.is_not(None))).first()
    assert sid
    assert books.forget(sid)
    with office.database.reading() as session:
        assert session.get(SimulatedSmsRow, sid) is None
