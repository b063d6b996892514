"""Gatherings cut into sessions that fit into a working day, each with its service time."""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from statistics import median
from typing import Self

from mobile_passport.domain.calendar import WorkingDay
from mobile_passport.domain.demand import Promise
from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.atlas import Atlas
from mobile_passport.planning.serving import Crew, serving_s
from mobile_passport.planning.sessions import Attendee, Gathering, Session, cut, parties_of
from mobile_passport.planning.sites import Site
from mobile_passport.planning.timetable import Timetable
from mobile_passport.planning.visits import ServiceTime
from mobile_passport.planning.workload import household_service_s
from mobile_passport.rules.rulebook import Rulebook

_PREFIX = {VisitKind.COLLECTIVE: "K", VisitKind.HOME: "R"}  # kolektif, rumah
PART_OF_LARGE_GROUP = "part_of_large_group"


@dataclass(frozen=True, slots=True, kw_only=True)
class SizedSession:
    """A session with the gathering that it is a part of, and the time that it takes."""

    gathering: Gathering
    session: Session
    service: ServiceTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """Tells how long sessions take and whether they fit into the usual working day of the horizon.

    Attributes
    ----------
    day
        Day on which ages count.
    whole_s, morning_s, pause_s
        The usual working day: all of it, until the break, and the break.
    open_days
        Days on which new visits may be planned, ascending.
    """

    crew: Crew
    rulebook: Rulebook
    day: date
    whole_s: float
    morning_s: float
    pause_s: float
    open_days: tuple[WorkingDay, ...]

    @classmethod
    def of(cls, crew: Crew, timetable: Timetable, rulebook: Rulebook) -> Self:
        """Take the median day of the horizon as the usual one."""

        return cls(
            crew=crew,
            rulebook=rulebook,
            day=timetable.open_from_date,
            whole_s=_usual(day.whole for day in timetable.open_days),
            morning_s=_usual(day.morning for day in timetable.open_days),
            pause_s=_usual(day.pause for day in timetable.open_days),
            open_days=timetable.open_days,
        )

    def on(self, dates: Collection[date]) -> Self:
        """Size for some days alone, where there are any: what fits into the usual day may not fit into a short one."""
        days = tuple(day for day in self.open_days if day.date in dates)
        if not days:
            return self
        return replace(
            self,
            whole_s=_usual(day.whole for day in days),
            morning_s=_usual(day.morning for day in days),
            pause_s=_usual(day.pause for day in days),
            open_days=days,
        )

    def service_time(self, attendees: Sequence[Attendee], kind: VisitKind, way_s: int) -> ServiceTime:
        """Work out how long people keep a team at their place.

        Parameters
        ----------
        way_s
            Seconds from the depot to the place and back.
        """
        if kind is VisitKind.HOME:
            return ServiceTime(working_s=household_service_s(len(attendees), self.rulebook), runs_through_break=False)
        return self.time_at_hall(self.serving_s(attendees), way_s)

    def serving_s(self, attendees: Sequence[Attendee]) -> int:
        """Seconds that serving people takes, on whatever day; dear to work out where they are hundreds."""
        return serving_s(attendees, self.crew, self.rulebook, self.day)

    def time_at_hall(self, serving_s: int, way_s: int) -> ServiceTime:
        """Work out how long a team is kept where serving takes so many seconds."""
        site, minutes = self.rulebook.service.site, self.rulebook.service.minutes
        working_s = (site.setup_minutes + site.packup_minutes + site.buffer_minutes) * 60 + serving_s
        if working_s + way_s / 2 <= self.morning_s:
            return ServiceTime(working_s=working_s, runs_through_break=False)
        # Nobody is left half served at the break, so a session that pauses needs up to one person's time more.
        return ServiceTime(working_s=working_s + round(minutes.biometrics_elderly * 60), runs_through_break=True)

    def fits(self, attendees: Sequence[Attendee], kind: VisitKind, way_s: int) -> bool:
        """Whether a team can go there, serve these people and be back within the usual day."""
        return self.has_time_for(self.service_time(attendees, kind, way_s), way_s)

    def has_time_for(self, service: ServiceTime, way_s: int) -> bool:
        """Whether a team that is kept so long is back within the usual day."""
        pause_s = self.pause_s if service.runs_through_break else 0
        return service.working_s + pause_s + way_s <= self.whole_s


def sessions_of(
    gatherings: Iterable[Gathering], promises: Sequence[Promise], atlas: Atlas, sizing: Sizing
) -> tuple[SizedSession, ...]:
    """Cut every gathering into the fewest sessions of which each fits into the usual working day and the place.

    Names go on after the highest that a promise has, so that a visit keeps its name from plan to plan.
    """
    numbers = {kind: _highest_number(promises, prefix) for kind, prefix in _PREFIX.items()}
    sized = []
    gatherings = tuple(gatherings)
    for gathering in gatherings:
        kind, site, way_s = gathering.kind, gathering.site, atlas.way_out_and_back_s(gathering.site.place)
        of_days = sizing.on(gathering.booked_dates)
        runs = cut(parties_of(gathering.requests), partial(_fit, of_days, site, kind, way_s))
        others = [other for other in gatherings if other is not gathering]
        for number, attendees in enumerate(runs):
            numbers[kind] += 1
            session = Session(
                visit=f"{_PREFIX[kind]}-{numbers[kind]:03d}",
                kind=kind,
                place=site.place,
                waiver=gathering.waiver or _waiver_of_part(attendees, kind, sizing),
                attendees=attendees,
                closed_dates=_closed_dates(site, number, runs, promises, of_days)
                | _dates_of_others(gathering, len(attendees), others)
                | _dates_not_booked(gathering, sizing),
            )
            service = of_days.service_time(attendees, kind, way_s)
            sized.append(SizedSession(gathering=gathering, session=session, service=service))
    return tuple(sized)


def _fit(sizing: Sizing, site: Site, kind: VisitKind, way_s: int, attendees: tuple[Attendee, ...]) -> bool:
    return site.takes(len(attendees)) and sizing.fits(attendees, kind, way_s)


def _closed_dates(
    site: Site,
    number: int,
    runs: Sequence[Sequence[Attendee]],
    promises: Sequence[Promise],
    sizing: Sizing,
) -> frozenset[date]:
    """Return the days on which this run would be one too many at its site.

    Runs that do not all fit into one day take turns: the first may have every third open day, say, the second the day
    after each of those, so that any of them can follow the one before.
    """
    people, count = len(runs[number]), len(runs)
    closed = {
        promise.starts_at.astimezone(sizing.rulebook.office.zone).date()
        for promise in promises
        if promise.place == site.place and not site.takes(len(promise.people) + people)
    }
    if count > 1 and not site.takes(sum(len(run) for run in runs)):
        closed |= {day.date for index, day in enumerate(sizing.open_days) if index % count != number}
    return frozenset(closed)


def _dates_not_booked(gathering: Gathering, sizing: Sizing) -> frozenset[date]:
    if not gathering.booked_dates:
        return frozenset()
    return frozenset(day.date for day in sizing.open_days if day.date not in gathering.booked_dates)


def _dates_of_others(gathering: Gathering, people: int, others: Iterable[Gathering]) -> frozenset[date]:
    """Return the days that others have booked at the same site, where it holds no more. Who has more days gives way."""
    days = len(gathering.booked_dates) or math.inf
    return frozenset(
        day
        for other in others
        if other.site.place == gathering.site.place and len(other.booked_dates) < days
        if not gathering.site.takes(people + sum(len(request.people) for request in other.requests))
        for day in other.booked_dates
    )


def _usual(lengths: Iterable[timedelta]) -> float:
    return median([length.total_seconds() for length in lengths] or [0.0])


def _waiver_of_part(attendees: Sequence[Attendee], kind: VisitKind, sizing: Sizing) -> str | None:
    enough = len(attendees) >= sizing.rulebook.service.minimum.per_location_day
    return None if enough or kind is VisitKind.HOME else PART_OF_LARGE_GROUP


def _highest_number(promises: Iterable[Promise], prefix: str) -> int:
    names = (promise.visit.split("-") for promise in promises)
    return max((int(number) for kind, number in names if kind == prefix), default=0)
