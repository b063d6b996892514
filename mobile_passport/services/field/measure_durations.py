"""What field teams' reports say about the office's durations; nothing is changed by it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from mobile_passport.domain.calendar import DayOff, WorkingDay, day_of
from mobile_passport.domain.field import StopKey
from mobile_passport.domain.person import age_on
from mobile_passport.persistence.field.field_outcomes import FieldOutcomes
from mobile_passport.persistence.field.field_times import StopTimes, stop_times
from mobile_passport.persistence.field.held_stops import HeldStop, held_stops
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.planning.calibration import calibrate
from mobile_passport.planning.logged import Figure, LoggedStop, LoggedWay
from mobile_passport.rules.rulebook import Rulebook
from mobile_passport.services.world import World
from optimizer.problem import LatLon

type People = Mapping[StopKey, tuple[int, int]]
"""Ordinary and slow people who came to each stop; a stop with somebody of unknown age is left out."""


def measure_durations(world: World, *, first: date, last: date) -> tuple[Figure, ...]:
    """Estimate durations from the reports of days of service, both included."""
    return calibrate(logged_stops(world, first=first, last=last), world.rulebook)


def logged_stops(world: World, *, first: date, last: date) -> tuple[LoggedStop, ...]:
    """Join what was planned and what was reported. Travel is planned by the figures that the office has now."""
    zone = world.rulebook.office.zone
    with world.database.reading() as session:
        held = held_stops(session, kanim=world.kanim, zone=zone, first=first, last=last)
        reported = {
            one.stop: one
            for one in stop_times(session, world.vault, kanim=world.kanim, zone=zone, first=first, last=last)
        }
        came = [
            (StopKey(service_date=one.person.service_date, visit=one.visit), one.person.applicant_id)
            for one in FieldOutcomes(session, world.kanim).between(first, last)
            if one.is_present
        ]
        people = _people(Requests(session, world.vault, world.kanim), came, world.rulebook)
    stops: list[LoggedStop] = []
    for _, day in groupby(held, key=lambda one: (one.stop.service_date, one.team)):
        stops.extend(_day(tuple(day), reported, people, world))
    return tuple(stops)


def _people(requests: Requests, came: Sequence[tuple[StopKey, UUID]], rulebook: Rulebook) -> People:
    known = requests.on_sheet({person for _, person in came})
    unknown = {stop for stop, person in came if person not in known}
    elderly = rulebook.eligibility.ages.elderly_from_years
    counted: Counter[tuple[StopKey, bool]] = Counter()
    for stop, person in came:
        if stop not in unknown:
            one = known[person]
            is_slow = age_on(one.birth_date, stop.service_date) >= elderly or bool(one.needs)
            counted[stop, is_slow] += 1
    return {stop: (counted[stop, False], counted[stop, True]) for stop, _ in counted}


def _day(
    held: Sequence[HeldStop], reported: Mapping[StopKey, StopTimes], people: People, world: World
) -> list[LoggedStop]:
    """Read one team's day in the order of its stops."""
    day = day_of(held[0].stop.service_date, world.rulebook.calendar)
    kits = next((team.kits for team in world.rulebook.teams.teams if team.id == held[0].team), 1)
    ways = _ways(held, reported, day, world)
    stops = []
    for stop, way in zip(held, ways, strict=True):
        if stop.stop in reported:
            times = reported[stop.stop]
            ordinary, slow = people.get(stop.stop, (0, 0))
            stops.append(
                LoggedStop(
                    day=stop.stop.service_date,
                    team=stop.team,
                    kind=stop.kind,
                    kits=kits,
                    ordinary=ordinary,
                    slow=slow,
                    planned_at=stop.starts_at,
                    opens_at=stop.opens_at or stop.starts_at,
                    arrived_at=times.arrived_at,
                    started_at=times.started_at,
                    finished_at=times.finished_at,
                    pause_s=_pause_s(times, day, world),
                    way=way,
                )
            )
    return stops


def _ways(
    held: Sequence[HeldStop], reported: Mapping[StopKey, StopTimes], day: WorkingDay | DayOff, world: World
) -> list[LoggedWay | None]:
    """Return the way to each stop, ``None`` where nothing says when it began."""
    zone = world.rulebook.office.zone
    points: list[LatLon] = [world.rulebook.office.depot.position, *(stop.position for stop in held)]
    travel_s = world.travel_times.matrix(points).duration_s
    ways: list[LoggedWay | None] = []
    for number in range(len(held)):
        planned_s = int(travel_s[number, number + 1])
        if number:
            before = held[number - 1]
            left_at = reported[before.stop].finished_at if before.stop in reported else None
            ways.append(LoggedWay(left_at=left_at, planned_s=planned_s, after=before.kind) if left_at else None)
        elif isinstance(day, WorkingDay):
            opens_at = datetime.combine(day.date, day.opens, zone)
            ways.append(LoggedWay(left_at=opens_at, planned_s=planned_s, after=None))
        else:
            ways.append(None)
    return ways


def _pause_s(times: StopTimes, day: WorkingDay | DayOff, world: World) -> int:
    """Seconds of the day's break between the first and the last person."""
    if times.started_at is None or times.finished_at is None or not isinstance(day, WorkingDay):
        return 0
    zone = world.rulebook.office.zone
    pauses_at, resumes_at = (datetime.combine(day.date, local, zone) for local in (day.break_starts, day.break_ends))
    overlap = min(times.finished_at, resumes_at) - max(times.started_at, pauses_at)
    return max(0, round(overlap.total_seconds()))
