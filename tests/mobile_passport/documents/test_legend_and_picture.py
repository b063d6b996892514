"""The legend explains what the map shows, and the picture is one file of the right size."""

from dataclasses import replace
from io import BytesIO

from PIL import Image

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.legend import day_signs, legend_of, signs
from mobile_passport.documents.picture import plan_picture, plan_png
from tests.mobile_passport.documents.sample_plan import sample_plan


def test_the_legend_names_every_team_and_only_signs_that_are_used() -> None:
    plan = sample_plan()
    meanings = [sign.meaning for sign in signs(plan)]
    assert meanings[:2] == ["Unit 1", "Unit 2"]
    assert "kunjungan rumah" in meanings
    assert "belum terjadwal" in meanings
    nobody_left = replace(plan, unserved=(), days=())
    assert [sign.meaning for sign in signs(nobody_left)] == ["30 dan 150 orang", "kantor: awal rute"]


def test_the_legend_of_a_day_is_that_of_its_teams_in_the_colours_of_the_plan() -> None:
    plan = sample_plan()
    friday = next(day for day in plan.days if [route.team for route in day.routes] == ["unit-2"])
    of_plan = {sign.meaning: sign.drawing for sign in signs(plan)}
    of_day = {sign.meaning: sign.drawing for sign in day_signs(plan, friday)}
    assert of_day["Unit 2"] == of_plan["Unit 2"]
    assert of_day.keys() <= {"Unit 2", "kunjungan rumah", "kantor: awal rute"}


def test_a_narrow_legend_takes_more_rows() -> None:
    assert legend_of(sample_plan(), 400).height > legend_of(sample_plan(), 1152).height


def test_the_picture_is_a_png_of_the_width_asked_for_and_always_the_same(basemap: Basemap) -> None:
    plan = sample_plan()
    png = plan_png(plan, basemap, pixels_across=600)
    picture = plan_picture(plan, basemap)
    with Image.open(BytesIO(png)) as image:
        assert image.format == "PNG"
        assert image.width == 600
        assert abs(image.height - 600 * picture.height / picture.width) <= 1
        assert len(image.convert("RGB").getcolors(maxcolors=1_000_000) or []) > 50  # a drawing, not a blank
    assert plan_png(plan, basemap, pixels_across=600) == png


def test_the_picture_says_what_it_is(basemap: Basemap) -> None:
    text = str(plan_picture(sample_plan(), basemap).svg)
    for words in ("Rencana paspor keliling", "1 Desember 2026", "3.225 orang dilayani dalam 30 hari", "versi 3"):
        assert words in text
