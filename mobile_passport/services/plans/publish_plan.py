"""Publish a draft: pointer, appointments and messages of what changed commit together, or nothing does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.outreach_plan import Member, OutreachPlan, OutreachVisit, RouteStop
from mobile_passport.domain.refusal import Conflict, Point, Stale
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import ApplicantStatus, AppointmentStatus, PlanStatus
from mobile_passport.messaging.written import Written
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.plans.appointments import Appointment, Appointments
from mobile_passport.persistence.plans.plans import PlanHead, Plans
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.retrying import transact
from mobile_passport.persistence.rules.rule_editions import RuleEditions
from mobile_passport.services.booking.booking_days import places_by_the_rules, today_of
from mobile_passport.services.plans.planned_people import note_planned
from mobile_passport.services.plans.snapshot import Snapshot, take_snapshot
from mobile_passport.services.world import World
from optimizer.check import check
from optimizer.wire import read_plan, read_problem

PUBLISHED = "publish_plan"
"""How the log names that a version was published."""


class NotPublishable(Conflict):
    """The version is no draft, is stale, starts too early or breaks a rule; nothing was changed.

    The message says what to do.
    """

    code = "not_publishable"


class StaleDraft(NotPublishable):
    """Something changed since the draft was made; the points say what."""

    code = "stale_draft"


class PublishedByOther(Stale):
    """Somebody else published in between; nothing was changed. Look at the current plan and decide anew."""

    code = "published_by_other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What a publication changed for people.

    Attributes
    ----------
    promised, changed, cancelled
        People with a first appointment, with another one than before, and with none any more.
    written
        Messages written to the outbox.
    """

    version: int
    promised: int
    changed: int
    cancelled: int
    written: Written


def publish_plan(world: World, version: int, *, expected: int | None, actor: str, now: datetime) -> Publication:
    """Make a draft the plan that holds.

    Parameters
    ----------
    expected
        Version that the caller believes to be current, ``None`` when there is none.

    Raises
    ------
    NotPublishable, PublishedByOther
        And nothing was changed.
    """
    return transact(
        world.database, lambda session: _publish(session, world, version, expected=expected, actor=actor, now=now)
    )


def _publish(
    session: Session, world: World, version: int, *, expected: int | None, actor: str, now: datetime
) -> Publication:
    plans = Plans(session, world.kanim)
    plans.lock_current()
    head = plans.head(version)
    if head is None or head.status is not PlanStatus.DRAFT:
        raise NotPublishable(f"version {version} is not a draft; make a new draft and publish that one")
    _refuse_older_rules(session, world, version)
    outreach = plans.visits(version)
    before = Appointments(session, world.kanim).active()
    refuse_stale(take_snapshot(session, world, now=now), head, outreach)
    _refuse_too_early(outreach, before, now + timedelta(days=world.rulebook.planning.horizon.publish_lead_days))
    _refuse_broken(plans, version)
    if not plans.point_at(version, expected=expected, now=now):
        raise PublishedByOther(f"version {expected} is not the current plan any more; compare and publish anew")
    changes = _write_appointments(session, world, outreach, before, version=version, now=now)
    written = world.outbox.announce(session, changes.everyone, now)
    affected = Requests(session, world.vault, world.kanim).requests_of(changes.everyone)
    written += world.outbox.summarise(session, affected, version, now)
    written += world.outbox.teams.tell(session, world.rulebook.teams.teams, before=expected, version=version, now=now)
    _note_planned(session, world, now=now)
    plans.settle(version, take_snapshot(session, world, now=now).digest)
    publication = Publication(
        version=version,
        promised=len(changes.promised),
        changed=len(changes.changed),
        cancelled=len(changes.cancelled),
        written=written,
    )
    _record(session, world, head, publication, replaces=expected, actor=actor, now=now)
    return publication


def _record(
    session: Session,
    world: World,
    head: PlanHead,
    publication: Publication,
    *,
    replaces: int | None,
    actor: str,
    now: datetime,
) -> None:
    write_audit(
        session,
        kanim=world.kanim,
        at=now,
        actor=actor,
        action=PUBLISHED,
        subject=str(head.id),
        detail={
            "version": publication.version,
            "replaces": replaces,
            "promised": publication.promised,
            "changed": publication.changed,
            "cancelled": publication.cancelled,
            "messages": publication.written.messages,
            "without_phone": publication.written.without_phone,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Changes:
    """Whose appointment is new, another one, or gone."""

    promised: tuple[UUID, ...]
    changed: tuple[UUID, ...]
    cancelled: tuple[UUID, ...]

    @property
    def everyone(self) -> tuple[UUID, ...]:
        """All who have to be told."""
        return self.promised + self.changed + self.cancelled


def refuse_stale(present: Snapshot, head: PlanHead, outreach: OutreachPlan) -> None:
    """Refuse a draft that was made from other requests, venues, promises or rules than there are now.

    Raises
    ------
    StaleDraft
        Its points say what changed.
    """
    if present.digest != head.inputs_digest:
        raise StaleDraft(
            f"version {head.version} was made before requests, venues, promises or rules changed; make a new draft",
            points=tuple(_what_changed(present, outreach)),
        )


def _refuse_older_rules(session: Session, world: World, version: int) -> None:
    """Refuse to publish by rules that somebody changed since this request began."""
    if RuleEditions(session, world.kanim).numbers() != {one.document: one.number for one in world.editions}:
        raise StaleDraft(
            f"the rules changed a moment ago; make a new draft instead of version {version}",
            points=(Point(code="rules_changed", what="an edition of the rules was put in force just now"),),
        )


def _what_changed(present: Snapshot, outreach: OutreachPlan) -> Iterator[Point]:
    """Tell what a draft does not know; who came or went is told by reference and number."""
    drafted = {member.applicant_id for visit in outreach.visits for member in visit.members}
    promised = {person for promise in present.demand.promises for person, _ in promise.people}
    waiting = {person.id for request in present.demand.requests for person in request.people}
    for request in present.demand.requests:
        if new := sum(person.id not in drafted for person in request.people):
            yield Point(code="people_came", what=f"{request.reference}: {new} people are not in the draft")
    if gone := len(drafted - waiting - promised):
        yield Point(code="people_left", what=f"{gone} people of the draft do not wait any more")
    if drafted == waiting | promised:
        yield Point(code="rules_changed", what="the people are the same; venues, days, bookings or rules changed")


def _refuse_too_early(outreach: OutreachPlan, before: dict[UUID, Appointment], earliest: datetime) -> None:
    for visit, member, slot_at in _slots(outreach):
        is_known = member.applicant_id in before and before[member.applicant_id].slot_at == slot_at
        if slot_at < earliest and not is_known:
            raise NotPublishable(
                f"{visit.visit} at {visit.place.label} starts too early for people to be told; make a new draft"
            )


def _refuse_broken(plans: Plans, version: int) -> None:
    problem_json, plan_json = plans.documents(version)
    report = check(read_problem(problem_json), read_plan(plan_json))
    if report.violations:
        first = report.violations[0]
        raise NotPublishable(f"version {version} breaks a rule ({first.code} {first.where}); make a new draft")


def _write_appointments(
    session: Session,
    world: World,
    outreach: OutreachPlan,
    before: dict[UUID, Appointment],
    *,
    version: int,
    now: datetime,
) -> _Changes:
    appointments, requests = Appointments(session, world.kanim), Requests(session, world.vault, world.kanim)
    promised: list[UUID] = []
    changed: list[UUID] = []
    kept: set[UUID] = set()
    for visit, member, slot_at in _slots(outreach):
        person = member.applicant_id
        old = before.get(person)
        if old and _told(old) == (slot_at, member.window_closes_at, visit.place.label, visit.kind):
            kept.add(person)
            continue
        closes_at = member.window_closes_at
        appointments.promise(person, visit, slot_at, window_closes_at=closes_at, version=version, now=now)
        (changed if old else promised).append(person)
    moved = requests.set_status(promised, present=ApplicantStatus.WAITING, wanted=ApplicantStatus.SCHEDULED, now=now)
    if moved < len(promised):
        raise StaleDraft(
            f"version {version} promises a slot to {len(promised) - moved} people who just left; make a new draft"
        )
    gone = set(before) - kept - set(changed)
    cancelled = sorted(person for person in gone if before[person].slot_at > now)
    for person in cancelled:
        appointments.retire(person, AppointmentStatus.CANCELLED)
    requests.set_status(cancelled, present=ApplicantStatus.SCHEDULED, wanted=ApplicantStatus.WAITING, now=now)
    return _Changes(promised=tuple(promised), changed=tuple(changed), cancelled=tuple(cancelled))


def _told(appointment: Appointment) -> tuple[datetime, datetime | None, str, VisitKind]:
    return appointment.slot_at, appointment.window_closes_at, appointment.venue, appointment.kind


def _note_planned(session: Session, world: World, *, now: datetime) -> None:
    """Take the places of people who are planned without a booking."""
    days = ServiceDays(session, world.kanim)
    days.lay_out({day: places for day, places in places_by_the_rules(world, now=now).items() if places})
    locked = days.lock([day.date for day in days.days(today_of(world, now), date.max)], now=now)
    note_planned(session, world, locked.values(), now=now)


def _slots(outreach: OutreachPlan) -> Iterator[tuple[OutreachVisit, Member, datetime]]:
    for visit in outreach.visits:
        if isinstance(visit.outcome, RouteStop):
            for member in visit.members:
                if member.slot_at is not None:
                    yield visit, member, member.slot_at
