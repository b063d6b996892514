"""A number or carer of somebody with an appointment changes: the right telephone is told, and no other."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select, update

from mobile_passport.domain.access import Caller, Role
from mobile_passport.domain.message import IntentState
from mobile_passport.intake.submission import SubmittedPerson
from mobile_passport.persistence.messages.message_tables import SmsIntentRow, SmsSubjectRow
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.tables import ApplicantRow, RequestRow
from mobile_passport.services.privacy.erase_person import erase_person
from mobile_passport.services.requests.change_people import amend_person
from mobile_passport.services.requests.read_requests import known_person
from mobile_passport.services.world import World
from tests.accounts import account
from tests.mobile_passport.services.seasons import NOW

OLD, NEW, CARER = "+6281200000301", "+6281277770301", "+6281200000302"


def test_a_household_is_told_under_the_number_that_holds_or_through_the_carer(published: World) -> None:
    ill, carer = household(published)
    coordinator = account(published, Role.COORDINATOR)
    with published.database.transaction() as session:
        session.execute(update(RequestRow).values(organisation_id=coordinator.scope.organisation_id))
    assert waiting(published, ill) == [(OLD, "slot")]

    amend(published, coordinator, ill, lambda form: replace(form, phone=NEW))
    assert waiting(published, ill) == [(NEW, "slot")]

    amend(published, coordinator, ill, lambda form: replace(form, phone=None))
    assert waiting(published, ill) == waiting(published, carer) == [(CARER, "slot")]

    amend(published, coordinator, carer, lambda form: replace(form, phone=NEW))
    assert waiting(published, ill) == waiting(published, carer) == [(NEW, "slot")]

    amend(published, coordinator, carer, lambda form: replace(form, is_carer=False))
    assert (waiting(published, ill), waiting(published, carer)) == ([], [(NEW, "slot")])

    amend(published, coordinator, carer, lambda form: replace(form, is_carer=True))
    assert waiting(published, ill) == [(NEW, "slot")]

    erase(published, carer)
    assert waiting(published, ill) == waiting(published, carer) == []


def household(world: World) -> list[UUID]:
    """The ill person and the carer of the season's one household."""
    with world.database.transaction() as session:
        people = select(ApplicantRow.id).join(RequestRow, RequestRow.id == ApplicantRow.request_id)
        of_letter = people.where(RequestRow.external_reference == "4/2026").order_by(ApplicantRow.position)
        return list(session.scalars(of_letter))


def amend(world: World, caller: Caller, person: UUID, how: Callable[[SubmittedPerson], SubmittedPerson]) -> None:
    with world.database.transaction() as session:
        seen = known_person(session, world, person).revision
    amend_person(world, person, lambda form: how(replace(form, name="Siti")), seen=seen, caller=caller, now=NOW)


def erase(world: World, person: UUID) -> None:
    with world.database.transaction() as session:
        subject = session.scalars(select(ApplicantRow.subject_id).where(ApplicantRow.id == person)).one()
        erase_person(session, world, subject, actor="test", reason="asked", now=NOW)


def waiting(world: World, person: UUID) -> list[tuple[str, str]]:
    """Number and kind of the messages about a person that are still to be sent."""
    with world.database.transaction() as session:
        rows = session.scalars(
            select(SmsIntentRow)
            .join(SmsSubjectRow, SmsSubjectRow.intent_id == SmsIntentRow.id)
            .where(SmsSubjectRow.applicant_id == person, SmsIntentRow.state == IntentState.PENDING)
        ).all()
        seals = SubjectKeys(session, world.vault, world.kanim).seals_of_messages([row.id for row in rows])
        return [(seals[row.id].open(row.to_sealed, "sms_intent.to"), row.kind) for row in rows]
