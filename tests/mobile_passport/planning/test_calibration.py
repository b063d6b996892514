"""Calibration finds the durations that invented days were made with, and says when it cannot."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

import numpy as np
import pytest

from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.calibration import calibrate
from mobile_passport.planning.logged import Figure, LoggedStop, LoggedWay
from mobile_passport.planning.robust import FEWEST, TOO_ALIKE, TOO_FEW, fit
from optimizer.line import Person, SessionHours, Stations, Variation, simulate_session
from tests.mobile_passport.planning.invented import RULEBOOK

EIGHT = datetime(2026, 12, 1, 1, tzinfo=UTC)
TRUE = {
    "minutes.biometrics": 10.0,
    "minutes.biometrics_elderly": 15.0,
    "minutes.household_first_person": 24.0,
    "minutes.household_next_person": 17.0,
    "site.setup_minutes": 52.0,
    "site.home_setup_minutes": 18.0,
    "site.packup_minutes": 25.0,
    "site.home_packup_minutes": 14.0,
    "factor": 1.25,
    "travel.departure_late_minutes": 20.0,
    "service.home": 0.4,
    "travel.leg_sigma": 0.10,
    "travel.day_sigma": 0.15,
}
"""What the invented days are made with; the office believes other figures."""
WITHIN = {
    "site.home_packup_minutes": 0.15,
    "travel.leg_sigma": 0.3,
    "travel.day_sigma": 0.3,
    "travel.departure_late_minutes": 0.25,
    "service.home": 0.2,
}
"""Share of the truth by which an estimate may be off: a tenth, and more where few observations tell of spread."""


def session(random: np.random.Generator, ordinary: int, slow: int) -> float:
    """Minutes that two kits need for people who come at the times told by the office's figures."""
    minutes = RULEBOOK.service.minutes

    def people(quick: float, elderly: float) -> tuple[Person, ...]:
        each = [elderly] * slow + [quick] * ordinary
        return tuple(
            Person(
                id=str(i),
                documents_s=round(minutes.documents * 60),
                interview_s=round(minutes.interview * 60),
                biometrics_s=round(one * 60),
            )
            for i, one in enumerate(each)
        )

    hours = SessionHours(opens_s=0, closes_s=24 * 3600)
    desks = Stations(document_desks=2, interview_desks=2, biometric_kits=2)
    believed = people(minutes.biometrics, minutes.biometrics_elderly)
    before_s = accumulate((one.biometrics_s // 2 for one in believed), initial=0)
    arrivals = tuple(due - due % 900 for due, _ in zip(before_s, believed, strict=False))
    called = people(TRUE["minutes.biometrics"], TRUE["minutes.biometrics_elderly"])
    varied = Variation(duration_spread=0.3, no_show=0.0)
    return (
        float(simulate_session(called, arrivals, desks, hours, varied, seed=int(random.integers(1 << 30))).finish_s[0])
        / 60
    )


def days(count: int, seed: int = 5) -> list[LoggedStop]:
    """A household and then a session on each day, with odd days among them: a flat tyre, a phone put down early."""
    random = np.random.default_rng(seed)
    stops: list[LoggedStop] = []
    for number in range(count):
        begins_at = EIGHT + timedelta(days=number)
        weather = random.lognormal(-(TRUE["travel.day_sigma"] ** 2) / 2, TRUE["travel.day_sigma"])
        clock, after = begins_at, None
        late = random.uniform(0, TRUE["travel.departure_late_minutes"])
        for kind in (VisitKind.HOME, VisitKind.COLLECTIVE, VisitKind.HOME):
            stop, clock = _stop(random, kind, begins_at, clock, after, weather, late)
            stops.append(stop)
            after, late = kind, 0.0
    odd = random.integers(0, len(stops), len(stops) // 20)
    for index in odd:
        stop = stops[index]
        assert stop.arrived_at
        stops[index] = replace(stop, arrived_at=stop.arrived_at + timedelta(minutes=180), finished_at=None)
    return stops


def _stop(
    random: np.random.Generator,
    kind: VisitKind,
    begins_at: datetime,
    left_at: datetime,
    after: VisitKind | None,
    weather: float,
    late: float,
) -> tuple[LoggedStop, datetime]:
    is_home = kind is VisitKind.HOME
    ordinary, slow = (int(random.integers(0, 3)), 1) if is_home else map(int, random.integers(8, 30, 2))
    planned_s = int(random.integers(600, 3600))
    before = {
        None: late,
        VisitKind.HOME: TRUE["site.home_packup_minutes"],
        VisitKind.COLLECTIVE: TRUE["site.packup_minutes"],
    }
    leg = random.lognormal(-(TRUE["travel.leg_sigma"] ** 2) / 2, TRUE["travel.leg_sigma"])
    arrived_at = left_at + timedelta(minutes=before[after], seconds=planned_s * TRUE["factor"] * weather * leg)
    setup = TRUE["site.home_setup_minutes" if is_home else "site.setup_minutes"] * random.uniform(0.8, 1.2)
    started_at = arrived_at + timedelta(minutes=setup)
    if is_home:
        people = ordinary + slow - 1
        minutes = TRUE["minutes.household_first_person"] + TRUE["minutes.household_next_person"] * people
        minutes *= random.uniform(1 - TRUE["service.home"], 1 + TRUE["service.home"])
    else:
        minutes = session(random, ordinary, slow)
    finished_at = started_at + timedelta(minutes=minutes)
    stop = LoggedStop(
        day=begins_at.date(),
        team="unit-1",
        kind=kind,
        kits=2,
        ordinary=ordinary,
        slow=slow,
        planned_at=arrived_at - timedelta(minutes=10),
        opens_at=arrived_at,
        arrived_at=arrived_at,
        started_at=started_at,
        finished_at=finished_at,
        way=LoggedWay(left_at=left_at, planned_s=planned_s, after=after),
    )
    return stop, finished_at


@pytest.fixture(scope="module")
def found() -> dict[str, Figure]:
    return {figure.key: figure for figure in calibrate(days(100), RULEBOOK)}


@pytest.mark.parametrize("key", TRUE)
def test_the_figures_that_days_were_made_with_are_found(key: str, found: dict[str, Figure]) -> None:
    suggested = found[key].suggested
    assert suggested
    assert suggested.value == pytest.approx(TRUE[key], rel=WITHIN.get(key, 0.1))
    assert suggested.low <= suggested.value <= suggested.high
    assert found[key].observations >= FEWEST


def test_the_office_figures_stand_beside_them(found: dict[str, Figure]) -> None:
    assert found["minutes.biometrics"].present == RULEBOOK.service.minutes.biometrics
    assert found["travel.day_sigma"].present == RULEBOOK.punctuality.travel.day_sigma


def test_few_days_are_said_to_be_too_few() -> None:
    for figure in calibrate(days(3), RULEBOOK):
        assert figure.suggested is None
        assert figure.why_not == TOO_FEW
    assert all(figure.observations == 0 for figure in calibrate([], RULEBOOK))


def test_sessions_that_are_all_alike_are_said_to_tell_nothing_apart() -> None:
    alike = [replace(stop, ordinary=20, slow=10) for stop in days(20)]
    found = {figure.key: figure for figure in calibrate(alike, RULEBOOK)}
    assert (found["minutes.biometrics"].suggested, found["minutes.biometrics"].why_not) == (None, TOO_ALIKE)


def test_a_few_odd_days_do_not_sway_what_plain_least_squares_would_follow() -> None:
    columns = np.column_stack([np.arange(40.0), np.ones(40)])
    observed = columns @ np.array([2.0, 5.0])
    observed[[3, 17, 38]] += 500
    assert fit(columns, observed) == pytest.approx([2.0, 5.0], abs=0.2)
    plain = np.linalg.lstsq(columns, observed, rcond=None)[0]
    assert abs(plain[1] - 5.0) > 10  # the control


def test_nothing_is_ever_negative() -> None:
    columns = np.column_stack([np.arange(30.0), np.ones(30)])
    assert (fit(columns, 3 * columns[:, 0] - 20) >= 0).all()


def test_setting_up_counts_only_where_nobody_else_was_waited_for() -> None:
    (stop,) = days(1)[:1]
    assert stop.setup_s
    assert stop.arrived_at
    assert replace(stop, planned_at=stop.arrived_at).setup_s is None
    assert replace(stop, opens_at=stop.started_at or stop.opens_at).setup_s is None


def test_the_break_is_no_part_of_serving() -> None:
    (stop,) = days(1)[:1]
    assert stop.serving_s
    assert replace(stop, pause_s=600).serving_s == stop.serving_s - 600
    assert replace(stop, day=date(2026, 12, 1), started_at=None).serving_s is None
