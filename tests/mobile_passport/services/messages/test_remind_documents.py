"""Who has shown some papers and not all hears of it once before the visit."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from mobile_passport.domain.access import Caller, Role
from mobile_passport.persistence.messages.message_facts import MessageFacts
from mobile_passport.persistence.messages.message_tables import SmsIntentRow
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow
from mobile_passport.services.messages.remind_documents import remind_documents
from mobile_passport.services.requests.readiness import readiness_of, tick_paper
from mobile_passport.services.world import World
from tests.accounts import account
from tests.mobile_passport.services.seasons import NOW


@pytest.fixture
def clerk(published: World) -> Caller:
    return account(published, Role.VERIFIER)


def somebody(world: World) -> tuple[UUID, datetime]:
    """The last to be visited who has a phone, and the slot."""
    with world.database.transaction() as session:
        person, slot_at = session.execute(
            select(ApplicantRow.id, AppointmentRow.slot_at)
            .join(AppointmentRow, AppointmentRow.applicant_id == ApplicantRow.id)
            .where(ApplicantRow.phone_sealed.is_not(None))
            .order_by(AppointmentRow.slot_at.desc())
            .limit(1)
        ).one()
    return person, slot_at


def show(world: World, person: UUID, clerk: Caller, *, how_many: int | None, is_seen: bool = True) -> None:
    """Tick the first papers, or all; or take the ticks back."""
    wanted = readiness_of(world, person, clerk.scope, now=NOW).papers[:how_many]
    for paper in wanted:
        seen = readiness_of(world, person, clerk.scope, now=NOW).revision
        tick_paper(world, person, paper.key, is_seen=is_seen, seen=seen, caller=clerk, now=NOW)


def documents(world: World) -> list[str]:
    with world.database.transaction() as session:
        return list(session.scalars(select(SmsIntentRow.state).where(SmsIntentRow.kind == "documents")))


def test_who_showed_one_paper_of_several_is_told_once_in_the_evening_five_days_before(
    published: World, clerk: Caller
) -> None:
    person, slot_at = somebody(published)
    show(published, person, clerk, how_many=1)
    zone = published.rulebook.office.zone
    five = datetime.combine(
        slot_at.astimezone(zone).date() - timedelta(days=5), datetime.min.time(), tzinfo=zone
    ) + timedelta(hours=17)
    hours = (-24, -1, 0, 1, 24)
    assert [remind_documents(published, now=five + timedelta(hours=hour)).messages for hour in hours] == [0, 0, 1, 0, 0]


def test_who_showed_everything_or_was_never_looked_at_is_not_told(published: World, clerk: Caller) -> None:
    person, slot_at = somebody(published)
    assert remind_documents(published, now=slot_at - timedelta(days=3)).messages == 0
    show(published, person, clerk, how_many=None)
    assert remind_documents(published, now=slot_at - timedelta(days=3)).messages == 0


def test_a_message_that_waits_is_taken_back_when_the_last_paper_was_seen(published: World, clerk: Caller) -> None:
    person, slot_at = somebody(published)
    show(published, person, clerk, how_many=1)
    remind_documents(published, now=slot_at - timedelta(days=3))
    assert documents(published) == ["pending"]
    show(published, person, clerk, how_many=None)
    assert documents(published) == ["superseded"]


def test_a_message_that_was_taken_back_unsent_waits_again_when_a_paper_turns_out_to_be_missing(
    published: World, clerk: Caller
) -> None:
    person, slot_at = somebody(published)
    show(published, person, clerk, how_many=1)
    remind_documents(published, now=slot_at - timedelta(days=3))
    show(published, person, clerk, how_many=None)
    show(published, person, clerk, how_many=1, is_seen=False)
    again = slot_at - timedelta(days=2)
    assert [remind_documents(published, now=again + timedelta(hours=hour)).messages for hour in (0, 1)] == [1, 0]
    with published.database.transaction() as session:
        (intent,) = session.scalars(select(SmsIntentRow).where(SmsIntentRow.kind == "documents"))
    assert (intent.state, intent.created_at) == ("pending", again)


def test_papers_of_people_without_a_telephone_are_told_to_the_contact_with_those_who_use_it(
    published: World, clerk: Caller
) -> None:
    person, slot_at = somebody(published)
    with published.database.transaction() as session:
        row = session.get_one(ApplicantRow, person)
        session.execute(update(ApplicantRow).where(ApplicantRow.id == person).values(phone_sealed=None))
        others = session.scalars(
            select(ApplicantRow)
            .join(AppointmentRow, AppointmentRow.applicant_id == ApplicantRow.id)
            .where(ApplicantRow.request_id == row.request_id, ApplicantRow.id != person)
            .order_by(ApplicantRow.position)
        ).all()
        (contact,) = MessageFacts(session, published.vault, published.kanim).requests([row.request_id])
        of_contact, with_own = others[:2]
        keys = SubjectKeys(session, published.vault, published.kanim)
        for one, phone in ((of_contact, contact.contact_phone.reveal()), (with_own, "+6281299999999")):
            sealed = keys.seal_of(one.subject_id).seal(phone, "applicant.phone")
            session.execute(update(ApplicantRow).where(ApplicantRow.id == one.id).values(phone_sealed=sealed))
        ids = [of_contact.id, with_own.id]
        session.execute(update(AppointmentRow).where(AppointmentRow.applicant_id.in_(ids)).values(slot_at=slot_at))
    for one in (person, of_contact.id, with_own.id):
        show(published, one, clerk, how_many=1)
    due = slot_at - timedelta(days=3)
    assert [remind_documents(published, now=due + timedelta(hours=hour)).messages for hour in (0, 1)] == [2, 0]
    assert documents(published) == ["pending"]
    with published.database.transaction() as session:
        (intent,) = session.scalars(select(SmsIntentRow).where(SmsIntentRow.kind == "group_documents"))
        seal = SubjectKeys(session, published.vault, published.kanim).seals_of_messages([intent.id])[intent.id]
        assert f"Berkas 2 orang dari permohonan {contact.reference}" in seal.open(intent.body_sealed, "sms_intent.body")
