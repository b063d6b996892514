"""Forgetting a person: nothing of them can be read again, and nobody else loses anything."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from mobile_passport.domain.access import Role
from mobile_passport.domain.message import IntentState
from mobile_passport.domain.override import OverrideKind
from mobile_passport.domain.refusal import Forbidden, NotFound
from mobile_passport.domain.request import AskerKind, VisitKind
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.domain.subject import CaseKind, CaseOutcome
from mobile_passport.persistence.answers import Answer, Answers, RequestKey
from mobile_passport.persistence.api_tables import IdempotencyRow
from mobile_passport.persistence.messages.message_facts import MessageFacts
from mobile_passport.persistence.messages.message_report import all_messages
from mobile_passport.persistence.messages.message_tables import SimulatedSmsRow, SmsIntentRow, SmsSubjectRow
from mobile_passport.persistence.plans.order_tables import OverrideRow
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.subject_tables import SubjectRow
from mobile_passport.persistence.privacy.vault import CannotOpen
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow, RequestRow
from mobile_passport.services.audit.audit_log import verify_log
from mobile_passport.services.audit.overrides import OverrideNotAllowed, list_overrides, propose_override
from mobile_passport.services.privacy.erase_person import MessageUnderWay, erase_person
from mobile_passport.services.privacy.replay_erasures import list_erased, replay_erasures
from mobile_passport.services.privacy.subjects import erase_subject, list_cases, open_case
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.databases import files_of
from tests.mobile_passport.services.privacy.conftest import OFFICER, applicants, send_all, serve, subject_of
from tests.mobile_passport.services.seasons import NOW, letter, person


def erase(world: World, applicant: UUID) -> None:
    with world.database.transaction() as session:
        erase_person(session, world, subject_of(world, applicant), actor="test", reason="asked", now=NOW)
    world.database.scrub()


def test_whoever_asks_is_erased_and_the_case_is_closed_with_it(office: World, family: tuple[UUID, UUID]) -> None:
    case = open_case(office, CaseKind.ERASURE, person(1).nik, caller=OFFICER, now=NOW)
    erase_subject(office, case.number, caller=OFFICER, now=NOW)
    (closed,) = list_cases(office, is_open=False, caller=OFFICER)
    assert closed.outcome is CaseOutcome.ERASED
    with pytest.raises(NotFound):
        erase(office, family[0])


def test_booking_and_messages_are_taken_back_and_who_shared_them_is_told_again(
    office: World, family: tuple[UUID, UUID]
) -> None:
    first, second = family
    erase(office, first)
    with office.database.transaction() as session:
        status = dict(session.execute(select(ApplicantRow.id, ApplicantRow.status)).all())
        promised = session.scalars(select(AppointmentRow.applicant_id).where(AppointmentRow.status == "active")).all()
        to_people = select(SmsIntentRow).where(SmsIntentRow.kind == "slot")
        states = sorted(session.scalars(to_people.with_only_columns(SmsIntentRow.state)))
        bodies = [
            one.body.reveal() for one in all_messages(session, office.vault, kanim="blitar") if one.kind == "slot"
        ]
    assert status == {first: ApplicantStatus.WITHDRAWN, second: ApplicantStatus.SCHEDULED}
    assert list(promised) == [second]
    assert states == [IntentState.PENDING, IntentState.SUPERSEDED]
    assert len(bodies) == 1


def test_who_did_not_get_the_message_that_both_shared_is_told_again_too(
    office: World, family: tuple[UUID, UUID]
) -> None:
    with office.database.transaction() as session:
        session.execute(update(SmsIntentRow).values(state=IntentState.FAILED_PERMANENT))
    erase(office, family[0])
    with office.database.transaction() as session:
        waiting = select(SmsSubjectRow.applicant_id).join(SmsIntentRow, SmsIntentRow.id == SmsSubjectRow.intent_id)
        assert session.scalars(waiting.where(SmsIntentRow.state == IntentState.PENDING)).all() == [family[1]]


def test_what_was_sent_is_forgotten_too_here_and_in_the_books_of_the_simulated_provider(
    office: World, family: tuple[UUID, UUID]
) -> None:
    send_all(office)
    serve(office, *family)
    with office.database.transaction() as session:
        before = len(session.scalars(select(SimulatedSmsRow)).all())
    erase(office, family[0])
    with office.database.transaction() as session:
        assert len(session.scalars(select(SimulatedSmsRow)).all()) == before - 1
        assert [one.kind for one in all_messages(session, office.vault, kanim="blitar")] == ["request_received"]


def test_a_message_that_is_being_sent_makes_erasure_wait(office: World, family: tuple[UUID, UUID]) -> None:
    with office.database.transaction() as session:
        session.execute(update(SmsIntentRow).where(SmsIntentRow.kind == "slot").values(state=IntentState.SENDING))
    with pytest.raises(MessageUnderWay):
        erase(office, family[0])
    with office.database.transaction() as session:
        assert session.scalars(select(SubjectRow).where(SubjectRow.erased_at.is_not(None))).all() == []


def test_a_kept_copy_of_the_sealed_values_cannot_be_opened_without_the_destroyed_key(
    office: World, family: tuple[UUID, UUID]
) -> None:
    with office.database.transaction() as session:
        copy = session.scalars(select(ApplicantRow.name_sealed).where(ApplicantRow.id == family[0])).one()
        message = session.scalars(select(SmsIntentRow).where(SmsIntentRow.kind == "slot")).one()
        (shared,) = SubjectKeys(session, office.vault, "blitar").seals_of_messages([message.id]).values()
        assert shared.open(message.body_sealed, "sms_intent.body")
        text_copy, message_id = message.body_sealed, message.id
    erase(office, family[0])
    with office.database.transaction() as session:
        keys = SubjectKeys(session, office.vault, "blitar")
        with pytest.raises(CannotOpen):
            keys.seal_of(subject_of(office, family[0])).open(copy, "applicant.name")
        with pytest.raises(CannotOpen):  # the other's key alone does not open what was about both
            keys.seals_of_messages([message_id])[message_id].open(text_copy, "sms_intent.body")


@pytest.mark.database("sqlite")
def test_the_destroyed_key_is_nowhere_in_the_files_of_the_embedded_database(
    office: World, family: tuple[UUID, UUID]
) -> None:
    with office.database.transaction() as session:
        row = session.scalars(select(SubjectRow).where(SubjectRow.id == subject_of(office, family[0]))).one()
        wrapped = row.wrapped_key
    assert wrapped
    office.database.scrub()
    assert wrapped in files(office)
    erase(office, family[0])
    left = files(office)
    secret = wrapped[5:]  # behind the id of the secret, which others begin with too
    assert [at for at in range(len(secret) - 11) if secret[at : at + 12] in left] == []


def test_the_last_person_takes_the_contact_and_the_address_along(office: World) -> None:
    home = letter(
        "9/2026",
        "RT 02 RW 01 Ds. Ngoran, Kec. Nglegok",
        [person(9)],
        visit_kind=VisitKind.HOME,
        asker_kind=AskerKind.FAMILY,
        asker_name="Keluarga Bu Siti Rahayu",
    )
    import_requests((home,), office, actor="test", now=NOW)
    with office.database.transaction() as session:
        assert "Siti" not in session.scalars(select(RequestRow.asker_name)).one()
    erase(office, applicants(office)[0])
    with office.database.transaction() as session:
        row = session.scalars(select(RequestRow)).one()
        kept = session.scalars(select(SubjectRow).where(SubjectRow.erased_at.is_(None))).all()
        contacts = Requests(session, office.vault, "blitar").contacts_of([row.reference])
    assert (row.place_text, row.asker_name, row.contact_name_sealed) == ("(dihapus)", "(dihapus)", b"")
    assert kept == []
    assert [value.reveal() for value in contacts[row.reference]] == ["", ""]


def test_the_log_verifies_after_an_erasure_and_names_nobody(office: World, family: tuple[UUID, UUID]) -> None:
    erase(office, family[0])
    assert verify_log(office.database, "blitar", ()).broken is None
    with office.database.transaction() as session:
        log = str(session.execute(text("SELECT actor, action, subject, detail FROM audit")).all())
    assert "erase_person" in log
    assert person(1).nik.reveal() not in log
    assert "Orang" not in log


def test_whoever_was_erased_may_ask_again_and_is_a_new_person(office: World, family: tuple[UUID, UUID]) -> None:
    old = subject_of(office, family[0])
    erase(office, family[0])
    import_requests((letter("8/2026", "Desa Gogodeso, Kec. Kanigoro", [person(1)]),), office, actor="test", now=NOW)
    (new,) = set(applicants(office)) - set(family)
    assert subject_of(office, new) != old


def test_what_reads_people_goes_on_without_the_erased(office: World, family: tuple[UUID, UUID]) -> None:
    erase(office, family[0])
    with office.database.transaction() as session:
        requests = Requests(session, office.vault, "blitar")
        assert set(requests.on_sheet(family)) == {family[1]}
        assert requests.waiting(family)[0].people[0].id == family[1]
        facts = MessageFacts(session, office.vault, "blitar").appointments_of(family)
        assert facts[family[0]].name.reveal() == ""
        assert facts[family[0]].phone is None


def test_who_may_not_serve_persons_erases_nobody(office: World, family: tuple[UUID, UUID]) -> None:
    planner = replace(OFFICER, role=Role.PLANNER)
    with pytest.raises(Forbidden):
        erase_subject(office, 1, caller=planner, now=NOW + timedelta(hours=1))


def files(world: World) -> bytes:
    return b"".join(path.read_bytes() for path in files_of(str(world.database.engine.url)))


def override(world: World, reference: str) -> UUID:
    planner = replace(OFFICER, role=Role.PLANNER)
    reason = "Ibunya Orang Contoh 1 dirawat"
    return propose_override(world, reference, OverrideKind.MEDICAL_URGENCY, reason, caller=planner, now=NOW).id


def reasons(world: World) -> list[str]:
    planner = replace(OFFICER, role=Role.PLANNER)
    return [one.reason.reveal() for one in list_overrides(world, caller=planner)]


def test_the_reason_of_an_override_is_sealed_for_the_contact_and_goes_with_anybody_of_the_request(
    office: World, family: tuple[UUID, UUID]
) -> None:
    override(office, "BLI-2026-0001")
    assert reasons(office) == ["Ibunya Orang Contoh 1 dirawat"]
    with office.database.transaction() as session:
        sealed = session.scalars(select(OverrideRow.reason_sealed)).one()
        with pytest.raises(CannotOpen):
            office.vault.open(sealed, "rank_override.reason")
    erase(office, family[1])
    assert reasons(office) == [""]


def test_a_request_whose_contact_was_erased_gets_no_override(office: World, family: tuple[UUID, UUID]) -> None:
    with office.database.transaction() as session:
        contact = session.scalars(select(RequestRow.contact_subject_id)).one()
        erase_person(session, office, contact, actor="test", reason="asked", now=NOW)
    with pytest.raises(OverrideNotAllowed, match="contact"):
        override(office, "BLI-2026-0001")


def kept(world: World) -> list[str]:
    with world.database.transaction() as session:
        return sorted(session.scalars(select(IdempotencyRow.key)))


def test_answers_that_name_the_person_are_forgotten_and_no_others(office: World, family: tuple[UUID, UUID]) -> None:
    bodies = {"first": f'{{"id": "{family[0]}"}}', "second": f'{{"id": "{family[1]}"}}', "request": "BLI-2026-0001"}
    with office.database.transaction() as session:
        answers = Answers(session, office.vault, "blitar")
        for key, body in bodies.items():
            request = RequestKey(actor="somebody", key=key, digest="0" * 64)
            answers.claim(request, now=NOW)
            answers.keep(request, Answer(status=200, media_type="application/json", headers=(), body=body))
    erase(office, family[0])
    assert kept(office) == ["request", "second"]
    erase(office, family[1])  # the contact goes with the last of the people
    assert kept(office) == []


def test_a_restored_database_forgets_again_from_the_list(office: World, family: tuple[UUID, UUID]) -> None:
    subjects = [subject_of(office, one) for one in family]
    unknown = UUID(int=1)
    assert list_erased(office) == ()
    replayed = replay_erasures(office, [subjects[0], unknown], actor="test", now=NOW)
    assert (replayed.erased, replayed.gone, replayed.waiting) == (1, 1, 0)
    assert list_erased(office) == (subjects[0],)
    again = replay_erasures(office, [subjects[0]], actor="test", now=NOW)
    assert (again.erased, again.gone) == (0, 1)
    with office.database.transaction() as session:
        assert session.scalars(select(SubjectRow.wrapped_key).where(SubjectRow.id == subjects[0])).one() is None
