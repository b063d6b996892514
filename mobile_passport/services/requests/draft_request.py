"""A coordinator works on a request until nothing is wrong with it, and hands it in; before that it is in no queue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from mobile_passport.domain.access import Caller
from mobile_passport.domain.eligibility import office_reason
from mobile_passport.domain.request import RequestForm, VisitKind
from mobile_passport.intake.apart import read_list_apart
from mobile_passport.intake.columns import Column
from mobile_passport.intake.draft import NEEDED_COLUMNS, Draft, draft_of, table_of_draft
from mobile_passport.intake.findings import Finding, FindingCode, RefusedFile, refuse
from mobile_passport.intake.parse import parse_table
from mobile_passport.intake.words import ASKER_WORDS
from mobile_passport.persistence.requests.requests import PlaceFinding
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.booking.day_sets import spread
from mobile_passport.services.booking.show_days import DayOfCalendar
from mobile_passport.services.requests.hand_in import organisation_of
from mobile_passport.services.requests.import_requests import ImportSummary, import_requests
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What intake says of a draft.

    Attributes
    ----------
    findings
        Rows as the draft numbers them; columns are values of :class:`Column`.
    form
        ``None`` while something is wrong.
    """

    findings: tuple[Finding, ...]
    form: RequestForm | None


def open_list(world: World, data: bytes, filename: str) -> tuple[Draft, tuple[Finding, ...]]:
    """Read a file for work on it, with what is worth a look about the file as a whole.

    Raises
    ------
    RefusedFile, SeveralLetters
        When it holds no list of people, or more than one letter.
    Busy
        When too many files are being read already.
    """
    table, found = read_list_apart(data, filename, world.intake_rules, required=NEEDED_COLUMNS)
    draft, contradictions = draft_of(table)
    return draft, (*found, *contradictions)


def judge(world: World, draft: Draft, *, caller: Caller, now: datetime) -> Judged:
    """Judge a draft by the rules that every list is judged by, as if it were handed in today."""
    if not draft.rows:
        return Judged(findings=refuse(FindingCode.NO_PEOPLE).findings, form=None)
    if organisation := organisation_of(world, caller):
        asker = {Column.ASKER_KIND: ASKER_WORDS[organisation.kind][0], Column.ASKER_NAME: organisation.name}
        draft = replace(draft, head={**draft.head, **asker})
    try:
        parsed = parse_table(
            table_of_draft(draft),
            rules=world.intake_rules,
            eligibility_rules=world.rulebook.eligibility,
            regency_codes=frozenset(world.rulebook.area.regencies.codes),
            received_date=today_of(world, now),
        )
    except RefusedFile as refused:
        return Judged(findings=refused.findings, form=None)
    return Judged(findings=parsed.warnings, form=parsed.requests[0])


def people_to_visit(world: World, form: RequestForm, *, now: datetime) -> int:
    """Count the people whom a visit can serve; the others come to the office."""
    return sum(
        office_reason(
            person,
            category=form.category,
            is_home_visit=form.visit_kind is VisitKind.HOME,
            rules=world.rulebook.eligibility,
            on_date=today_of(world, now),
        )
        is None
        for person in form.people
    )


def hand_in_form(
    world: World, form: RequestForm, place: PlaceFinding | None, *, caller: Caller, now: datetime
) -> ImportSummary:
    """Take in one request that intake has judged.

    Parameters
    ----------
    place
        Where it is, when somebody has pointed it out.

    Raises
    ------
    AlreadyImported, AlreadyBooked
        And nothing was stored.
    """
    return import_requests(
        (form,),
        world,
        places=(place,) if place else None,
        organisation=organisation_of(world, caller),
        scope=caller.scope,
        actor=caller.login,
        now=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """People of a group by what the chosen days have for them.

    Attributes
    ----------
    held
        Day to places that can be held there.
    waiting
        Day to places to wait for there.
    left_over
        For whom none of the days has a place.
    """

    held: Mapping[date, int]
    waiting: Mapping[date, int]
    left_over: int


def share_out(people: int, days: Iterable[DayOfCalendar]) -> Shares:
    """Spread people over the chosen days that have room, earliest first; where none has any, they wait for the first.

    A group never waits in part: a booking is for all of its people or none.
    """
    chosen = sorted(days, key=lambda day: day.date)
    held = spread(people, {day.date: day.room for day in chosen})
    if not held and chosen and people <= chosen[0].capacity:
        return Shares(held={}, waiting={chosen[0].date: people}, left_over=0)
    return Shares(held=held, waiting={}, left_over=people - sum(held.values()))
