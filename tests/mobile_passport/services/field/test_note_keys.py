"""Notes about a person are under that person's key, and gone with it; those about a stop are the office's."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select, update

from mobile_passport.domain.field import FieldOperation
from mobile_passport.domain.field import OperationType as Op
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.field.field_operations import (
    FieldOperations,
    OperationState,
    StoredOperation,
    Subject,
)
from mobile_passport.persistence.field.field_tables import FieldOperationRow
from mobile_passport.persistence.privacy.subject_erasure import SubjectErasure
from mobile_passport.persistence.privacy.subject_records import SubjectRecords
from mobile_passport.persistence.privacy.subject_tables import SubjectRow
from mobile_passport.persistence.privacy.vault import BY_SUBJECT, ERASED, Vault
from mobile_passport.persistence.tables import ApplicantRow
from mobile_passport.services.field.record_field import Verdict
from mobile_passport.services.privacy.erase_person import erase_person
from mobile_passport.services.privacy.rotate_keys import rotate_keys
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.field_team import MORNING, Team

NOTE = "Pak Slamet minta kursi"
NEXT = "the next secret of the tests, also long enough"


def sealed_notes(world: World) -> list[bytes | None]:
    """What lies in the table, oldest first."""
    with world.database.reading() as session:
        query = select(FieldOperationRow.text_sealed).order_by(FieldOperationRow.device_seq)
        return list(session.scalars(query))


def texts(world: World, *operations: FieldOperation) -> list[str | None]:
    """What can still be read of operations."""
    with world.database.reading() as session:
        found = FieldOperations(session, world.vault, world.kanim).find(one.op_id for one in operations)
    payloads = [found[one.op_id].operation.payload for one in operations]
    return [payload.text.reveal() if payload.text else None for payload in payloads]


def subject_of(team: Team, appointment: UUID) -> UUID:
    """The person of an appointment."""
    query = select(ApplicantRow.subject_id).where(ApplicantRow.id == team.applicant_of(appointment))
    with team.world.database.reading() as session:
        return session.scalars(query).one()


def test_erasing_a_person_takes_the_notes_about_them_and_no_others(team: Team) -> None:
    phone, (slamet, other, *_) = team.phone(), team.appointments()
    notes = [phone.write(Op.NOTE, about, text=NOTE) for about in (slamet, other, team.hall)]
    phone.send(*notes)
    assert [sealed and sealed[:1] == BY_SUBJECT for sealed in sealed_notes(team.world)] == [True, True, False]
    assert texts(team.world, *notes) == [NOTE] * 3
    with team.world.database.transaction() as session:
        erase_person(session, team.world, subject_of(team, slamet), actor="test", reason="asked", now=MORNING)
    assert sealed_notes(team.world)[0] == ERASED
    assert texts(team.world, *notes) == [None, NOTE, NOTE]
    late = phone.write(Op.NOTE, slamet, text="datang lagi")
    receipt = phone.send(notes[0], late)
    assert [one.verdict for one in receipt.receipts] == [Verdict.REPEAT, Verdict.NEW]
    assert texts(team.world, late) == [None]


def test_without_the_key_a_note_that_is_still_in_the_table_cannot_be_read(team: Team) -> None:
    phone, person = team.phone(), team.appointments()[0]
    note = phone.write(Op.NOTE, person, text=NOTE)
    phone.send(note)
    with team.world.database.transaction() as session:  # as in a copy of the table that outlived the key
        session.execute(
            update(SubjectRow)
            .where(SubjectRow.id == subject_of(team, person))
            .values(wrapped_key=None, nik_index=None, erased_at=MORNING)
        )
    assert sealed_notes(team.world)[0]
    assert texts(team.world, note) == [None]


def test_a_note_about_another_teams_person_is_under_that_persons_key(team: Team) -> None:
    phone, person = Team(team.world, "unit-9").phone(), team.appointments()[0]
    note = phone.write(Op.NOTE, person, text=NOTE)
    other = replace(note, payload=replace(note.payload, text=Secret("lain")))
    assert [one.verdict for one in phone.send(note).receipts] == [Verdict.QUARANTINED]
    assert [one.verdict for one in phone.send(note, other).receipts] == [Verdict.REPEAT, Verdict.CONTRADICTION]
    assert texts(team.world, note) == [NOTE]


def test_a_note_about_somebody_unknown_is_sealed_for_them_when_they_become_known(team: Team) -> None:
    phone, person = team.phone(), team.appointments()[0]
    note = phone.write(Op.NOTE, person, text=NOTE)
    subject = Subject(stop=team.hall, applicant_id=team.applicant_of(person))
    with team.world.database.transaction() as session:
        operations = FieldOperations(session, team.world.vault, team.world.kanim)
        operations.add(
            StoredOperation(
                operation=note,
                subject=None,
                state=OperationState.UNKNOWN,
                received_at=MORNING,
                clock_ahead_s=0,
                is_forced=False,
            )
        )
        operations.settle(note.op_id, state=OperationState.APPLIED, subject=subject, is_forced=False)
    (sealed,) = sealed_notes(team.world)
    assert sealed
    assert sealed[:1] == BY_SUBJECT
    assert texts(team.world, note) == [NOTE]


def test_a_person_is_shown_the_notes_about_them(team: Team) -> None:
    phone, person = team.phone(), team.appointments()[0]
    phone.send(phone.write(Op.NOTE, person, text=NOTE))
    with team.world.database.transaction() as session:
        subject = subject_of(team, person)
        whereabouts = SubjectErasure(session, team.world.kanim).find(subject)
        assert whereabouts
        held = SubjectRecords(session, team.world.vault, team.world.kanim).everything(subject, whereabouts)
    assert [row["text"] for row in held["field_operation"]] == [NOTE]


def test_a_rotation_moves_older_notes_to_the_persons_keys_and_those_about_stops_to_the_new_secret(team: Team) -> None:
    phone, (person, erased, *_) = team.phone(), team.appointments()
    notes = [phone.write(Op.NOTE, about, text=NOTE) for about in (person, erased, team.hall)]
    phone.send(*notes)
    sealed = team.world.vault.seal(NOTE, "field_operation.text")
    with team.world.database.transaction() as session:
        erase_person(session, team.world, subject_of(team, erased), actor="test", reason="asked", now=MORNING)
        session.execute(update(FieldOperationRow).values(text_sealed=sealed))  # as before, and after an erasure too
    assert texts(team.world, *notes) == [NOTE] * 3
    present = Settings().secret_key.get_secret_value()
    rotate_keys(replace(team.world, vault=Vault(NEXT, [present])), actor="test", now=MORNING, batch=1)
    alone = replace(team.world, vault=Vault(NEXT))
    first, second, third = sealed_notes(alone)
    assert first
    assert third
    assert (first[:1], second) == (BY_SUBJECT, ERASED)
    assert third.startswith(alone.vault.current_prefix)
    assert texts(alone, *notes) == [NOTE, None, NOTE]
