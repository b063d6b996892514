"""Who comes without appointment, and what durations are measured from."""

from datetime import timedelta

import pytest

from mobile_passport.domain.field import OperationType as Op
from mobile_passport.domain.field import StopKey
from mobile_passport.domain.field_day import FieldPerson
from mobile_passport.domain.refusal import NotFound
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.status import AppointmentStatus
from mobile_passport.persistence.field.field_times import StopTimes, stop_times
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.services.field.field_day import field_days
from mobile_passport.services.field.field_devices import DeviceRevoked, revoke_device
from mobile_passport.services.field.walk_in_field import NoFreePlace, NotInQueue, NoWalkInAtHome, walk_in_field
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.requests.import_requests import import_requests
from tests.field_team import MORNING, Phone, Team, first_trip
from tests.mobile_passport.services.seasons import NOW, letter, person

WAITING = "3505010101609001"


@pytest.fixture
def phone(team: Team) -> Phone:
    """A phone of the team, while two people of a new letter wait in the queue."""
    forms = [person(number, nik=Secret(f"350501010160{number}")) for number in (9001, 9002)]
    import_requests((letter("9/2026", "Desa Gogodeso, Kec. Kanigoro", forms),), team.world, actor="test", now=NOW)
    return team.phone()


def come(team: Team, phone: Phone, nik: str = WAITING, *, days: int = 0, stop: StopKey | None = None) -> FieldPerson:
    """Come to the hall without appointment."""
    return walk_in_field(
        team.world,
        team.caller,
        stop=stop or team.hall,
        nik=Secret(nik),
        device_id=phone.id,
        key=phone.key,
        now=team.trip.morning + timedelta(days=days),
    )


def test_a_place_that_somebody_left_free_goes_to_somebody_who_waits(team: Team, phone: Phone) -> None:
    with pytest.raises(NoFreePlace, match="no place is free"):
        come(team, phone)
    phone.send(phone.write(Op.ABSENT, team.appointments()[0]))
    came = come(team, phone)
    assert came.nik_tail == "9001"
    with pytest.raises(NoFreePlace, match="no place is free"):
        come(team, phone, "3505010101609002")
    phone.send(phone.write(Op.WALK_IN, came.appointment_id), phone.write(Op.DONE, came.appointment_id))
    assert team.status_of(came.appointment_id) == "served"


def test_who_is_not_in_the_queue_gains_nothing_by_coming(team: Team, phone: Phone) -> None:
    phone.send(phone.write(Op.ABSENT, team.appointments()[0]))
    for nik in ("3505010101609999", "3505010101600001"):  # nobody, and somebody who is promised a time already
        with pytest.raises(NotInQueue, match="waits in the queue"):
            come(team, phone, nik)


def test_a_place_is_given_at_the_teams_own_stop_of_today_only(team: Team, phone: Phone) -> None:
    phone.send(phone.write(Op.ABSENT, team.appointments()[0]))
    with pytest.raises(NotFound):
        come(team, phone, days=-1)
    with pytest.raises(NotFound):
        come(team, phone, stop=StopKey(service_date=team.trip.day, visit="K-999"))
    revoke_device(team.world, team.supervisor, device_id=phone.id, now=MORNING)
    with pytest.raises(DeviceRevoked):
        come(team, phone)


def test_nobody_is_given_a_place_at_the_home_of_somebody_else(team: Team, phone: Phone) -> None:
    home = first_trip(team.world, VisitKind.HOME)
    visitors = Team(team.world, home.team)
    with pytest.raises(NoWalkInAtHome, match="at a home"):
        walk_in_field(
            team.world,
            visitors.caller,
            stop=home.stop,
            nik=Secret(WAITING),
            device_id=(own := visitors.phone()).id,
            key=own.key,
            now=home.morning,
        )


def test_who_walked_in_is_on_the_list_of_every_phone(team: Team, phone: Phone) -> None:
    phone.send(phone.write(Op.ABSENT, team.appointments()[0]))
    came = come(team, phone)
    assert came.appointment_id in {one.appointment_id for one in listed(team, phone)}


def test_the_list_is_in_the_order_of_times_and_shows_what_was_reported(team: Team, phone: Phone) -> None:
    first = team.appointments()[0]
    phone.send(phone.write(Op.DONE, first), phone.write(Op.NOTE, first, text="membawa kursi sendiri"))
    people = listed(team, phone)
    assert [one.slot_at for one in people] == sorted(one.slot_at for one in people)
    report = next(one.report for one in people if one.appointment_id == first)
    assert (report.outcome, report.notes) == ("done", ("membawa kursi sendiri",))


def test_durations_are_measured_by_clocks_that_are_right(team: Team, phone: Phone) -> None:
    people = team.appointments()
    phone.send(phone.write(Op.ARRIVED, team.hall), phone.write(Op.STARTED, team.hall), phone.write(Op.DONE, people[0]))
    wrong = team.phone()
    wrong.send(wrong.write(Op.FINISHED, team.hall), ahead_s=601)
    (times,) = measured(team)
    assert (times.stop, times.team) == (team.hall, team.trip.team)
    assert times.arrived_at == MORNING + timedelta(minutes=1)
    assert times.started_at == MORNING + timedelta(minutes=2)
    assert times.finished_at is None
    assert (times.served, times.came) == (1, 1)


def test_who_missed_another_stop_is_told_apart_on_the_list(team: Team, phone: Phone) -> None:
    with team.world.database.transaction() as session:
        version = Plans(session, team.world.kanim).current_version()
        assert version
        visits = {one.visit: one for one in Plans(session, team.world.kanim).visits(version).visits}
        appointments = Appointments(session, team.world.kanim)
        here = visits[team.hall.visit]
        slot_at = next(member.slot_at for member in here.members if member.slot_at)
        other = next(one for one in visits.values() if one.visit != here.visit and len(one.members) > 2)
        late = other.members[0].applicant_id
        appointments.retire(late, AppointmentStatus.MISSED)
        appointments.promise(late, here, slot_at, version=version, now=NOW)
        for member in here.members[:1]:
            appointments.retire(member.applicant_id, AppointmentStatus.MISSED)  # missed this very stop: no follow-up
    assert sum(one.is_follow_up for one in listed(team, phone)) == 1
    assert len(listed(team, phone)) == len(here.members) + 1


def listed(team: Team, phone: Phone) -> tuple[FieldPerson, ...]:
    """The list of the hall as a phone gets it."""
    package = field_days(
        team.world, show_plan(team.world), team.caller, device_id=phone.id, key=phone.key, now=team.trip.morning
    )
    stops = [stop for day in package.days for stop in day.stops]
    return next(stop.people for stop in stops if stop.key == str(team.hall))


def measured(team: Team) -> tuple[StopTimes, ...]:
    """What was reported of the stops of the day."""
    zone = team.world.rulebook.office.zone
    with team.world.database.reading() as session:
        return stop_times(
            session, team.world.vault, kanim=team.world.kanim, zone=zone, first=team.trip.day, last=team.trip.day
        )
