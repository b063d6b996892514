"""People answer through the link of a message, on both databases."""

import secrets
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from os import environ
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from mobile_passport.domain.access import Role
from mobile_passport.domain.link import Answer, LinkPurpose, MoveReason, link_digest, link_token
from mobile_passport.domain.refusal import NotFound
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.subject import Correction
from mobile_passport.persistence.audit.audit_table import AuditRow
from mobile_passport.persistence.messages.link_answers import LinkAnswers
from mobile_passport.persistence.messages.link_tables import LinkAnswerRow, LinkRow
from mobile_passport.persistence.messages.links import Links
from mobile_passport.persistence.messages.message_attempts import Attempts
from mobile_passport.persistence.messages.message_facts import MessageFacts
from mobile_passport.persistence.messages.message_tables import SmsEventRow, SmsIntentRow, SmsSubjectRow
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.subject_records import SubjectRecords
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow
from mobile_passport.services.messages.answer_link import OtherAppointment, answer_link, choose_messages, disown_link
from mobile_passport.services.messages.open_link import OpenedLink, UnknownLink, open_link
from mobile_passport.services.requests.confirm_for_group import confirm_for_group
from mobile_passport.services.world import World
from tests.accounts import account
from tests.mobile_passport.services.seasons import NOW

GUESSES = int(environ.get("MP_LINK_GUESSES", "500"))


@pytest.fixture
def office(published: World) -> World:
    """An office that has published the small season."""
    return published


def anybody(world: World) -> tuple[UUID, str]:
    """Return the first person with a link, and its token."""
    with world.database.transaction() as session:
        person, intent = session.execute(
            select(SmsSubjectRow.applicant_id, SmsSubjectRow.intent_id)
            .join(LinkRow, LinkRow.intent_id == SmsSubjectRow.intent_id)
            .order_by(SmsSubjectRow.applicant_id)
            .limit(1)
        ).one()
    assert person
    return person, link_token(world.vault.blind_index(str(intent), "link"))


def choices(link: OpenedLink) -> list[tuple[int, int]]:
    return [(one.number, one.promise.revision) for one in link.people]


def say(world: World, token: str, answer: Answer, reason: MoveReason | None = None, *, now: datetime = NOW) -> None:
    answer_link(world, token, choices(open_link(world, token, now=now)), answer, reason=reason, now=now)


def status_of(world: World, person: UUID) -> tuple[str, list[str]]:
    with world.database.transaction() as session:
        status = session.scalars(select(ApplicantRow.status).where(ApplicantRow.id == person)).one()
        slots = select(AppointmentRow.status).where(AppointmentRow.applicant_id == person)
        return status, list(session.scalars(slots.order_by(AppointmentRow.revision)))


def audited(world: World, action: str) -> int:
    with world.database.transaction() as session:
        return len(session.scalars(select(AuditRow.seq).where(AuditRow.action == action)).all())


def slot_of(world: World, person: UUID) -> datetime:
    with world.database.transaction() as session:
        return session.scalars(select(AppointmentRow.slot_at).where(AppointmentRow.applicant_id == person)).one()


def move(world: World, person: UUID, by: timedelta = timedelta(days=1)) -> None:
    """Give somebody another slot, as a publication does."""
    with world.database.transaction() as session:
        old = session.scalars(select(AppointmentRow).where(AppointmentRow.applicant_id == person)).one()
        Appointments(session, world.kanim).renew(person, now=NOW)
        new = session.scalars(
            select(AppointmentRow).where(AppointmentRow.applicant_id == person, AppointmentRow.status == "active")
        ).one()
        new.slot_at = old.slot_at + by


def test_a_link_opens_the_appointment_of_its_person_and_looking_changes_nothing(office: World) -> None:
    person, token = anybody(office)
    seen = [open_link(office, token, now=NOW) for _ in range(3)]
    assert [one.id for one in seen[0].people] == [person]
    assert seen[0] == seen[2]
    assert (seen[0].people[0].name, seen[0].people[0].answer) == ("Orang", None)
    assert status_of(office, person) == ("scheduled", ["active"])
    with office.database.transaction() as session:
        assert session.scalars(select(LinkAnswerRow)).all() == []


def test_only_the_digest_of_a_token_is_stored(office: World) -> None:
    _, token = anybody(office)
    with office.database.transaction() as session:
        rows = session.scalars(select(LinkRow)).all()
        sealed = session.scalars(select(SmsIntentRow.body_sealed)).all()
    assert link_digest(token) in {row.digest for row in rows}
    everything = repr([vars(row) for row in rows]).encode() + b"".join(sealed)
    assert token.encode() not in everything


def test_coming_is_kept_once_and_changes_nothing_else(office: World) -> None:
    person, token = anybody(office)
    for _ in range(2):
        say(office, token, Answer.COMING)
    assert audited(office, "answer_appointment") == 1
    assert status_of(office, person) == ("scheduled", ["active"])


def test_who_asks_for_another_day_keeps_the_appointment(office: World) -> None:
    person, token = anybody(office)
    say(office, token, Answer.MOVE, MoveReason.AWAY)
    assert status_of(office, person) == ("scheduled", ["active"])


def test_who_cannot_come_frees_the_place_and_waits_again(office: World) -> None:
    person, token = anybody(office)
    say(office, token, Answer.NOT_THAT_DAY)
    assert status_of(office, person) == ("waiting", ["cancelled"])
    assert audited(office, "answer_appointment") == 1
    with pytest.raises(OtherAppointment):
        say(office, token, Answer.COMING)


def test_who_wants_no_passport_any_more_is_withdrawn(office: World) -> None:
    person, token = anybody(office)
    say(office, token, Answer.NOT_AT_ALL)
    assert status_of(office, person) == ("withdrawn", ["cancelled"])


def test_the_link_of_a_moved_appointment_shows_the_new_one_and_takes_no_answer_about_the_old(office: World) -> None:
    person, token = anybody(office)
    old = choices(open_link(office, token, now=NOW))
    before = slot_of(office, person)
    move(office, person)
    with pytest.raises(OtherAppointment):
        answer_link(office, token, old, Answer.COMING, now=NOW)
    (one,) = open_link(office, token, now=NOW).people
    assert (one.promise.slot_at, one.promise.revision, one.answer) == (before + timedelta(days=1), 2, None)


def test_a_link_ends_some_days_after_the_visit(office: World) -> None:
    person, token = anybody(office)
    last_day = slot_of(office, person).astimezone(office.rulebook.office.zone) + timedelta(days=7)
    assert open_link(office, token, now=last_day.replace(hour=23, minute=59)).people[0].is_ahead is False
    with pytest.raises(UnknownLink):
        open_link(office, token, now=last_day.replace(hour=0, minute=0) + timedelta(days=1))


def test_after_a_number_was_corrected_its_old_link_shows_nobody(office: World) -> None:
    person, token = anybody(office)
    with office.database.transaction() as session:
        subject = session.scalars(select(ApplicantRow.subject_id).where(ApplicantRow.id == person)).one()
        correction = Correction(phone=Secret("+6281377770000"))
        SubjectRecords(session, office.vault, office.kanim).correct(subject, correction)
    with pytest.raises(UnknownLink):
        open_link(office, token, now=NOW)


def test_whoever_got_it_by_mistake_ends_the_link_and_the_office_looks_for_the_number(office: World) -> None:
    person, token = anybody(office)
    disown_link(office, token, now=NOW)
    with pytest.raises(UnknownLink):
        open_link(office, token, now=NOW)
    with office.database.transaction() as session:
        given = LinkAnswers(session, office.kanim).of([person])
        assert given[person, 1].answer is Answer.WRONG_NUMBER
    assert refuses(office, person)


def test_a_number_that_opts_out_is_not_written_to_until_it_opts_in(office: World) -> None:
    person, token = anybody(office)
    assert not refuses(office, person)
    choose_messages(office, token, wants_messages=False, now=NOW)
    assert refuses(office, person)
    assert open_link(office, token, now=NOW).wants_messages is False
    choose_messages(office, token, wants_messages=True, now=NOW + timedelta(hours=2))
    assert not refuses(office, person)


def refuses(world: World, person: UUID) -> bool:
    """Ask as the sender does before every message."""
    with world.database.transaction() as session:
        phone = MessageFacts(session, world.vault, world.kanim).appointments_of([person])[person].phone
        assert phone
        return Attempts(session, world.vault, world.kanim).is_opted_out(phone)


def test_a_message_made_again_after_a_restore_has_the_same_text_and_its_link_works(office: World) -> None:
    person, token = anybody(office)
    texts = []
    for _ in range(2):
        with office.database.transaction() as session:
            (intent,) = session.scalars(select(LinkRow.intent_id).where(LinkRow.digest == link_digest(token)))
            row = session.get_one(SmsIntentRow, intent)
            seal = SubjectKeys(session, office.vault, office.kanim).seals_of_messages([intent])[intent]
            texts.append(seal.open(row.body_sealed, "sms_intent.body"))
            for table, column in ((LinkRow, "intent_id"), (SmsSubjectRow, "intent_id"), (SmsEventRow, "intent_id")):
                session.execute(delete(table).where(getattr(table, column) == intent))
            session.execute(delete(SmsIntentRow).where(SmsIntentRow.id == intent))
        with pytest.raises(UnknownLink):  # the books of yesterday do not know it
            open_link(office, token, now=NOW)
        with office.database.transaction() as session:
            office.outbox.announce(session, [person], NOW)
        assert open_link(office, token, now=NOW).people[0].id == person
    assert texts[0] == texts[1]
    assert f"Jawab {office.public_url}/j/{token} Info" in texts[0]


def test_a_coordinator_confirms_for_the_group_but_not_over_what_people_said(office: World) -> None:
    planner = account(office, Role.PLANNER)
    person, token = anybody(office)
    say(office, token, Answer.MOVE, MoveReason.WORK)
    with office.database.transaction() as session:
        reference = Requests(session, office.vault, office.kanim).references_of([person])[person]
    first = confirm_for_group(office, reference, caller=planner, now=NOW)
    again = confirm_for_group(office, reference, caller=planner, now=NOW)
    assert first.confirmed > 0
    assert (first.already, first.otherwise) == (0, 1)
    assert (again.confirmed, again.already, again.otherwise) == (0, first.confirmed, 1)
    assert audited(office, "confirm_for_group") == 1
    stranger = account(office, Role.COORDINATOR, regency="3504")  # of another organisation, too
    with pytest.raises(NotFound):
        confirm_for_group(office, reference, caller=stranger, now=NOW)


def test_nobody_guesses_a_link(office: World) -> None:
    with office.database.transaction() as session:
        links = Links(session, office.kanim)
        guesses = (link_token(secrets.token_bytes(16)) for _ in range(GUESSES))
        assert [guess for guess in guesses if links.find(guess, LinkPurpose.ANSWER, now=NOW)] == []


def test_an_unknown_and_an_ended_link_take_the_same_time(office: World) -> None:
    _, ended = anybody(office)
    with office.database.transaction() as session:
        session.scalars(select(LinkRow).where(LinkRow.digest == link_digest(ended))).one().expires_at = NOW
    unknown = link_token(secrets.token_bytes(16))
    median = {token: median_s(lambda token=token: refused(office, token)) for token in (unknown, ended)}  # type: ignore[misc]
    assert abs(median[unknown] - median[ended]) < 0.005


def refused(world: World, token: str) -> None:
    with pytest.raises(UnknownLink):
        open_link(world, token, now=NOW)


def median_s(work: Callable[[], None]) -> float:
    taken = []
    for _ in range(41):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
