import statistics
from collections import Counter

import pytest

from mobile_passport.geo.area import WorkingArea
from mobile_passport.geo.distance import haversine_m, radians_of
from mobile_passport.geo.estimate import EstimateRules
from mobile_passport.geo.gazetteer import Gazetteer, UnknownPlaceCode, VillageKind
from optimizer.problem import LatLon


def metres(a: LatLon, b: LatLon) -> float:
    return float(haversine_m(radians_of([a]), radians_of([b]))[0, 0])


def test_working_area_has_the_540_villages_of_the_official_list(gazetteer: Gazetteer) -> None:
    # Kab. Tulungagung 257 desa + 14 kelurahan, Kab. Blitar 220 + 28, Kota Blitar 0 + 21.
    counts = Counter((v.regency_code, v.kind) for v in gazetteer.villages)
    assert counts == {
        ("3504", VillageKind.DESA): 257,
        ("3504", VillageKind.KELURAHAN): 14,
        ("3505", VillageKind.DESA): 220,
        ("3505", VillageKind.KELURAHAN): 28,
        ("3572", VillageKind.KELURAHAN): 21,
    }
    assert Counter(k.regency_code for k in gazetteer.kecamatan) == {"3504": 19, "3505": 22, "3572": 3}


def test_village_is_found_by_code_with_all_its_names(gazetteer: Gazetteer) -> None:
    village = gazetteer.village("3505101008")
    assert (village.name, village.kecamatan, village.regency) == ("Kanigoro", "Kanigoro", "Kab. Blitar")
    assert (village.kecamatan_code, village.regency_code) == ("350510", "3505")
    assert village.label == "Kel. Kanigoro, Kec. Kanigoro, Kab. Blitar"
    assert {v.name for v in gazetteer.villages_of("357201")} >= {"Kepanjenkidul", "Kauman", "Bendo"}


def test_kecamatan_stands_at_its_namesake_village_and_not_at_the_middle_of_its_area(gazetteer: Gazetteer) -> None:
    garum = gazetteer.kecamatan_by_code("350511")
    namesake = next(v for v in gazetteer.villages_of("350511") if v.name == "Garum")
    assert garum.anchor == namesake.position
    # The area's centroid of Kec. Garum, -8.0412, 112.2434, lies up the mountain.
    assert metres(garum.anchor, LatLon(lat=-8.0412, lon=112.2434)) > 4_000


def test_kecamatan_without_namesake_stands_at_the_median_of_its_villages(gazetteer: Gazetteer) -> None:
    udanawu = gazetteer.kecamatan_by_code("350502")
    members = gazetteer.villages_of("350502")
    assert all(v.name != udanawu.name for v in members)
    assert udanawu.anchor.lat == statistics.median(v.position.lat for v in members)
    assert udanawu.anchor.lon == statistics.median(v.position.lon for v in members)


def test_office_may_set_an_anchor_by_hand() -> None:
    gazetteer = Gazetteer.load(("3505",), anchors={"350511": "3505111002"})
    assert gazetteer.kecamatan_by_code("350511").anchor == gazetteer.village("3505111002").position


@pytest.mark.parametrize(
    ("regencies", "anchors", "named"),
    [
        (("3599",), {}, "3599"),
        (("3505",), {"350411": "3505111002"}, "350411"),
        (("3505",), {"350511": "3504011001"}, "3504011001"),
    ],
    ids=["no such regency", "kecamatan elsewhere", "village elsewhere"],
)
def test_unknown_codes_are_refused_by_name(regencies: tuple[str, ...], anchors: dict[str, str], named: str) -> None:
    with pytest.raises(UnknownPlaceCode, match=named):
        Gazetteer.load(regencies, anchors=anchors)


def test_unknown_village_and_kecamatan_are_refused(gazetteer: Gazetteer) -> None:
    with pytest.raises(UnknownPlaceCode, match="3503011001"):
        gazetteer.village("3503011001")
    with pytest.raises(UnknownPlaceCode, match="350301"):
        gazetteer.kecamatan_by_code("350301")


def test_another_office_needs_no_new_data() -> None:
    trenggalek = Gazetteer.load(("3503",))
    assert (len(trenggalek.kecamatan), len(trenggalek.villages)) == (14, 157)
    assert trenggalek.regencies == {"3503": "Kab. Trenggalek"}
    assert "Kab. Blitar" in trenggalek.regencies_elsewhere


def test_nearest_village_to_a_village_is_itself(gazetteer: Gazetteer) -> None:
    assert gazetteer.nearest([v.position for v in gazetteer.villages]) == gazetteer.villages
    assert gazetteer.nearest([]) == ()


def test_every_village_lies_in_the_window_of_the_area(area: WorkingArea, gazetteer: Gazetteer) -> None:
    assert all(area.window.holds(v.position) for v in gazetteer.villages)
    assert not area.window.holds(LatLon(lat=8.1, lon=112.1))


def test_codes_in_the_rule_files_exist(area: WorkingArea, estimate_rules: EstimateRules, gazetteer: Gazetteer) -> None:
    kecamatan = {k.code for k in gazetteer.kecamatan}
    assert kecamatan >= {*estimate_rules.hills.kecamatan, *estimate_rules.hills.coastal_kecamatan}
    assert all(gazetteer.village(landmark.village) for landmark in area.landmarks)


def test_distances_are_those_of_the_sphere() -> None:
    # One degree of latitude on a sphere of 6,371,008.8 m: 6,371,008.8 * pi / 180 = 111,195.08 m.
    assert metres(LatLon(lat=-8.0, lon=112.0), LatLon(lat=-7.0, lon=112.0)) == pytest.approx(111_195.08, abs=0.01)
    assert metres(LatLon(lat=0, lon=0), LatLon(lat=0, lon=180)) == pytest.approx(6_371_008.8 * 3.141592653589793)
