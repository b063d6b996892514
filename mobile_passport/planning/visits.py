"""Sessions as visits of the planning problem: when they may start and what each choice of day is worth.

A session becomes a *group* of alternative visits, at most one of which is planned: one for each pair of preference
(this fortnight or a later one, a wished day or another) and length of the day's break.
"""

from collections import defaultdict
from dataclasses import dataclass

from mobile_passport.domain.calendar import WorkingDay
from mobile_passport.domain.demand import Promise
from mobile_passport.planning.sessions import Session
from mobile_passport.planning.timetable import Timetable, start_windows
from mobile_passport.planning.workload import points_of
from mobile_passport.rules.planning import Preferences
from mobile_passport.rules.rulebook import Rulebook
from optimizer.problem import Pin, Visit, Window

_DAYS_PER_FORTNIGHT = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTime:
    """How long a session occupies a team at the place.

    Attributes
    ----------
    working_s
        Set-up, service and pack-up, without any break.
    runs_through_break
        Too long for half a day: the crew pauses on site, and the break's length comes on top.
    """

    working_s: int
    runs_through_break: bool

    def on(self, day: WorkingDay) -> int:
        """Seconds at the place on a day."""
        return self.working_s + (round(day.pause.total_seconds()) if self.runs_through_break else 0)


def visits_of(
    session: Session, service: ServiceTime, location: str, timetable: Timetable, rulebook: Rulebook
) -> tuple[Visit, ...]:
    """Make the alternatives of one session, best first; none when no day is left before its deadline."""
    reward = sum(
        points_of(attendee.person, attendee.request, rulebook, timetable.first_date) for attendee in session.attendees
    )
    choices: dict[tuple[float, int], list[WorkingDay]] = defaultdict(list)
    for day in timetable.open_days:
        in_time = session.deadline_date is None or day.date <= session.deadline_date
        if in_time and day.date not in session.closed_dates:
            worth = _preference(session, day, timetable, rulebook.planning.preferences)
            choices[worth, service.on(day)].append(day)
    visits: list[Visit] = []
    for (worth, service_s), days in sorted(choices.items(), key=lambda choice: (-choice[0][0], choice[0][1])):
        windows = start_windows(timetable, days, service_s=service_s, break_inside=service.runs_through_break)
        if windows:
            visits.append(
                Visit(
                    id=f"{session.visit}/{len(visits) + 1}",
                    location=location,
                    service_s=service_s,
                    reward=round(reward * worth, 3),
                    windows=windows,
                    skills=frozenset({session.kind.value}),
                    groups=frozenset({session.visit}),
                )
            )
    return tuple(visits)


def visit_of_promise(promise: Promise, location: str, timetable: Timetable) -> Visit:
    """Make the visit of a promise already published: pinned to shift and time, so its reward decides nothing."""
    start_s = timetable.seconds_at(promise.starts_at)
    return Visit(
        id=promise.visit,
        location=location,
        service_s=round((promise.ends_at - promise.starts_at).total_seconds()),
        reward=0.0,
        windows=(Window(start_s=start_s, end_s=start_s),),
        skills=frozenset({promise.kind.value}),
        pin=Pin(shift=promise.shift, start_s=start_s),
    )


def _preference(session: Session, day: WorkingDay, timetable: Timetable, preferences: Preferences) -> float:
    fortnights = (day.date - timetable.open_from_date).days // _DAYS_PER_FORTNIGHT
    worth = preferences.later_fortnight_factor**fortnights
    if session.booked_dates:
        return round(worth * preferences.booked_day_factor, 6)
    if session.wished_dates and day.date not in session.wished_dates:
        worth *= preferences.unwished_day_factor
    return round(worth, 6)
