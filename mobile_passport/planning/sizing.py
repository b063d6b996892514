"""Gatherings cut into sessions that fit into a working day, each with its service time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from statistics import median
from typing import Self

from mobile_passport.domain.demand import Promise
from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.atlas import Atlas
from mobile_passport.planning.serving import Crew, serving_s
from mobile_passport.planning.sessions import Attendee, Gathering, Session, cut, parties_of
from mobile_passport.planning.timetable import Timetable
from mobile_passport.planning.visits import ServiceTime
from mobile_passport.planning.workload import household_service_s
from mobile_passport.rules.rulebook import Rulebook

_PREFIX = {VisitKind.COLLECTIVE: "K", VisitKind.HOME: "R"}  # kolektif, rumah


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """Tells how long sessions take and whether they fit into the usual working day of the horizon.

    Attributes
    ----------
    day
        Day on which ages count.
    whole_s, morning_s, pause_s
        The usual working day: all of it, until the break, and the break.
    """

    crew: Crew
    rulebook: Rulebook
    day: date
    whole_s: float
    morning_s: float
    pause_s: float

    @classmethod
    def of(cls, crew: Crew, timetable: Timetable, rulebook: Rulebook) -> Self:
        """Take the median day of the horizon as the usual one."""

        def usual(lengths: Iterable[timedelta]) -> float:
            return median([length.total_seconds() for length in lengths] or [0.0])

        return cls(
            crew=crew,
            rulebook=rulebook,
            day=timetable.open_from_date,
            whole_s=usual(day.whole for day in timetable.open_days),
            morning_s=usual(day.morning for day in timetable.open_days),
            pause_s=usual(day.pause for day in timetable.open_days),
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
        site, minutes = self.rulebook.service.site, self.rulebook.service.minutes
        working_s = (site.setup_minutes + site.packup_minutes) * 60 + serving_s(
            attendees, self.crew, self.rulebook, self.day
        )
        if working_s + way_s / 2 <= self.morning_s:
            return ServiceTime(working_s=working_s, runs_through_break=False)
        # Nobody is left half served at the break, so a session that pauses needs up to one person's time more.
        return ServiceTime(working_s=working_s + round(minutes.biometrics_elderly * 60), runs_through_break=True)

    def fits(self, attendees: Sequence[Attendee], kind: VisitKind, way_s: int) -> bool:
        """Whether a team can go there, serve these people and be back within the usual day."""
        service = self.service_time(attendees, kind, way_s)
        pause_s = self.pause_s if service.runs_through_break else 0
        return service.working_s + pause_s + way_s <= self.whole_s


def sessions_of(
    gatherings: Iterable[Gathering], promises: Sequence[Promise], atlas: Atlas, sizing: Sizing
) -> tuple[tuple[Session, ServiceTime], ...]:
    """Cut every gathering into the fewest sessions of which each fits into the usual working day.

    Names go on after the highest that a promise has, so that a visit keeps its name from plan to plan.
    """
    numbers = {kind: _highest_number(promises, prefix) for kind, prefix in _PREFIX.items()}
    sized = []
    for gathering in gatherings:
        kind, way_s = gathering.kind, atlas.way_out_and_back_s(gathering.place)
        parties = parties_of(gathering.requests)
        runs = cut(parties, partial(sizing.fits, kind=kind, way_s=way_s))
        for attendees in runs:
            numbers[kind] += 1
            session = Session(
                visit=f"{_PREFIX[kind]}-{numbers[kind]:03d}",
                kind=kind,
                place=gathering.place,
                waiver=gathering.waiver,
                attendees=attendees,
            )
            sized.append((session, sizing.service_time(attendees, kind, way_s)))
    return tuple(sized)


def _highest_number(promises: Iterable[Promise], prefix: str) -> int:
    names = (promise.visit.split("-") for promise in promises)
    return max((int(number) for kind, number in names if kind == prefix), default=0)
