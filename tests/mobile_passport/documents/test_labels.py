"""Names keep off each other and off the marks."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.documents.labels import Box, Name, place_names, text_width
from mobile_passport.documents.projection import Frame, Point

FRAME = Frame(left=0, top=0, width=600, height=400, metres_per_pixel=1)
POINTS = st.builds(Point, st.floats(0, 600), st.floats(0, 400))
NAMES = st.lists(
    st.builds(
        lambda text, at, size: Name(text=text, at=at, size=size),
        st.text("abcdefgh XYZ", min_size=3, max_size=14),
        POINTS,
        st.sampled_from([12.0, 15.0, 22.0]),
    ),
    max_size=25,
)
MARKS = st.lists(st.builds(Box.about, POINTS, st.floats(5, 20)), max_size=15)


@given(names=NAMES, marks=MARKS)
@settings(derandomize=True, deadline=None, max_examples=150)
def test_optional_names_cover_nothing_and_stay_inside(names: list[Name], marks: list[Box]) -> None:
    boxes = [placed.box for placed in place_names(names, marks, FRAME)]
    for index, box in enumerate(boxes):
        assert all(box.overlap(other) == 0 for other in [*marks, *boxes[:index]])
        assert box.left >= 0
        assert box.right <= 600
        assert box.top >= 0
        assert box.bottom <= 400


def test_a_name_with_room_stands_on_its_point_or_right_of_its_mark() -> None:
    at = Point(300, 200)
    on_it, beside = (
        place_names([Name(text="Garum", at=at, size=15, clearance=clearance)], [], FRAME)[0] for clearance in (0, 12)
    )
    assert on_it.centre == at
    assert beside.box.left == 312
    assert beside.centre.y == 200


def test_a_name_without_room_is_left_out_unless_it_must_show() -> None:
    everything = [Box(0, 0, 600, 400)]
    at = Point(300, 200)
    assert place_names([Name(text="Garum", at=at, size=15)], everything, FRAME) == ()
    assert len(place_names([Name(text="Garum", at=at, size=15, must_show=True)], everything, FRAME)) == 1


def test_a_name_beyond_the_frame_is_not_drawn_even_if_it_must_show() -> None:
    assert place_names([Name(text="Garum", at=Point(700, 200), size=15, must_show=True)], [], FRAME) == ()


def test_a_name_at_the_edge_turns_to_the_other_side() -> None:
    (placed,) = place_names([Name(text="Balai Desa", at=Point(590, 200), size=15, clearance=10)], [], FRAME)
    assert placed.box.right <= 590


def test_bold_and_capital_letters_take_more_room() -> None:
    assert text_width("garum", 10) < text_width("GARUM", 10) < text_width("GARUM", 10, is_bold=True)
