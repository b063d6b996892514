"""What supervisors decide and what time decides; who was not served waits again by the office's rules."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from mobile_passport.domain.field import OperationType as Op
from mobile_passport.domain.field import Outcome, OutcomeReason
from mobile_passport.domain.refusal import Conflict, NotFound, Stale
from mobile_passport.persistence.field.field_operations import OperationState
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow
from mobile_passport.services.field.field_devices import revoke_device
from mobile_passport.services.field.resolve_field import admit_operation, resolve_field, review_field
from mobile_passport.services.field.settle_field import settle_field
from tests.field_team import MORNING, Phone, Team

WEEK = timedelta(days=7)


def decide(team: Team, person: UUID, outcome: Outcome, *named: UUID, reason: OutcomeReason | None = None) -> None:
    """Decide as the supervisor."""
    resolve_field(
        team.world,
        team.supervisor,
        appointment_id=person,
        op_ids=frozenset(named),
        outcome=outcome,
        reason=reason,
        text=None,
        now=MORNING,
    )


def dispute(team: Team, person: UUID) -> tuple[Phone, list[UUID]]:
    """Two phones that disagree about a person; returns one of them and the ids of what they said."""
    one, other = team.phone(), team.phone()
    done, absent = one.write(Op.DONE, person), other.write(Op.ABSENT, person)
    one.send(done)
    other.send(absent)
    return other, [done.op_id, absent.op_id]


def test_a_decision_names_what_it_is_about_and_a_later_report_opens_it_again(team: Team) -> None:
    person = team.appointments()[0]
    phone, named = dispute(team, person)
    review = review_field(team.world, team.supervisor)
    assert [one.op_id for one in review.disputed[0].statements] == sorted(named)
    decide(team, person, Outcome.DONE, *named)
    assert team.status_of(person) == "served"
    assert review_field(team.world, team.supervisor).disputed == ()
    phone.send(phone.write(Op.ABSENT, person))
    assert team.status_of(person) == "scheduled"
    assert review_field(team.world, team.supervisor).disputed


def test_a_decision_about_less_than_everything_is_refused(team: Team) -> None:
    person = team.appointments()[0]
    _, named = dispute(team, person)
    with pytest.raises(Stale):
        decide(team, person, Outcome.DONE, named[0])
    assert team.status_of(person) == "scheduled"


def test_a_supervisor_enters_what_a_team_wrote_on_paper(team: Team) -> None:
    person = team.appointments()[0]
    decide(team, person, Outcome.REFUSED, reason=OutcomeReason.NOT_ELIGIBLE)
    assert team.status_of(person) == "refused"
    with pytest.raises(Conflict, match="one of the reasons"):
        decide(team, team.appointments()[1], Outcome.REFUSED)
    with pytest.raises(NotFound):
        decide(team, uuid4(), Outcome.DONE)


def test_what_a_revoked_phone_sent_counts_once_a_supervisor_admits_it(team: Team) -> None:
    phone, person = team.phone(), team.appointments()[0]
    revoke_device(team.world, team.supervisor, device_id=phone.id, now=MORNING)
    done = phone.write(Op.DONE, person)
    phone.send(done)
    assert admit_operation(team.world, team.supervisor, op_id=done.op_id, now=MORNING) is OperationState.APPLIED
    assert team.status_of(person) == "served"
    with pytest.raises(NotFound):
        admit_operation(team.world, team.supervisor, op_id=done.op_id, now=MORNING)


def test_a_gap_that_never_closes_holds_nothing_for_more_than_a_week(team: Team) -> None:
    phone, (first, second, *_) = team.phone(), team.appointments()
    lost, done = phone.write(Op.NOTE, first, text="hilang"), phone.write(Op.DONE, first)
    phone.send(done)
    settle_field(team.world, now=MORNING + WEEK - timedelta(minutes=1))
    assert team.status_of(first) == "scheduled"
    assert settle_field(team.world, now=MORNING + WEEK).forced == 1
    assert team.status_of(first) == "served"
    receipt = phone.send(phone.write(Op.DONE, second), now=MORNING + WEEK)
    assert (team.status_of(second), receipt.watermark) == ("served", 0)
    assert phone.send(lost).watermark == 3
    assert settle_field(team.world, now=MORNING + 2 * WEEK).forced == 0


def test_what_is_about_nobody_is_shown_to_a_supervisor_after_a_week(team: Team) -> None:
    phone = team.phone()
    orphan = phone.write(Op.DONE, uuid4())
    phone.send(orphan)
    assert review_field(team.world, team.supervisor).kept_apart == ()
    settle_field(team.world, now=MORNING + WEEK)
    kept = review_field(team.world, team.supervisor).kept_apart
    assert [(one.operation.op_id, one.is_forced) for one in kept] == [(orphan.op_id, True)]


def test_who_was_absent_waits_again_the_day_after_and_only_once(team: Team) -> None:
    phone, people = team.phone(), team.appointments()[:4]
    absent, mistaken, refused, done = people
    wrong = phone.write(Op.ABSENT, mistaken)
    phone.send(
        phone.write(Op.ABSENT, absent),
        wrong,
        phone.write(Op.REFUSED, refused, reason=OutcomeReason.NOT_ELIGIBLE),
        phone.write(Op.DONE, done),
        phone.write(Op.VOID, mistaken, target=wrong.op_id, text="salah orang"),
    )
    assert settle_field(team.world, now=team.trip.morning).waiting_again == 0
    tomorrow = team.trip.morning + timedelta(days=1)
    assert settle_field(team.world, now=tomorrow).waiting_again == 1
    assert [team.status_of(person) for person in people] == ["waiting", "scheduled", "refused", "served"]
    assert settle_field(team.world, now=tomorrow).waiting_again == 0


def test_a_deferral_that_is_nobodys_fault_lets_wait_again_and_another_does_not(team: Team) -> None:
    phone, (outage, questioned, *_) = team.phone(), team.appointments()
    phone.send(
        phone.write(Op.DEFERRED, outage, reason=OutcomeReason.OUTAGE),
        phone.write(Op.DEFERRED, questioned, reason=OutcomeReason.QUESTIONING),
    )
    settle_field(team.world, now=team.trip.morning + timedelta(days=1))
    assert [team.status_of(person) for person in (outage, questioned)] == ["waiting", "deferred"]


def test_a_second_absence_is_the_last_where_the_office_says_so(team: Team) -> None:
    rules = team.world.rulebook.field
    strict = replace(rules, follow_up=replace(rules.follow_up, absent_most=0))
    team.world = replace(team.world, rulebook=replace(team.world.rulebook, field=strict))
    phone, person = team.phone(), team.appointments()[0]
    phone.send(phone.write(Op.ABSENT, person))
    assert settle_field(team.world, now=team.trip.morning + timedelta(days=1)).waiting_again == 0
    assert team.status_of(person) == "absent"


def test_being_served_late_ends_a_later_promise(team: Team) -> None:
    phone, person = team.phone(), team.appointments()[0]
    phone.send(phone.write(Op.ABSENT, person))
    later = team.trip.morning + timedelta(days=1)
    settle_field(team.world, now=later)
    again = promise_again(team, person, later + timedelta(days=7))
    phone.send(phone.write(Op.DONE, person))
    assert team.status_of(person) == "served"
    with team.world.database.reading() as session:
        assert session.get_one(AppointmentRow, again).status == "cancelled"


def test_a_person_with_another_live_booking_is_not_made_to_wait_twice(team: Team) -> None:
    phone, (person, other, *_) = team.phone(), team.appointments()
    phone.send(phone.write(Op.ABSENT, person))
    with team.world.database.transaction() as session:  # as if they had asked again in another group meanwhile
        one, twin = (session.get_one(AppointmentRow, each).applicant_id for each in (person, other))
        session.get_one(ApplicantRow, twin).nik_index = session.get_one(ApplicantRow, one).nik_index
    assert settle_field(team.world, now=team.trip.morning + timedelta(days=1)).waiting_again == 0
    assert team.status_of(person) == "absent"


def promise_again(team: Team, appointment: UUID, slot_at: datetime) -> UUID:
    """Give the person of an appointment a new one at the same hall."""
    with team.world.database.transaction() as session:
        applicant = session.get_one(AppointmentRow, appointment).applicant_id
        session.get_one(ApplicantRow, applicant).status = "scheduled"
        visits = Plans(session, team.world.kanim).visits(1).visits
        hall = next(visit for visit in visits if visit.visit == team.hall.visit)
        return Appointments(session, team.world.kanim).promise(applicant, hall, slot_at, version=1, now=slot_at).id
