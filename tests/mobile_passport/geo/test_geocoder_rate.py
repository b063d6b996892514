"""The promise of the geocoder, measured on every village of the working area."""

import random

import pytest

from mobile_passport.geo.area import WorkingArea
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.offline import OfflineGeocoder
from tests.benchmarks.geo.geocoder_rate import WAYS, measure, outside

SEEDS = 1


@pytest.fixture(scope="module")
def geocoder(area: WorkingArea, gazetteer: Gazetteer) -> OfflineGeocoder:
    return OfflineGeocoder(gazetteer, short_names=area.regencies.short_names, landmarks=area.landmarks)


@pytest.mark.parametrize(
    ("way", "least_top_1", "least_sure"),
    [
        ("name, Kec. (exact)", 1.0, 0.995),
        ("name kec (exact, no comma)", 1.0, 0.985),
        ("name, Kec. (slip)", 0.995, 0.99),
        ("Ds. name kec (slip, no comma)", 0.995, 0.985),
        ("NAME KEC (slip, no comma)", 0.995, 0.98),
        ("Desa, Kec., Kab. (slip)", 0.995, 0.99),
        ("name, Kec. (slip in both)", 0.99, 0.8),
        ("name, Kab. (slip)", 0.9, 0.6),
        ("name (exact)", 0.85, 0.65),
        ("name (slip)", 0.8, 0.0),
    ],
)
def test_villages_are_found_and_hardly_ever_the_wrong_one_silently(
    geocoder: OfflineGeocoder, gazetteer: Gazetteer, way: str, least_top_1: float, least_sure: float
) -> None:
    rate = measure(geocoder, gazetteer.villages, WAYS[way], seeds=SEEDS)
    assert rate.top_1 >= least_top_1
    assert rate.right_and_sure >= least_sure
    assert rate.wrong_and_sure <= 0.001
    assert rate.ms_per_query < 20


@pytest.mark.parametrize("way", ["name, Kec. (exact)", "name (exact)", "name (slip)", "Desa, Kec., Kab. (slip)"])
def test_places_of_neighbouring_regencies_are_hardly_ever_taken_for_ours(
    geocoder: OfflineGeocoder, gazetteer: Gazetteer, way: str
) -> None:
    written = WAYS[way]
    inside = [written(v, random.Random(0)) for v in gazetteer.villages]
    assert outside(geocoder, written, inside) <= 0.01
