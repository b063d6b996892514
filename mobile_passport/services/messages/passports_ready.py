"""Passports are ready, are collected, or wait: who is told, once each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.passport import PassportState
from mobile_passport.domain.refusal import Conflict
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.messaging.written import Written
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.messages.passports import Passports, PassportStand
from mobile_passport.persistence.requests.people import People, Person
from mobile_passport.rules.messages import Says
from mobile_passport.services.requests.read_requests import known_person
from mobile_passport.services.world import World


class NotServed(Conflict):
    """A passport is ready only of who was served; nothing was changed."""

    code = "not_served"


class NothingToCollect(Conflict):
    """No passport of the person waits at the office; nothing was changed."""

    code = "nothing_to_collect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What marking passports as ready does.

    Attributes
    ----------
    passports
        New ones; those marked before do not count.
    messages
        To be sent: one for all people of one phone.
    without_phone
        People who are called instead.
    elsewhere
        People whose passports go another way, and who are not told to come.
    collect_by_date
        What the messages say.
    """

    passports: int
    messages: int
    without_phone: int
    elsewhere: int
    collect_by_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPassport:
    """A passport with its owner."""

    person: Person
    stand: PassportStand


def list_passports(
    world: World,
    state: PassportState,
    *,
    request: str | None = None,
    after: tuple[str, int] | None = None,
    limit: int,
    caller: Caller,
) -> tuple[ListedPassport, ...]:
    """Return passports of people who were served, by request; see :meth:`Passports.page`."""
    with world.database.reading(caller.scope) as session:
        page = Passports(session, world.kanim).page(state, request=request, after=after, limit=limit)
        people = People(session, world.vault, world.kanim).among([one.person for one in page])
        return tuple(ListedPassport(person=people[one.person], stand=one) for one in page)


def mark_ready(
    world: World, people: Sequence[UUID], *, is_trial: bool = False, caller: Caller, now: datetime
) -> Marked:
    """Note that passports of people lie at the office, and tell their owners until when to collect them.

    Whose passports go another way (``handed_over_elsewhere`` of ``messages.toml``) is not told. A second time changes
    nothing.

    Parameters
    ----------
    is_trial
        Find out what would be done, and do nothing.

    Raises
    ------
    NotFound, NotServed
        And nothing was changed.
    """
    with world.database.transaction(caller.scope) as session:
        part = session.begin_nested() if is_trial else None
        marked = _mark_ready(session, world, sorted(set(people)), caller=caller, now=now)
        if part is not None:
            part.rollback()
        return marked


def _mark_ready(session: Session, world: World, people: Sequence[UUID], *, caller: Caller, now: datetime) -> Marked:
    rules = world.rulebook.messages.collect
    last_day = now.astimezone(world.rulebook.office.zone).date() + timedelta(days=rules.within_days)
    passports = Passports(session, world.kanim)
    told, elsewhere = [], 0
    for one in people:
        person = known_person(session, world, one, lock=True)
        if person.status is not ApplicantStatus.SERVED:
            raise NotServed("a passport is ready only of who was served; record the outcome of the visit first")
        if not passports.mark_ready(one, collect_by_date=last_day, by=caller.login, now=now):
            continue
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=caller.login,
            action="passport_ready",
            subject=str(one),
            detail={"collect_by": last_day.isoformat()},
        )
        if person.category in rules.handed_over_elsewhere:
            elsewhere += 1
        else:
            told.append(one)
    written = world.outbox.tell(session, Says.PASSPORT, told, now, not_after=_end_of(world, last_day))
    return Marked(
        passports=len(told) + elsewhere,
        messages=written.messages,
        without_phone=written.without_phone,
        elsewhere=elsewhere,
        collect_by_date=last_day,
    )


def mark_collected(world: World, person: UUID, *, caller: Caller, now: datetime) -> Written:
    """Note that a passport was collected, and take back what waits to be said about it.

    Raises
    ------
    NotFound, NothingToCollect
        And nothing was changed.
    """
    with world.database.transaction(caller.scope) as session:
        known_person(session, world, person, lock=True)
        if not Passports(session, world.kanim).mark_collected(person, now=now):
            raise NothingToCollect("no passport of this person waits; it was collected, or was never marked as ready")
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=caller.login,
            action="passport_collected",
            subject=str(person),
            detail={},
        )
        return world.outbox.take_back(session, (Says.PASSPORT, Says.COLLECT), [person], now)


def remind_to_collect(world: World, *, now: datetime) -> Written:
    """Remind whose passport waits, once, some days before it may be cancelled; a repeat adds nothing."""
    kind = world.rulebook.messages.kind(Says.COLLECT)
    elsewhere = world.rulebook.messages.collect.handed_over_elsewhere
    local = now.astimezone(world.rulebook.office.zone)
    today = local.date() if local.time() >= kind.at else local.date() - timedelta(days=1)
    written = Written()
    with world.database.transaction() as session:
        for lead in kind.leads_days:
            due = Passports(session, world.kanim).waiting(first=local.date(), last=today + timedelta(days=lead))
            for last_day in sorted({one.collect_by_date for one in due}):
                people = [
                    one.person
                    for one in due
                    if one.collect_by_date == last_day
                    and known_person(session, world, one.person).category not in elsewhere
                ]
                until = _end_of(world, last_day)
                written += world.outbox.tell(session, Says.COLLECT, people, now, lead_days=lead, not_after=until)
    return written


def _end_of(world: World, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=world.rulebook.office.zone)
