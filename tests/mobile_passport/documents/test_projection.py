"""Distances on the plane are those on the earth, and everything that is to be shown is in the frame."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.documents.projection import Frame, Plane, Point
from mobile_passport.geo.distance import haversine_m, radians_of
from optimizer.problem import LatLon

POINTS = st.builds(Point, st.floats(-50_000, 50_000), st.floats(-50_000, 50_000))


def test_the_plane_keeps_distances_of_the_working_area_within_three_per_mille() -> None:
    tulungagung, wates = LatLon(lat=-8.0672, lon=111.9005), LatLon(lat=-8.2900, lon=112.3438)
    plane = Plane(origin=LatLon(lat=-8.1, lon=112.1))
    one, other = plane.point(tulungagung), plane.point(wates)
    drawn_m = ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5
    true_m = float(haversine_m(radians_of([tulungagung]), radians_of([wates]))[0, 0])
    assert drawn_m == pytest.approx(true_m, rel=0.003)


def test_north_is_up_and_east_is_right() -> None:
    plane = Plane(origin=LatLon(lat=-8.0, lon=112.0))
    point = plane.point(LatLon(lat=-7.9, lon=112.1))
    assert point.y < 0 < point.x


@given(points=st.lists(POINTS, min_size=1, max_size=20), smallest_m=st.sampled_from([0.0, 14_000.0]))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_a_frame_shows_every_point_inside_its_margin(points: list[Point], smallest_m: float) -> None:
    frame = Frame.around(points, width=960, height=540, margin=90, smallest_m=smallest_m)
    for point in points:
        assert frame.shows(frame.pixel(point), margin=-90 + 1e-6)


def test_a_single_place_is_drawn_in_the_middle_and_not_magnified_without_end() -> None:
    frame = Frame.around([Point(500.0, 700.0)], width=960, height=540, margin=90, smallest_m=14_000)
    assert frame.pixel(Point(500.0, 700.0)) == Point(480.0, 270.0)
    assert frame.metres_per_pixel == pytest.approx(14_000 / 960)
