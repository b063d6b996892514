"""Whether a person can be served on a visit, and which of the papers they need somebody has seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller, Scope
from mobile_passport.domain.eligibility import Eligible, RoutedToOffice, eligibility
from mobile_passport.domain.person import PersonForm
from mobile_passport.domain.refusal import NotFound
from mobile_passport.domain.request import VisitKind
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.requests.papers import Papers, Seen
from mobile_passport.persistence.requests.people import Person
from mobile_passport.rules.messages import Says
from mobile_passport.services.requests.change_people import NotAmendable
from mobile_passport.services.requests.read_requests import known_person
from mobile_passport.services.seen import refuse_unseen
from mobile_passport.services.world import World

_KEY_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper to bring.

    Attributes
    ----------
    key
        Of the sentence: a rule that asks for another paper has another key, and is not ticked yet.
    text
        As the office's rules say it, Indonesian.
    seen
        ``None`` while nobody has seen it.
    """

    key: str
    text: str
    seen: Seen | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What the rules say of a person, and how far they are.

    Attributes
    ----------
    on_date
        Day that ages count on: of the appointment, or today.
    verdict
        Of the office's rules (``eligibility.toml``).
    papers
        Empty for who has to come to the office.
    """

    person: UUID
    on_date: date
    verdict: Eligible | RoutedToOffice
    papers: tuple[Paper, ...]

    @property
    def is_ready(self) -> bool:
        """Whether the person can be served and every paper was seen."""
        return isinstance(self.verdict, Eligible) and all(paper.seen for paper in self.papers)

    @property
    def revision(self) -> str:
        """What tells this state from another."""
        return sha256(repr((self.verdict, self.papers)).encode()).hexdigest()[:24]


def readiness_of(world: World, person: UUID, scope: Scope, *, now: datetime) -> Readiness:
    """Return what the rules say of a person and which papers were seen.

    Raises
    ------
    NotFound, NotAmendable
    """
    with world.database.reading(scope) as session:
        return readiness_in(session, world, known_person(session, world, person), now=now)


def readiness_of_people(
    world: World, people: Iterable[Person], scope: Scope, *, now: datetime
) -> dict[UUID, Readiness]:
    """Return the readiness of several people by person; who was erased is left out."""
    known = {person.id: person for person in people if person.form}
    with world.database.reading(scope) as session:
        slots = Appointments(session, world.kanim).slots_of(known)
        seen = Papers(session, world.kanim).seen_of_people(known)
    return {
        person.id: _readiness(world, person, person.form, slots.get(person.id), seen.get(person.id, {}), now=now)
        for person in known.values()
        if person.form
    }


def tick_paper(
    world: World, person: UUID, key: str, *, is_seen: bool, seen: str, caller: Caller, now: datetime
) -> Readiness:
    """Note that somebody saw a paper of a person, or take it back.

    Raises
    ------
    NotFound, Stale, NotAmendable
        And nothing was changed.
    """
    with world.database.transaction(caller.scope) as session:
        known = known_person(session, world, person, lock=True)
        before = readiness_in(session, world, known, now=now)
        refuse_unseen(seen, before.revision)
        if key not in {paper.key for paper in before.papers}:
            raise NotFound("the person does not need such a paper; read the list again")
        papers = Papers(session, world.kanim)
        if is_seen:
            papers.tick(person, key, by=caller.login, now=now)
        else:
            papers.untick(person, key)
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=caller.login,
            action="tick_paper" if is_seen else "untick_paper",
            subject=str(person),
            detail={"paper": key},
        )
        after = readiness_in(session, world, known, now=now)
        if after.is_ready:
            world.outbox.take_back(session, (Says.DOCUMENTS,), [person], now)
        return after


def readiness_in(session: Session, world: World, person: Person, *, now: datetime) -> Readiness:
    """Return the readiness of a person, inside the caller's transaction.

    Raises
    ------
    NotAmendable
        When the data of the person was erased.
    """
    if person.form is None:
        raise NotAmendable("the data of this person has been erased")
    slot_at = Appointments(session, world.kanim).slot_of(person.id)
    seen = Papers(session, world.kanim).seen_of(person.id)
    return _readiness(world, person, person.form, slot_at, seen, now=now)


def _readiness(
    world: World, person: Person, form: PersonForm, slot_at: datetime | None, seen: Mapping[str, Seen], *, now: datetime
) -> Readiness:
    on_date = (slot_at or now).astimezone(world.rulebook.office.zone).date()
    verdict = eligibility(
        form,
        category=person.category,
        is_home_visit=person.visit_kind is VisitKind.HOME,
        rules=world.rulebook.eligibility,
        on_date=on_date,
    )
    texts = verdict.documents if isinstance(verdict, Eligible) else ()
    papers = tuple(Paper(key=_key(text), text=text, seen=seen.get(_key(text))) for text in texts)
    return Readiness(person=person.id, on_date=on_date, verdict=verdict, papers=papers)


def _key(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_KEY_LENGTH]
