"""Which days with room suit a group best, with reasons that a coordinator understands."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import numpy as np

from mobile_passport.documents.sentences import sentence
from mobile_passport.domain.access import Caller
from mobile_passport.domain.calendar import WorkingDay, hours_on
from mobile_passport.domain.demand import Place, WaitingPerson, WaitingRequest
from mobile_passport.domain.outreach_plan import RouteStop
from mobile_passport.domain.person import Need
from mobile_passport.domain.refusal import NotFound
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.sentence import Sentence
from mobile_passport.geo.gazetteer import UnknownPlaceCode
from mobile_passport.geo.travel import Source
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.planning.serving import Crew
from mobile_passport.planning.sessions import Attendee
from mobile_passport.planning.sizing import Sizing
from mobile_passport.planning.timetable import make_timetable
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.booking.show_days import DayOfCalendar, show_days
from mobile_passport.services.world import World
from optimizer.problem import LatLon

_FRIDAY = 4
_QUARTER_S = 900
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Who looks for a day.

    Attributes
    ----------
    slow
        Of the people: elderly, or with a need.
    village_code
        Where they are to be served, ten digits.
    wished_dates
        Days that would suit them; may be empty.
    has
        Day to places that it has already, and gives back for others.
    """

    people: int
    slow: int
    village_code: str
    category: Category
    wished_dates: tuple[date, ...] = ()
    deadline_date: date | None = None
    has: Mapping[date, int] = field(default_factory=dict)


class Criterion(StrEnum):
    """What makes a day cost more, in the order in which people care."""

    LEFT_OVER = "left_over"
    UNWISHED = "unwished"
    WAY_MINUTE = "way_minute"
    SHORT_DAY = "short_day"
    DAY_LATER = "day_later"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOffer:
    """A day for a group.

    Attributes
    ----------
    room
        Places that can be held now.
    places
        Of the group's people, those for whom there is room.
    way_minutes
        What a team drives more because of the group.
    way_is_estimate
        No road network stood behind that.
    points
        What the day costs by the office's rule; fewer are better.
    costs
        The same by criterion.
    reasons
        Indonesian sentences, the weightiest first; other languages fill in their forms anew.
    """

    date: date
    room: int
    places: int
    way_minutes: int
    way_is_estimate: bool
    points: float
    reasons: tuple[Sentence, ...]
    costs: Mapping[Criterion, float] = field(default_factory=dict)


def offer_days(
    world: World, group: Group, first: date, last: date, *, caller: Caller, now: datetime
) -> tuple[DayOffer, ...]:
    """Rank the days between two dates that have room for a group or a part of it, best first.

    Raises
    ------
    NotFound
        When there is no such village.
    """
    try:
        home = world.gazetteer.village(group.village_code).position
    except UnknownPlaceCode as error:
        raise NotFound(f"{error}; take the code from the list of places") from error
    deadline = group.deadline_date or world.rulebook.planning.deadline_of(group.category) or last
    shown = show_days(world, first, min(last, deadline), own=group.has, now=now)
    days = [(day, day.hours) for day in shown if day.room and day.hours]
    ways = _Ways.of(world, home, [day.date for day, _ in days], caller)
    sizing = Sizing.of(
        Crew.slowest_of(world.rulebook), make_timetable(world.rulebook, today=today_of(world, now)), world.rulebook
    )
    serving_s = sizing.serving_s(_attendees(group, sizing.day)) if days else 0
    offers = [_offer(world, group, day, worked, ways, sizing, serving_s, first, deadline) for day, worked in days]
    return tuple(sorted(offers, key=lambda offer: (offer.points, offer.date)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ways:
    """How long a team drives more for the group on each day.

    Attributes
    ----------
    alone_s
        From the depot and back, for the group alone.
    detour_s
        From the nearest visit of the published plan and back, on days that have one.
    """

    alone_s: int
    detour_s: Mapping[date, int]
    is_estimate: bool

    @classmethod
    def of(cls, world: World, home: LatLon, days: Sequence[date], caller: Caller) -> "_Ways":
        zone = world.rulebook.office.zone
        with world.database.reading(caller.scope) as session:
            plans = Plans(session, world.kanim)
            version = plans.current_version()
            visits = plans.visits(version).visits if version else ()
        stops = [
            (visit.outcome.starts_at.astimezone(zone).date(), visit.place.position)
            for visit in visits
            if isinstance(visit.outcome, RouteStop)
        ]
        near = [(day, position) for day, position in stops if day in days]
        matrix = world.travel_times.matrix(
            [home, world.rulebook.office.depot.position, *(position for _, position in near)]
        )
        there_and_back = matrix.duration_s[0] + matrix.duration_s[:, 0]
        detour_s: dict[date, int] = {}
        for (day, _), way_s in zip(near, there_and_back[2:], strict=True):
            detour_s[day] = min(int(way_s), detour_s.get(day, int(there_and_back[1])))
        return cls(
            alone_s=int(there_and_back[1]),
            detour_s=detour_s,
            is_estimate=bool(np.any(matrix.source[0, 1:] == Source.ESTIMATE)),
        )

    def on(self, day: date) -> int:
        """Seconds more on a day."""
        return self.detour_s.get(day, self.alone_s)


def _offer(
    world: World,
    group: Group,
    day: DayOfCalendar,
    worked: WorkingDay,
    ways: _Ways,
    sizing: Sizing,
    serving_s: int,
    first: date,
    deadline: date,
) -> DayOffer:
    weights = world.booking_rules.offers
    places = min(group.people, day.room)
    is_short = worked.whole - worked.pause < timedelta(seconds=sizing.whole_s - sizing.pause_s)
    is_unwished = bool(group.wished_dates) and day.date not in group.wished_dates
    costs = {
        Criterion.LEFT_OVER: weights.left_over * (group.people - places),
        Criterion.UNWISHED: weights.unwished * is_unwished,
        Criterion.WAY_MINUTE: weights.way_minute * ways.on(day.date) / 60,
        Criterion.SHORT_DAY: weights.short_day * is_short,
        Criterion.DAY_LATER: weights.day_later * (day.date - first).days,
    }
    return DayOffer(
        date=day.date,
        room=day.room,
        places=places,
        way_minutes=round(ways.on(day.date) / 60),
        way_is_estimate=ways.is_estimate,
        points=round(sum(costs.values()), 2),
        costs=costs,
        reasons=(
            _room(group, day.room),
            *((sentence("Sesuai hari yang diminta."),) if day.date in group.wished_dates else ()),
            _way(ways, day.date),
            _size(worked, ways, sizing, serving_s, has_room=group.people <= day.room),
            *_calendar(worked, world, is_short=is_short),
            *_deadline(group, day.date, deadline),
        ),
    )


def _room(group: Group, room: int) -> Sentence:
    if group.people <= room:
        return sentence("Ada {room} tempat: cukup untuk semua ({people} orang).", room=room, people=group.people)
    return sentence("Ada {room} tempat: {left} orang lagi perlu hari lain.", room=room, left=group.people - room)


def _way(ways: _Ways, day: date) -> Sentence:
    estimate = sentence(" (perkiraan)" if ways.is_estimate else "")
    if ways.detour_s.get(day) == 0:
        return Sentence("Tim sudah bertugas di sana pada hari itu.")
    if day in ways.detour_s and ways.detour_s[day] < ways.alone_s:
        return sentence(
            "Tim sudah bertugas di dekatnya pada hari itu: {way} perjalanan dari sana{estimate}.",
            way=timedelta(seconds=ways.detour_s[day] // 2),
            estimate=estimate,
        )
    return sentence(
        "Tim berangkat khusus: {way} pulang-pergi dari Kantor Imigrasi{estimate}.",
        way=timedelta(seconds=ways.alone_s),
        estimate=estimate,
    )


def _size(day: WorkingDay, ways: _Ways, sizing: Sizing, serving_s: int, *, has_room: bool) -> Sentence:
    of_day = sizing.on((day.date,))
    service = of_day.time_at_hall(serving_s, ways.alone_s)
    if of_day.has_time_for(service, ways.alone_s):
        quarters = math.ceil(service.on(day) / _QUARTER_S)
        stay = timedelta(seconds=quarters * _QUARTER_S)
        return sentence("Satu tim cukup: sekitar {stay} di tempat, dengan persiapan.", stay=stay)
    if has_room:
        return sentence("Lebih dari satu tim diperlukan pada hari itu; rencana yang mengaturnya.")
    return sentence("Rombongan ini perlu lebih dari satu tim atau lebih dari satu hari.")


def _calendar(day: WorkingDay, world: World, *, is_short: bool) -> tuple[Sentence, ...]:
    notes = []
    if is_short:
        label = hours_on(day.date, world.rulebook.calendar).label
        short = sentence(
            "Jam layanan lebih pendek: {opens}–{closes} ({label}).", opens=day.opens, closes=day.closes, label=label
        )
        notes.append(short)
    if day.date.weekday() == _FRIDAY:
        notes.append(sentence("Hari Jumat: istirahat {starts}–{ends}.", starts=day.break_starts, ends=day.break_ends))
    return tuple(notes)


def _deadline(group: Group, day: date, deadline: date) -> tuple[Sentence, ...]:
    if group.deadline_date is None:
        return ()
    return (sentence("{days} hari sebelum batas waktu.", days=(deadline - day).days),)


def _attendees(group: Group, day: date) -> tuple[Attendee, ...]:
    """People like those of the group, for the planner's own reckoning of time."""
    people = tuple(
        WaitingPerson(
            id=UUID(int=number + 1),
            birth_date=day - timedelta(days=30 * 365),
            needs=frozenset({Need.WALKING_AID}) if number < group.slow else frozenset(),
            party=None,
        )
        for number in range(group.people)
    )
    request = WaitingRequest(
        id=_NOBODY,
        reference="",
        category=group.category,
        kind=VisitKind.COLLECTIVE,
        place=Place(label="", village_code=group.village_code, position=LatLon(lat=0.0, lon=0.0)),
        has_own_venue=False,
        wished_dates=(),
        deadline_date=None,
        received_date=day,
        people=people,
    )
    return tuple(Attendee(person=person, request=request) for person in people)
