"""A believable plan of the winter season before the hajj of 2027: invented people, real villages."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from mobile_passport.domain.plan_view import (
    DayView,
    PlanView,
    Punctuality,
    RouteView,
    RunSheet,
    SheetPerson,
    SheetStop,
    StopView,
    UnservedView,
)
from mobile_passport.domain.request import VisitKind
from mobile_passport.geo.distance import haversine_m, radians_of
from mobile_passport.geo.gazetteer import Gazetteer, Village, VillageKind
from optimizer.problem import LatLon
from optimizer.punctuality import Light

WIB = ZoneInfo("Asia/Jakarta")
DEPOT = LatLon(lat=-8.064, lon=112.065)
FIRST_DAY = date(2026, 12, 1)
TEAM_DAYS = {"unit-1": (1, 2, 3, 4), "unit-2": (2, 3, 5)}
HOLIDAYS = (date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1))
REASONS = (
    ("below_minimum", "21 applicants within reach, the minimum is 30", None, 21),
    (
        "no_day_before_deadline",
        "no worked day of the horizon lies before the deadline 2026-12-04",
        "a later deadline",
        34,
    ),
    ("displaced", "K-004 and K-011 would have to go", "one more team day in December", 46),
    ("no_shift_with_skill", "no shift can make a home visit on the wished dates", "another date", 1),
    ("below_travel_cost", "the way costs more than the visit is worth", "more people at the place", 12),
    ("unreachable", "the way there and back does not fit a shift", "a longer shift", 8),
)


@cache
def gazetteer() -> Gazetteer:
    """The working area of Kanim Blitar."""
    return Gazetteer.load(("3504", "3505", "3572"))


@cache
def sample_plan(version: int = 3) -> PlanView:
    """About thirty days of two teams, a few home visits, six visits unserved."""
    rng = Random(version)
    hubs = iter(_hubs(rng))
    numbers = iter(range(1, 1_000))
    days = []
    for day in _working_days(30):
        routes = [
            _route(rng, team, day, next(hubs), numbers)
            for team, weekdays in TEAM_DAYS.items()
            if day.isoweekday() in weekdays
        ]
        days.append(DayView(date=day, routes=tuple(routes)))
    return PlanView(
        office_name="Kantor Imigrasi Kelas II Non TPI Blitar",
        depot_label="Kantor Imigrasi Blitar, Jl. Mastrip 45, Srengat",
        depot=DEPOT,
        version=version,
        status="published",
        published_at=datetime(2026, 11, 24, 19, 5, tzinfo=WIB),
        first_date=days[0].date,
        last_date=days[-1].date,
        objective=21_430.5,
        bound=21_688.0,
        gap=0.0119,
        days=tuple(days),
        unserved=tuple(_unserved(rng)),
        to_review=4,
        office=7,
    )


def sample_run_sheet(day: date = date(2026, 12, 8), team: str = "unit-1") -> RunSheet:
    """What unit 1 takes along on a day of the sample plan."""
    plan = sample_plan()
    route = next(r for d in plan.days if d.date == day for r in d.routes if r.team == team)
    rng = Random(7)
    return RunSheet(
        office_name=plan.office_name,
        office_phone="0342-000000",
        depot_label=plan.depot_label,
        depot=plan.depot,
        plan_version=plan.version,
        date=day,
        route=route,
        stops=tuple(
            SheetStop(
                stop=stop,
                people=tuple(_people(rng, stop)),
                contacts=(("Siti Rahmawati", "+6281234567890"), ("Pak Lurah", "+6285678901234"))[
                    : 1 + (stop.people > 1)
                ],
                addresses=("RT 02 RW 05, rumah pagar hijau",) if stop.kind is VisitKind.HOME else (),
            )
            for stop in route.stops
        ),
        fees=(("Paspor elektronik 5 tahun", 650_000), ("Paspor elektronik 10 tahun", 950_000)),
    )


def _working_days(count: int) -> Iterator[date]:
    day = FIRST_DAY
    while count:
        if any(day.isoweekday() in weekdays for weekdays in TEAM_DAYS.values()) and day not in HOLIDAYS:
            count -= 1
            yield day
        day += timedelta(days=1)


def _hubs(rng: Random) -> list[Village]:
    """Villages in which a route centres, two thirds of them in Tulungagung."""
    villages = gazetteer().villages
    weights = [3.0 if village.regency_code == "3504" else 1.5 for village in villages]
    return rng.choices(villages, weights, k=80)


def _near(village: Village, count: int) -> list[Village]:
    villages = gazetteer().villages
    apart = haversine_m(radians_of([village.position]), radians_of([v.position for v in villages]))[0]
    return [villages[int(index)] for index in apart.argsort()[:count]]


def _route(rng: Random, team: str, day: date, hub: Village, numbers: Iterator[int]) -> RouteView:
    collective = rng.choice((1, 1, 2, 2, 3))
    kinds = [VisitKind.COLLECTIVE] * collective + [VisitKind.HOME] * (rng.random() < 0.3)
    places = rng.sample(_near(hub, 14), len(kinds))
    clock = datetime.combine(day, time(7, 40), WIB) + timedelta(minutes=rng.randrange(0, 40, 5))
    leaves_at = clock - timedelta(minutes=40)
    stops = []
    for kind, place in zip(kinds, places, strict=True):
        people = 1 if kind is VisitKind.HOME else rng.randint(60, 90) if collective == 1 else rng.randint(22, 40)
        stop = _stop(f"K-{next(numbers):03d}", kind, place, clock, people, rng)
        stops.append(stop)
        clock = stop.ends_at + timedelta(minutes=25)
    distance_m = 2 * int(haversine_m(radians_of([DEPOT]), radians_of([hub.position]))[0, 0] * 1.4) + 6_000 * len(stops)
    return RouteView(
        team=team,
        team_label=f"Unit {team[-1]}",
        leaves_at=leaves_at,
        back_at=clock + timedelta(minutes=30),
        travel_s=distance_m // 9,
        distance_m=distance_m,
        travel_is_estimate=True,
        stops=tuple(stops),
    )


def _stop(visit: str, kind: VisitKind, place: Village, arrival: datetime, people: int, rng: Random) -> StopView:
    is_home = kind is VisitKind.HOME
    opens = arrival + timedelta(minutes=15 if is_home else 45)
    last = opens + timedelta(minutes=0 if is_home else 5 * (people // 2))
    hall = "Balai Desa" if place.kind is VillageKind.DESA else "Kantor Kelurahan"
    return StopView(
        visit=visit,
        kind=kind,
        place=place.label if is_home else f"{hall} {place.name}, Kec. {place.kecamatan}",
        position=place.position,
        arrival_at=arrival,
        starts_at=arrival,
        ends_at=last + timedelta(minutes=40),
        first_slot_at=opens,
        last_slot_at=last,
        people=people,
        requests=tuple(f"BLI-2026-{rng.randint(1, 60):04d}" for _ in range(1 + (people > 30))),
        waiver="home_visit" if is_home else "vulnerable_group" if people < 30 else None,
        window_closes_at=opens + timedelta(minutes=30) if is_home else None,
        punctuality=_punctuality(int(visit.partition("-")[2]), is_home=is_home),
    )


def _punctuality(number: int, *, is_home: bool) -> Punctuality:
    """Mostly green, some amber, few red."""
    on_time, light, buffer_minutes = ((0.96, Light.GREEN, 0), (0.84, Light.AMBER, 10), (0.52, Light.RED, 25))[
        min(2, number % 7 // 2)
    ]
    within = 30 if is_home else 15
    return Punctuality(on_time=on_time, within_minutes=within, light=light, buffer_minutes=buffer_minutes)


def _unserved(rng: Random) -> Iterator[UnservedView]:
    for number, (code, detail, change, people) in enumerate(REASONS, start=1):
        place = rng.choice(gazetteer().villages)
        is_home = code == "no_shift_with_skill"
        yield UnservedView(
            visit=f"T-{number:03d}",
            kind=VisitKind.HOME if is_home else VisitKind.COLLECTIVE,
            place=place.label,
            position=place.position,
            people=people,
            requests=(f"BLI-2026-{60 + number:04d}",),
            code=code,
            detail=detail,
            change=change,
        )


NAMES: Sequence[str] = (
    "Siti Aminah",
    "Slamet Riyadi",
    "Sri Wahyuni",
    "H. Mukhlis Anwar",
    "Tumirah",
    "Supriyadi bin Kasan",
)


def _people(rng: Random, stop: StopView) -> Iterator[SheetPerson]:
    span_s = (stop.last_slot_at - stop.first_slot_at).total_seconds()
    for index in range(stop.people):
        wave = timedelta(seconds=span_s * (index // 3) / max(1, (stop.people - 1) // 3))
        age = rng.randint(41, 94)
        needs = ("wheelchair", "hearing") if age > 88 else ("walking_aid",) if age > 80 else ()
        yield SheetPerson(
            slot_at=stop.first_slot_at + timedelta(minutes=round(wave.total_seconds() / 60)),
            name=f"{rng.choice(NAMES)} {chr(65 + index % 26)}.",
            nik_tail=f"{rng.randint(1, 9999):04d}",
            age=age,
            passport_case=rng.choice(("new", "replacement")),
            needs=("bedridden",) if stop.kind is VisitKind.HOME else needs,
            party=f"Keluarga {index // 6 + 1}" if index % 6 < 2 else None,
            request=stop.requests[0],
        )
