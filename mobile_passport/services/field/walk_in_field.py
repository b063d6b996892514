"""Somebody comes without an appointment: given a place that another left free, if they wait in the queue anyway.

This takes a place, so it needs the office's answer at once and works only with signal.
"""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.field import Outcome, StopKey
from mobile_passport.domain.field_day import FieldPerson
from mobile_passport.domain.outreach_plan import OutreachVisit, RouteStop
from mobile_passport.domain.refusal import Conflict, NotFound
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.status import ApplicantStatus, AppointmentStatus
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.field.field_operations import PersonDay
from mobile_passport.persistence.field.field_outcomes import FieldOutcomes
from mobile_passport.persistence.field.field_subjects import FieldSubjects
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.retrying import transact
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.services.field.field_devices import DeviceRevoked, trusted_device
from mobile_passport.services.field.field_people import people_at
from mobile_passport.services.world import World


class NotInQueue(Conflict):
    """Nobody with this number waits in the queue; their group's coordinator registers them first."""

    code = "not_in_queue"


class NoFreePlace(Conflict):
    """Everybody who was invited to this stop came or is still expected."""

    code = "no_free_place"


class NoWalkInAtHome(Conflict):
    """The team visits somebody at home; whoever else wants a passport comes to a hall."""

    code = "no_walk_in_at_home"


def walk_in_field(
    world: World,
    caller: Caller,
    *,
    stop: StopKey,
    nik: Secret[str],
    device_id: UUID,
    key: Secret[str],
    now: datetime,
) -> FieldPerson:
    """Give somebody a free place at a stop of today, and return them as the team's list shows them.

    Raises
    ------
    UnknownDevice, DeviceRevoked, NotFound
        For a stop that is not the team's today.
    NoWalkInAtHome, NotInQueue, NoFreePlace
    """

    def work(session: Session) -> FieldPerson:
        if trusted_device(session, world, caller, device_id=device_id, key=key).revoked_at:
            raise DeviceRevoked("this phone was revoked; it may read nothing any more")
        with office_wide(session):  # the person is on no list of this team yet
            return _give_place(session, world, caller, stop, nik, now)

    return transact(world.database, work, scope=caller.scope)


def _give_place(
    session: Session, world: World, caller: Caller, stop: StopKey, nik: Secret[str], now: datetime
) -> FieldPerson:
    version, visit = _visit(session, world, caller, stop, now)
    if visit.kind is VisitKind.HOME:
        raise NoWalkInAtHome("at a home the team serves those it visits; whoever else waits is invited to a hall")
    subjects = FieldSubjects(session, world.vault, world.kanim, world.rulebook.office.zone)
    members = [member.applicant_id for member in visit.members if member.slot_at]
    subjects.lock(members)  # two phones give places of one stop one after the other
    applicant_id = subjects.waiting_with_nik(nik)
    if applicant_id is None:
        raise NotInQueue(
            "nobody with this number waits in the queue; the group's coordinator has to register them first"
        )
    if _free_places(session, world, subjects, stop, len(members)) < 1:
        raise NoFreePlace("no place is free: everybody who was invited came or is still expected")
    if not subjects.move(applicant_id, present=ApplicantStatus.WAITING, wanted=ApplicantStatus.SCHEDULED, now=now):
        raise NotInQueue("this person is given a place elsewhere at this moment")
    promised = Appointments(session, world.kanim).promise(applicant_id, visit, now, version=version, now=now)
    write_audit(
        session,
        kanim=world.kanim,
        at=now,
        actor=caller.login,
        action="give_free_place",
        subject=str(applicant_id),
        detail={"stop": str(stop), "appointment": str(promised.id)},
    )
    people = people_at(session, world, {stop: visit.kind})[stop]
    return next(person for person in people if person.appointment_id == promised.id)


def _visit(session: Session, world: World, caller: Caller, stop: StopKey, now: datetime) -> tuple[int, OutreachVisit]:
    """Find a stop of the caller's team today in the plan that holds."""
    zone = world.rulebook.office.zone
    plans = Plans(session, world.kanim)
    version = plans.current_version()
    wanted = (caller.scope.team, stop.service_date)
    is_today = stop.service_date == now.astimezone(zone).date()
    if version is not None and is_today:
        for visit in plans.visits(version).visits:
            route = visit.outcome if visit.visit == stop.visit else None
            if isinstance(route, RouteStop) and (route.team, _local_date(route, zone)) == wanted:
                return version, visit
    raise NotFound("this is no stop of your team today")


def _local_date(route: RouteStop, zone: ZoneInfo) -> date:
    return route.starts_at.astimezone(zone).date()


def _free_places(session: Session, world: World, subjects: FieldSubjects, stop: StopKey, planned: int) -> int:
    rules = world.rulebook.field.walk_in
    if not rules.is_allowed:
        return 0
    expected = [one for one in subjects.expected_at([stop])[stop] if one.status is AppointmentStatus.ACTIVE]
    known = FieldOutcomes(session, world.kanim).of_people({one.applicant_id for one in expected})

    def is_absent(applicant_id: UUID) -> bool:
        report = known.get(PersonDay(applicant_id=applicant_id, service_date=stop.service_date))
        return report is not None and report.outcome is Outcome.ABSENT

    taken = sum(not is_absent(one.applicant_id) for one in expected)
    return planned + rules.beyond_free_places - taken
