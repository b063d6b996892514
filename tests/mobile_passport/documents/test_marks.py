"""Signs that a colour-blind reader and a grey print tell apart."""

from itertools import combinations

import pytest

from mobile_passport.documents.marks import RED, TeamStyle, stop_radius, team_styles

FOUR = team_styles(["unit-1", "unit-2", "unit-3", "unit-4"])
LAND = "#edf2e0"


@pytest.mark.parametrize("style", FOUR.values())
def test_team_colours_carry_white_writing_and_stand_out_from_the_land(style: TeamStyle) -> None:
    assert _contrast(style.colour, "#ffffff") >= 4.5  # WCAG 2.2, 1.4.3
    assert _contrast(style.colour, LAND) >= 3  # WCAG 2.2, 1.4.11


def test_red_stands_out_from_the_land() -> None:
    assert _contrast(RED, LAND) >= 4.5


@pytest.mark.parametrize(("one", "other"), list(combinations(FOUR.values(), 2)))
def test_teams_differ_without_colour(one: TeamStyle, other: TeamStyle) -> None:
    assert one.dashes != other.dashes


def test_a_team_keeps_its_style_whatever_the_order_and_a_fifth_team_begins_again() -> None:
    assert team_styles(["b", "a", "b"]) == team_styles(["a", "b"])
    five = team_styles(["unit-1", "unit-2", "unit-3", "unit-4", "unit-5"])
    assert five["unit-5"] == five["unit-1"]


def test_the_area_of_a_stop_grows_with_its_people() -> None:
    # the part beyond the smallest radius: 4 times the people, twice the radius
    assert (stop_radius(120) - stop_radius(0)) == pytest.approx(2 * (stop_radius(30) - stop_radius(0)))


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
