import time
from dataclasses import replace

import numpy as np
import pytest

from mobile_passport.geo.estimate import Circuity, EstimatedTravelTimes, EstimateRules, Hills, SpeedAtLength
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.travel import Source
from optimizer.problem import LatLon

ON_THE_PLAIN = LatLon(lat=-8.08, lon=112.05)


def south_of(place: LatLon, metres: float) -> LatLon:
    """One degree of latitude is 111,195.08 m."""
    return LatLon(lat=place.lat - metres / 111_195.08, lon=place.lon)


@pytest.fixture
def rules(estimate_rules: EstimateRules) -> EstimateRules:
    """The shipped hills with round figures, so that editing the rule file breaks no arithmetic here."""
    return replace(
        estimate_rules,
        leg_overhead_s=240,
        circuity=Circuity(lowland=1.4, hills=1.6, between_coastal_kecamatan=2.0, largest_detour_m=8_000),
        lowland_speeds=(
            SpeedAtLength(road_m=5_000, speed_km_h=25),
            SpeedAtLength(road_m=15_000, speed_km_h=32),
            SpeedAtLength(road_m=40_000, speed_km_h=40),
        ),
        hills=replace(estimate_rules.hills, speed_km_h=25, road_m=15_000),
    )


@pytest.fixture
def estimate(rules: EstimateRules, gazetteer: Gazetteer) -> EstimatedTravelTimes:
    return EstimatedTravelTimes(rules, gazetteer)


def village(gazetteer: Gazetteer, kecamatan: str, name: str) -> LatLon:
    return next(v.position for v in gazetteer.villages if (v.kecamatan, v.name) == (kecamatan, name))


@pytest.mark.parametrize(
    ("straight_m", "road_m", "seconds"),
    [
        (1_000, 1_400, 442),  # 240 + 1.4 km at 25 km/h = 201.6
        (3_571.4286, 5_000, 960),  # 240 + 5 km at 25 km/h = 720
        (7_142.8571, 10_000, 1_444),  # 240 + halfway between 720 s at 5 km and 1,687.5 s at 15 km
        (35_714.286, 50_000, 4_605),  # 240 + 3,600 s at 40 km + 10 km at (3,600 - 1,687.5) s per 25 km
    ],
)
def test_lowland_leg_by_hand(
    rules: EstimateRules, gazetteer: Gazetteer, straight_m: float, road_m: int, seconds: int
) -> None:
    flat = replace(rules, hills=replace(rules.hills, kecamatan=(), coastal_kecamatan=()))
    matrix = EstimatedTravelTimes(flat, gazetteer).matrix([ON_THE_PLAIN, south_of(ON_THE_PLAIN, straight_m)])
    assert matrix.distance_m[0, 1] == pytest.approx(road_m, abs=1)
    assert matrix.duration_s[0, 1] == pytest.approx(seconds, abs=1)


def test_leg_into_the_hills_is_longer_and_slow_at_its_hill_end(
    rules: EstimateRules, estimate: EstimatedTravelTimes, gazetteer: Gazetteer
) -> None:
    srengat, wates = village(gazetteer, "Srengat", "Srengat"), village(gazetteer, "Wates", "Wates")
    flat = EstimatedTravelTimes(replace(rules, hills=replace(rules.hills, kecamatan=())), gazetteer)
    lowland, hilly = flat.matrix([srengat, wates]), estimate.matrix([srengat, wates])
    assert hilly.distance_m[0, 1] == pytest.approx(lowland.distance_m[0, 1] * 1.6 / 1.4, rel=1e-4)
    # 15 km at 25 km/h = 2,160 s; the rest beyond 40 km goes at 76.5 s per km on top of 3,600 s.
    rest_km = hilly.distance_m[0, 1] / 1_000 - 15
    assert rest_km > 40
    assert hilly.duration_s[0, 1] == pytest.approx(240 + 2_160 + 3_600 + (rest_km - 40) * 76.5, abs=2)


def test_neighbours_on_the_coast_are_apart_by_the_way_through_the_valley(
    estimate: EstimatedTravelTimes, gazetteer: Gazetteer
) -> None:
    bakung = village(gazetteer, "Bakung", "Bakung")
    near, far = village(gazetteer, "Wonotirto", "Wonotirto"), village(gazetteer, "Besuki", "Besuki")
    within = south_of(bakung, -1_000)
    matrix = estimate.matrix([bakung, near, far, within])
    straight = [matrix.distance_m[0, j] / factor for j, factor in ((1, 2.0), (3, 1.6))]
    assert straight[0] == pytest.approx(12_050, rel=0.05)  # 12 km as the crow flies, so 8 km are not yet reached
    assert straight[1] == pytest.approx(1_000, abs=1)
    assert (matrix.distance_m[0, 2] - 8_000) / 1.6 == pytest.approx(31_000, rel=0.1)


def test_longer_lowland_way_never_takes_less_time(rules: EstimateRules, gazetteer: Gazetteer) -> None:
    flat = replace(rules, hills=replace(rules.hills, kecamatan=(), coastal_kecamatan=()))
    places = [south_of(ON_THE_PLAIN, step) for step in range(0, 60_000, 250)]
    first = EstimatedTravelTimes(flat, gazetteer).matrix(places).duration_s[0]
    assert (np.diff(first) > 0).all()


def test_matrix_of_the_area_is_complete_symmetric_and_marked(
    estimate: EstimatedTravelTimes, gazetteer: Gazetteer
) -> None:
    matrix = estimate.matrix([v.position for v in gazetteer.villages[::5]])
    assert matrix.duration_s.dtype == matrix.distance_m.dtype == np.int32
    assert (np.diag(matrix.duration_s) == 0).all()
    assert (matrix.duration_s == matrix.duration_s.T).all()
    assert (matrix.duration_s[~np.eye(108, dtype=bool)] > 240).all()
    assert matrix.share_of(Source.ESTIMATE) == 1.0


def test_two_requests_at_one_place_are_no_leg_apart(estimate: EstimatedTravelTimes) -> None:
    assert (estimate.matrix([ON_THE_PLAIN, ON_THE_PLAIN]).duration_s == 0).all()


def test_no_places_and_one_place_have_empty_travel(estimate: EstimatedTravelTimes) -> None:
    assert estimate.matrix([]).duration_s.shape == (0, 0)
    assert estimate.matrix([]).share_of(Source.ESTIMATE) == 0.0
    assert estimate.matrix([ON_THE_PLAIN]).duration_s.tolist() == [[0]]


def test_seven_hundred_places_take_less_than_a_second(estimate: EstimatedTravelTimes, gazetteer: Gazetteer) -> None:
    places = [v.position for v in gazetteer.villages] + [south_of(ON_THE_PLAIN, m) for m in range(0, 16_000, 100)]
    assert len(places) == 700
    started = time.perf_counter()
    estimate.matrix(places)
    assert time.perf_counter() - started < 1.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"lowland_speeds": ()},
        {"lowland_speeds": (SpeedAtLength(road_m=0, speed_km_h=25),)},
        {"lowland_speeds": (SpeedAtLength(road_m=9, speed_km_h=25), SpeedAtLength(road_m=5, speed_km_h=25))},
        {"lowland_speeds": (SpeedAtLength(road_m=5, speed_km_h=0),)},
        {"lowland_speeds": (SpeedAtLength(road_m=5, speed_km_h=10), SpeedAtLength(road_m=6, speed_km_h=50))},
        {"circuity": Circuity(lowland=0.9, hills=1.6, between_coastal_kecamatan=2.0, largest_detour_m=0)},
        {"hills": Hills(speed_km_h=-1, road_m=0, kecamatan=(), coastal_kecamatan=())},
    ],
    ids=["no speeds", "length 0", "lengths fall", "speed 0", "longer but faster there", "shortcut", "backwards"],
)
def test_impossible_figures_are_refused(rules: EstimateRules, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="estimate"):
        replace(rules, **wrong)  # type: ignore[arg-type] # a table of fields of several types
