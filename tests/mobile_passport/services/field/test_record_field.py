"""What a phone sends: each operation has its own result, and none is dropped."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from mobile_passport.domain.access import Role
from mobile_passport.domain.field import OperationType as Op
from mobile_passport.domain.field import Outcome, OutcomeReason, StopKey
from mobile_passport.services.field.field_devices import UnknownDevice, enrol_device, revoke_device
from mobile_passport.services.field.record_field import BatchReceipt, Verdict
from tests.field_team import MORNING, Phone, Team, caller, renamed
from tests.postgres import turn_clock


def verdicts(receipt: BatchReceipt) -> list[Verdict]:
    """Results in the order sent."""
    return [one.verdict for one in receipt.receipts]


def test_an_outcome_moves_the_person_and_a_repeat_changes_nothing(team: Team) -> None:
    phone, person = team.phone(), team.appointments()[0]
    done = phone.write(Op.DONE, person)
    assert verdicts(phone.send(done)) == [Verdict.NEW]
    assert team.status_of(person) == "served"
    assert verdicts(phone.send(done, done)) == [Verdict.REPEAT, Verdict.REPEAT]
    assert team.status_of(person) == "served"


def test_another_content_under_a_known_id_is_not_taken(team: Team) -> None:
    phone, person = team.phone(), team.appointments()[0]
    done = phone.write(Op.DONE, person)
    assert verdicts(phone.send(done, renamed(done, type=Op.ABSENT))) == [Verdict.NEW, Verdict.CONTRADICTION]
    assert verdicts(phone.send(renamed(done, type=Op.ABSENT))) == [Verdict.CONTRADICTION]
    assert team.status_of(person) == "served"


def test_a_gap_holds_what_comes_after_it_until_it_closes(team: Team) -> None:
    phone, (first, second, *_) = team.phone(), team.appointments()
    one, two, three = phone.write(Op.DONE, first), phone.write(Op.CHECK_IN, second), phone.write(Op.DONE, second)
    receipt = phone.send(one, three)
    assert (verdicts(receipt), receipt.watermark) == ([Verdict.NEW, Verdict.HELD], 1)
    assert team.status_of(second) == "scheduled"
    receipt = phone.send(two)
    assert (verdicts(receipt), receipt.watermark) == ([Verdict.NEW], 3)
    assert team.status_of(second) == "served"


@pytest.mark.database("postgresql")
def test_what_comes_weeks_later_counts_though_policies_show_a_team_two_weeks(team: Team) -> None:
    phone, person = team.phone(), team.appointments()[0]
    turn_clock(team.world.database, team.trip.morning + timedelta(weeks=3))
    assert verdicts(phone.send(phone.write(Op.DONE, person))) == [Verdict.NEW]
    assert team.status_of(person) == "served"


def test_an_unknown_appointment_is_held_and_stored(team: Team) -> None:
    phone = team.phone()
    receipt = phone.send(
        phone.write(Op.DONE, uuid4()), phone.write(Op.ARRIVED, StopKey(service_date=team.trip.day, visit="K-999"))
    )
    assert (verdicts(receipt), receipt.watermark) == ([Verdict.HELD, Verdict.HELD], 2)


def test_another_teams_people_are_kept_apart(team: Team) -> None:
    phone = Team(team.world, "unit-9").phone()
    person = team.appointments()[0]
    assert verdicts(phone.send(phone.write(Op.DONE, person))) == [Verdict.QUARANTINED]
    assert team.status_of(person) == "scheduled"


def test_a_revoked_phone_is_kept_apart_and_not_thrown_away(team: Team) -> None:
    phone, person = team.phone(), team.appointments()[0]
    revoke_device(team.world, team.supervisor, device_id=phone.id, now=MORNING)
    assert verdicts(phone.send(phone.write(Op.DONE, person))) == [Verdict.QUARANTINED]
    assert team.status_of(person) == "scheduled"


def test_only_the_phones_own_account_and_key_may_send(team: Team) -> None:
    phone, person = team.phone(), team.appointments()[0]
    done = phone.write(Op.DONE, person)
    stranger = Phone(team.world, caller(team.world, Role.FIELD, team=team.trip.team), id=phone.id, key=phone.key)
    forged = Phone(team.world, team.caller, id=phone.id)
    for other in (stranger, forged):
        with pytest.raises(UnknownDevice):
            other.send(done)
    assert team.status_of(person) == "scheduled"


def test_a_phone_decides_nothing_that_is_a_supervisors_to_decide(team: Team) -> None:
    phone, person = team.phone(), team.appointments()[0]
    decision = phone.write(Op.RESOLVE, person)
    decision = renamed(decision, payload=renamed(decision.payload, outcome=Outcome.DONE))
    assert verdicts(phone.send(decision)) == [Verdict.QUARANTINED]
    assert team.status_of(person) == "scheduled"


def test_what_cannot_be_understood_is_kept_apart(team: Team) -> None:
    phone, person = team.phone(), team.appointments()[0]
    without_reason = phone.write(Op.INCOMPLETE, person)
    wrong_reason = phone.write(Op.REFUSED, person, reason=OutcomeReason.OUTAGE)
    assert verdicts(phone.send(without_reason, wrong_reason)) == [Verdict.QUARANTINED] * 2
    assert team.status_of(person) == "scheduled"


def test_devices_that_disagree_leave_the_person_where_they_were_and_show_it(team: Team) -> None:
    one, other, person = team.phone(), team.phone(), team.appointments()[0]
    one.send(one.write(Op.DONE, person))
    other.send(other.write(Op.ABSENT, person))
    known = team.outcome_of(person)
    assert known
    assert (known.is_disputed, known.outcome) == (True, None)
    assert team.status_of(person) == "scheduled"


def test_a_void_takes_back_what_was_recorded(team: Team) -> None:
    phone, person = team.phone(), team.appointments()[0]
    done = phone.write(Op.DONE, person)
    phone.send(done, phone.write(Op.VOID, person, target=done.op_id, text="salah orang"))
    assert team.status_of(person) == "scheduled"


def test_a_restored_office_takes_everything_again(team: Team) -> None:
    phone, people = team.phone(), team.appointments()[:3]
    operations = [phone.write(Op.DONE, person) for person in people]
    assert phone.send(*operations).watermark == 3
    with team.world.database.transaction() as session:  # yesterday: nobody knew the phone
        for table in ("field_outcome", "field_operation", "field_device"):
            session.execute(text(f"DELETE FROM {table}"))
    with pytest.raises(UnknownDevice):
        phone.send(*operations)
    phone.enrol()
    assert phone.send(*operations).watermark == 3
    assert {team.status_of(person) for person in people} == {"served"}


def test_notes_are_sealed_and_times_are_flagged(team: Team) -> None:
    phone = team.phone()
    phone.send(phone.write(Op.NOTE, team.hall, text="Pak Slamet datang terlambat"), ahead_s=3_600)
    with team.world.database.engine.connect() as connection:
        sealed, ahead = connection.exec_driver_sql("SELECT text_sealed, clock_ahead_s FROM field_operation").one()
    assert b"Slamet" not in bytes(sealed)
    assert ahead == 3_600


def test_enrolling_again_is_welcome_and_another_key_is_not(team: Team) -> None:
    phone = team.phone()
    phone.enrol()
    with pytest.raises(Exception, match="enrolled for somebody else"):
        enrol_device(
            team.world, team.caller, device_id=phone.id, key=Phone(team.world, team.caller).key, label="x", now=MORNING
        )
