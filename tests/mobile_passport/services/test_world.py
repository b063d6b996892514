"""The world is put together as settings and rule files say."""

from pathlib import Path

import pytest

from mobile_passport.geo.travel import Source
from mobile_passport.rules.loading import InvalidRules
from mobile_passport.services.world import build_world
from mobile_passport.settings import Settings

SHIPPED = Path("mobile_passport/rules/blitar/travel.toml")


def settings_with(folder: Path, origin: str, destination: str) -> Settings:
    leg = f"""
[[measured_legs]]
origin = "{origin}"
destination = "{destination}"
minutes = 95
km = 41.5
measured_by = "Unit 1"
date = 2026-12-02
"""
    (folder / "travel.toml").write_text(SHIPPED.read_text(encoding="utf-8") + leg, encoding="utf-8")
    return Settings(database_url=f"sqlite:///{folder}/test.db", rules_dir=folder)


def test_leg_that_the_office_measured_counts_in_its_direction(tmp_path: Path) -> None:
    world = build_world(settings_with(tmp_path, "depot", "3505082007"))
    village = next(v for v in world.gazetteer.villages if v.code == "3505082007")
    matrix = world.travel_times.matrix([world.rulebook.office.depot.position, village.position])
    assert (matrix.duration_s[0, 1], matrix.distance_m[0, 1]) == (5_700, 41_500)
    assert matrix.source.tolist() == [[Source.ESTIMATE, Source.MEASURED], [Source.ESTIMATE, Source.ESTIMATE]]


def test_measured_leg_to_an_unknown_place_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidRules, match=r"travel\.toml: measured_legs: 3505082999: neither a village"):
        build_world(settings_with(tmp_path, "depot", "3505082999"))
