from dataclasses import replace
from datetime import date

import pytest

from mobile_passport.geo.estimate import EstimateRules
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.measured import DEPOT, LegRecord, MeasuredLeg, UnknownPlaces, measured_legs
from mobile_passport.geo.travel import Source
from mobile_passport.geo.wiring import build_travel_times
from optimizer.problem import LatLon

A, B, C = LatLon(lat=-8.064, lon=112.065), LatLon(lat=-8.1, lon=112.2), LatLon(lat=-8.2, lon=112.1)


def test_measured_leg_replaces_the_estimate_one_way_only(estimate_rules: EstimateRules, gazetteer: Gazetteer) -> None:
    leg = MeasuredLeg(origin=A, destination=B, duration_s=1_500, distance_m=17_000)
    plain = build_travel_times(estimate_rules, gazetteer=gazetteer).matrix([A, B, C])
    matrix = build_travel_times(estimate_rules, gazetteer=gazetteer, measured=[leg]).matrix([A, B, C])
    assert (matrix.duration_s[0, 1], matrix.distance_m[0, 1], matrix.source[0, 1]) == (1_500, 17_000, Source.MEASURED)
    assert matrix.duration_s[1, 0] == plain.duration_s[1, 0]
    assert matrix.source[1, 0] == Source.ESTIMATE
    assert (matrix.source == Source.MEASURED).sum() == 1
    assert matrix.share_of(Source.MEASURED) == pytest.approx(1 / 6)


def test_measured_leg_holds_for_every_request_at_its_places_and_within_a_metre(
    estimate_rules: EstimateRules, gazetteer: Gazetteer
) -> None:
    leg = MeasuredLeg(origin=A, destination=B, duration_s=1_500, distance_m=17_000)
    beside_a = LatLon(lat=A.lat + 0.000_003, lon=A.lon)
    matrix = build_travel_times(estimate_rules, gazetteer=gazetteer, measured=[leg]).matrix([A, beside_a, B])
    assert matrix.duration_s[:, 2].tolist() == [1_500, 1_500, 0]


def test_last_measurement_of_a_leg_counts(estimate_rules: EstimateRules, gazetteer: Gazetteer) -> None:
    legs = [MeasuredLeg(origin=A, destination=B, duration_s=s, distance_m=17_000) for s in (1_500, 1_700)]
    matrix = build_travel_times(estimate_rules, gazetteer=gazetteer, measured=legs).matrix([A, B])
    assert matrix.duration_s[0, 1] == 1_700


def test_staying_takes_no_time_whatever_was_measured(estimate_rules: EstimateRules, gazetteer: Gazetteer) -> None:
    leg = MeasuredLeg(origin=A, destination=A, duration_s=60, distance_m=0)
    assert build_travel_times(estimate_rules, gazetteer=gazetteer, measured=[leg]).matrix([A]).duration_s[0, 0] == 0


def test_negative_measurement_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        MeasuredLeg(origin=A, destination=B, duration_s=-1, distance_m=0)


RECORD = LegRecord(
    origin=DEPOT, destination="3505082007", minutes=95, km=41.5, measured_by="Unit 1", date=date(2026, 12, 2)
)


def test_records_of_the_office_become_legs_in_their_direction_the_newest_last(gazetteer: Gazetteer) -> None:
    village = gazetteer.villages[0]
    newer = replace(RECORD, destination=village.code)
    older = replace(newer, minutes=80, date=date(2026, 11, 2))
    assert measured_legs([newer, older], gazetteer=gazetteer, depot=A) == (
        MeasuredLeg(origin=A, destination=village.position, duration_s=4_800, distance_m=41_500),
        MeasuredLeg(origin=A, destination=village.position, duration_s=5_700, distance_m=41_500),
    )


def test_records_with_unknown_places_are_refused_all_at_once(gazetteer: Gazetteer) -> None:
    records = [replace(RECORD, destination="9999"), replace(RECORD, origin="office", destination=DEPOT)]
    with pytest.raises(UnknownPlaces, match="9999, office"):
        measured_legs(records, gazetteer=gazetteer, depot=A)


@pytest.mark.parametrize("change", [{"minutes": 0.0}, {"km": -1.0}, {"destination": DEPOT}])
def test_record_of_an_impossible_leg_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        replace(RECORD, **change)
