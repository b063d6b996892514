"""Groups too large for a day: their sessions on days that follow each other.

Nothing in the planning problem ties the days of two sessions together. So a first plan shows which groups have their
days apart; each of these is given the block of days that is worth most, and the problem is asked again with it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mobile_passport.domain.demand import Place
from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.question import Alternative, Question
from mobile_passport.planning.sessions import Session
from mobile_passport.planning.timetable import Timetable
from optimizer.plan import Plan

type Part = tuple[Session, tuple[Alternative, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeGroup:
    """The sessions of one place, and where a plan has them.

    Attributes
    ----------
    planned
        Days of the sessions that are planned, as places in the row of days on which new visits may be.
    """

    parts: tuple[Part, ...]
    planned: tuple[int, ...]

    @property
    def is_consecutive(self) -> bool:
        """Whether all sessions are planned, without a day between on which a team goes out."""
        days = set(self.planned)
        return len(self.planned) == len(self.parts) and max(days) - min(days) == len(days) - 1


def large_groups(question: Question, plan: Plan | None, timetable: Timetable) -> tuple[LargeGroup, ...]:
    """Return the groups of several sessions; without a plan, none of them is planned."""
    number = {day.date: index for index, day in enumerate(timetable.open_days)}
    day_of = {
        stop.visit: number[timetable.moment(stop.start_s).date()]
        for route in (plan.routes if plan else ())
        for stop in route.stops
        if timetable.moment(stop.start_s).date() in number
    }
    at: dict[tuple[Place, frozenset[date]], list[Part]] = {}
    for session, alternatives in question.sessions:
        if session.kind is VisitKind.COLLECTIVE:
            at.setdefault((session.place, session.booked_dates), []).append((session, alternatives))
    return tuple(
        LargeGroup(
            parts=tuple(parts),
            planned=tuple(day_of[a.visit.id] for _, options in parts for a in options if a.visit.id in day_of),
        )
        for parts in at.values()
        if len(parts) > 1
    )


def in_blocks(question: Question, groups: Sequence[LargeGroup], timetable: Timetable) -> Question:
    """Ask the same with every session of a large group held to one day, the days of a group following each other.

    Groups that have consecutive days keep them. A group for which no block of days is left keeps its freedom.
    """
    dates = [day.date for day in timetable.open_days]
    teams = Counter(shift.id.partition("/")[2] for shift in timetable.shifts)
    room = [teams[day.isoformat()] for day in dates]
    day_of: dict[str, int] = {}
    for group in sorted(groups, key=lambda group: (not group.is_consecutive, -len(group.parts))):
        days = group.planned if group.is_consecutive else _best_block(group, room, timetable)
        for (session, _), day in zip(group.parts, days, strict=False):
            day_of[session.visit] = day
            room[day] -= 1
    held = {name: dates[day] for name, day in day_of.items()}
    sessions = tuple((session, _held(session, options, held, timetable)) for session, options in question.sessions)
    kept = {a.visit.id: a.visit for _, options in sessions for a in options}
    asked = {a.visit.id for _, options in question.sessions for a in options}
    visits = tuple(kept.get(v.id, v) for v in question.problem.visits if v.id in kept or v.id not in asked)
    return replace(question, sessions=sessions, problem=replace(question.problem, visits=visits))


def _best_block(group: LargeGroup, room: Sequence[int], timetable: Timetable) -> tuple[int, ...]:
    """Return a day for each session, worth most together and then nearest to the plan; empty when there is none."""
    count = len(group.parts)
    rewards = [_rewards(options, timetable) for _, options in group.parts]
    middle = sum(group.planned) / len(group.planned) if group.planned else 0.0
    best: tuple[float, float] | None = None
    days: tuple[int, ...] = ()
    for first in range(len(room) - count + 1):
        if any(room[first + step] < 1 for step in range(count)):
            continue
        for turn in range(count):
            tried = tuple(first + (index + turn) % count for index in range(count))
            if all(day in rewards[index] for index, day in enumerate(tried)):
                worth = sum(rewards[index][day] for index, day in enumerate(tried))
                key = (worth, -abs(first + (count - 1) / 2 - middle))
                if best is None or key > best:
                    best, days = key, tried
    return days


def _rewards(options: Sequence[Alternative], timetable: Timetable) -> dict[int, float]:
    """What the session is worth on each day on which it may start."""
    number = {day.date: index for index, day in enumerate(timetable.open_days)}
    rewards: dict[int, float] = {}
    for option in options:
        for window in option.visit.windows:
            day = number[timetable.moment(window.start_s).date()]
            rewards[day] = max(rewards.get(day, 0.0), option.visit.reward)
    return rewards


def _held(
    session: Session, options: tuple[Alternative, ...], held: Mapping[str, date], timetable: Timetable
) -> tuple[Alternative, ...]:
    if session.visit not in held:
        return options
    day = held[session.visit]
    kept = []
    for option in options:
        windows = tuple(w for w in option.visit.windows if timetable.moment(w.start_s).date() == day)
        if windows:
            kept.append(replace(option, visit=replace(option.visit, windows=windows)))
    return tuple(kept)
