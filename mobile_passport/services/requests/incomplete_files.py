"""Requests that a person of the office has to look at: what is missing, for how many, and whom to ask."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from mobile_passport.domain.access import Scope
from mobile_passport.domain.eligibility import EligibilityRules
from mobile_passport.domain.request import Category
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.status import LIVE_STATUSES, ApplicantStatus
from mobile_passport.messaging.reminders import furthest_slot
from mobile_passport.persistence.requests.open_files import OpenFiles, open_files
from mobile_passport.persistence.requests.people import People, Person
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.rules.messages import Says
from mobile_passport.services.requests.readiness import Readiness, readiness_of_people
from mobile_passport.services.world import World


class Lack(StrEnum):
    """What is missing, the most pressing first."""

    PAPERS = "papers"
    """They are expected soon, and nobody has seen all of their papers."""
    DEADLINE = "deadline"
    """They wait, and the deadline of their request has passed."""
    CAME_WITHOUT = "came_without"
    """They came to a visit without all of their papers, and were not served."""
    OFFICE = "office"
    """A visit cannot serve them."""
    NO_PHONE = "no_phone"
    """They cannot be told anything but through the contact of their request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that is missing for some people of a request.

    Attributes
    ----------
    day
        When the first of them is expected, or the deadline that has passed.
    papers
        Sentence of the rules to how many lack it, the most first.
    why, action
        Why they have to come to the office, and what they do next, as the office's rules say it, Indonesian.
    """

    lack: Lack
    people: int
    day: date | None = None
    papers: tuple[tuple[str, int], ...] = ()
    why: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncompleteFile:
    """A request with everything that is missing, the most pressing first, and who knows its people."""

    reference: str
    category: Category
    place: str = field(repr=False)
    contact_name: Secret[str]
    contact_phone: Secret[str]
    missing: tuple[Missing, ...]


def incomplete_files(world: World, scope: Scope, *, now: datetime) -> tuple[IncompleteFile, ...]:
    """Return the requests with something missing, the most pressing first.

    Papers are asked for as early as people are reminded of them: who is expected later has time.
    """
    until = furthest_slot(now, world.rulebook.messages.kind(Says.DOCUMENTS))
    today = now.astimezone(world.rulebook.office.zone).date()
    with world.database.reading(scope) as session:
        counted = open_files(session, world.kanim)
        expected = People(session, world.vault, world.kanim).expected(now, until)
    missing: dict[str, list[Missing]] = defaultdict(list)
    ready = readiness_of_people(world, expected, scope, now=now)
    for reference, found in (*_papers(expected, ready), *_lacks(counted, world.rulebook.eligibility, today)):
        missing[reference].append(found)
    with world.database.reading(scope) as session:
        contacts = Requests(session, world.vault, world.kanim).contacts_of(missing)
    heads = {one.reference: one for one in counted}
    files = (
        IncompleteFile(
            reference=reference,
            category=heads[reference].category,
            place=heads[reference].place,
            contact_name=contacts[reference][0],
            contact_phone=contacts[reference][1],
            missing=tuple(sorted(found, key=_urgency)),
        )
        for reference, found in missing.items()
    )
    return tuple(sorted(files, key=lambda one: (_urgency(one.missing[0]), one.reference)))


def _urgency(missing: Missing) -> tuple[int, date]:
    return tuple(Lack).index(missing.lack), missing.day or date.max


def _papers(expected: Iterable[Person], ready: Mapping[UUID, Readiness]) -> Iterator[tuple[str, Missing]]:
    unseen: dict[str, Counter[str]] = defaultdict(Counter)
    people: Counter[str] = Counter()
    days: dict[str, date] = {}
    for person in expected:
        texts = [paper.text for paper in ready[person.id].papers if not paper.seen] if person.id in ready else []
        if texts:
            unseen[person.request].update(texts)
            people[person.request] += 1
            days.setdefault(person.request, ready[person.id].on_date)
    for reference, papers in unseen.items():
        yield (
            reference,
            Missing(
                lack=Lack.PAPERS,
                people=people[reference],
                day=days[reference],
                papers=tuple(papers.most_common()),
            ),
        )


def _lacks(counted: Iterable[OpenFiles], rules: EligibilityRules, today: date) -> Iterator[tuple[str, Missing]]:
    """Find what the counts tell; one request may lack the same for several groups of its people."""
    found: Counter[tuple[str, Lack, date | None, str, str]] = Counter()
    for one in counted:
        if one.status is ApplicantStatus.OFFICE:
            found[one.reference, Lack.OFFICE, None, *_words(one, rules)] += one.people
        if one.status is ApplicantStatus.INCOMPLETE:
            found[one.reference, Lack.CAME_WITHOUT, None, "", ""] += one.people
        if one.status is ApplicantStatus.WAITING and one.deadline_date and one.deadline_date < today:
            found[one.reference, Lack.DEADLINE, one.deadline_date, "", ""] += one.people
        if one.status in LIVE_STATUSES and not one.has_phone:
            found[one.reference, Lack.NO_PHONE, None, "", ""] += one.people
    for (reference, lack, day, why, action), people in found.items():
        yield reference, Missing(lack=lack, people=people, day=day, why=why, action=action)


def _words(one: OpenFiles, rules: EligibilityRules) -> tuple[str, str]:
    for case in rules.office_cases:
        if case.reason is one.office_reason:
            return case.sentence, case.action
    rule = rules.category(one.category)
    sentences = rule.too_young_sentence, rule.too_young_action
    sentence, action = (text.format(minimum_age_years=rule.minimum_age_years) for text in sentences)
    return sentence, action
