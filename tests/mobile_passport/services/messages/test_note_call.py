"""What came of a call settles its entry, brings it back on its date, and counts as an answer."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from mobile_passport.domain.access import Caller, Role
from mobile_passport.domain.call import CallNote, CallOutcome
from mobile_passport.domain.link import Answer
from mobile_passport.messaging.desk import Desk
from mobile_passport.persistence.audit.audit_table import AuditRow
from mobile_passport.persistence.messages.call_table import CallMadeRow
from mobile_passport.persistence.messages.link_answers import LinkAnswers
from mobile_passport.persistence.messages.message_tables import SmsIntentRow, SmsSubjectRow
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.messages.list_calls import Call, list_calls
from mobile_passport.services.messages.note_call import CallGone, UnfitOutcome, note_call, note_calls
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.accounts import account
from tests.fakes.timing import HandTiming
from tests.mobile_passport.services.seasons import NOW


class Office:
    """Somebody at the call list, with a clock."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.caller: Caller = account(world, Role.PLANNER)
        self.timing = HandTiming(NOW)
        self.desk: Desk = build_desk(world, Settings(), self.timing)

    def calls(self, person: UUID) -> list[Call]:
        """What has to be said to a person."""
        return [call for call in list_calls(self.desk) if call.applicant_id == person]

    def note(
        self, call: Call, outcome: CallOutcome, *, note: CallNote | None = None, again_date: date | None = None
    ) -> None:
        """Say what came of a call."""
        now = self.timing.wall()
        note_call(
            self.world, self.desk, call.key, outcome, note=note, again_date=again_date, caller=self.caller, now=now
        )

    def today(self) -> date:
        """The day of the office."""
        return self.timing.wall().astimezone(self.desk.office.zone).date()

    def answer(self, person: UUID, revision: int) -> Answer | None:
        """What the person is known to have said."""
        with self.world.database.reading() as session:
            given = LinkAnswers(session, self.world.kanim).of([person]).get((person, revision))
        return given.answer if given else None


@pytest.fixture
def office(published: World) -> Office:
    return Office(published)


def not_reached(office: Office) -> tuple[UUID, Call]:
    """Somebody whose only message did not arrive, with the entry about it."""
    with office.world.database.transaction() as session:
        person = session.scalars(
            select(ApplicantRow.id)
            .join(AppointmentRow, AppointmentRow.applicant_id == ApplicantRow.id)
            .where(ApplicantRow.phone_sealed.is_not(None))
            .order_by(AppointmentRow.slot_at.desc())
            .limit(1)
        ).one()
        session.execute(update(SmsIntentRow).values(state="undelivered", reason="undelivered_30005"))
    (call,) = office.calls(person)
    return person, call


def test_who_was_reached_and_comes_leaves_the_list_and_has_answered(office: Office) -> None:
    person, call = not_reached(office)
    office.note(call, CallOutcome.COMES, note=CallNote.TOLD_ANOTHER)
    assert office.calls(person) == []
    assert office.answer(person, call.revision) is Answer.COMING
    with office.world.database.reading() as session:
        made = session.execute(select(CallMadeRow.applicant_id, CallMadeRow.made_by, CallMadeRow.note)).all()
        recorded = session.execute(select(AuditRow.actor, AuditRow.subject).where(AuditRow.action == "note_call")).all()
    assert made == [(person, office.caller.login, "told_another")]
    assert recorded == [(office.caller.login, str(person))]


def test_who_was_not_reached_is_on_the_list_again_on_the_date(office: Office) -> None:
    person, call = not_reached(office)
    office.note(call, CallOutcome.TRY_AGAIN, again_date=office.today() + timedelta(days=2), note=CallNote.NO_ANSWER)
    office.timing.advance(86_400)
    assert office.calls(person) == []
    with office.world.database.transaction() as session:  # why nothing arrived may change without a new entry
        session.execute(update(SmsIntentRow).values(state="expired", reason="too_late"))
    assert office.calls(person) == []
    office.timing.advance(86_400)
    (again,) = office.calls(person)
    assert again.key == call.key
    assert again.last is not None
    assert again.last.note is CallNote.NO_ANSWER


def test_who_cannot_come_gives_the_place_up_and_is_not_called_about_that_again(office: Office) -> None:
    person, call = not_reached(office)
    office.note(call, CallOutcome.CANNOT_COME)
    with office.world.database.reading() as session:
        status = session.scalar(select(ApplicantRow.status).where(ApplicantRow.id == person))
    assert (status, office.answer(person, call.revision)) == ("waiting", Answer.NOT_THAT_DAY)
    assert office.calls(person) == []


@pytest.mark.database("sqlite")
def test_one_call_settles_several_entries_and_what_does_not_fit_one_changes_none(office: Office) -> None:
    with office.world.database.transaction() as session:
        session.execute(update(ApplicantRow).values(phone_sealed=None))
    first, second, third = list_calls(office.desk)[:3]
    note_calls(
        office.world,
        office.desk,
        [first.key, second.key, "gone"],
        CallOutcome.COMES,
        caller=office.caller,
        now=office.timing.wall(),
    )
    left = list_calls(office.desk)
    assert {first.key, second.key}.isdisjoint(call.key for call in left)
    assert third in left
    with office.world.database.transaction() as session:
        session.execute(update(SmsIntentRow).values(state="undelivered", reason="undelivered_30005"))
    to_contact = next(call for call in list_calls(office.desk) if call.applicant_id is None)
    with pytest.raises(UnfitOutcome):
        note_calls(
            office.world,
            office.desk,
            [third.key, to_contact.key],
            CallOutcome.CANNOT_COME,
            caller=office.caller,
            now=office.timing.wall(),
        )
    assert third.key in {call.key for call in list_calls(office.desk)}


def test_a_wrong_number_is_not_dialled_again_and_the_person_stays_on_the_list(office: Office) -> None:
    person, call = not_reached(office)
    assert call.phone is not None
    office.note(call, CallOutcome.WRONG_NUMBER)
    (still,) = office.calls(person)
    assert (still.reason, still.phone) == ("wrong_number", None)


def test_a_new_revision_of_the_appointment_makes_a_new_entry(office: Office) -> None:
    person, call = not_reached(office)
    office.note(call, CallOutcome.COMES)
    with office.world.database.transaction() as session:  # moved, and what tells of it did not arrive either
        for table in (AppointmentRow, SmsSubjectRow):
            session.execute(update(table).where(table.applicant_id == person).values(revision=call.revision + 1))
    (new,) = office.calls(person)
    assert (new.reason, new.revision) == (call.reason, call.revision + 1)


def test_an_entry_that_is_gone_is_refused_and_a_second_note_with_it(office: Office) -> None:
    _, call = not_reached(office)
    office.note(call, CallOutcome.COMES)
    with pytest.raises(CallGone):
        office.note(call, CallOutcome.TRY_AGAIN, again_date=office.today() + timedelta(days=1))
    with pytest.raises(CallGone):
        office.note(replace(call, revision=99), CallOutcome.COMES)


def test_a_date_that_does_not_fit_is_refused(office: Office) -> None:
    person, call = not_reached(office)
    unfit = (
        (CallOutcome.TRY_AGAIN, None),  # when?
        (CallOutcome.TRY_AGAIN, office.today()),
        (CallOutcome.TRY_AGAIN, office.today() + timedelta(days=300)),  # after the appointment
        (CallOutcome.COMES, office.today() + timedelta(days=1)),
    )
    for outcome, again_date in unfit:
        with pytest.raises(UnfitOutcome):
            office.note(call, outcome, again_date=again_date)
    assert office.calls(person) == [call]
