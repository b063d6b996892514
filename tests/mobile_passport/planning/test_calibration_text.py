"""What calibration suggests can be pasted into rule files, and says what is missing."""

import tomllib

from mobile_passport.planning.calibration_text import fragments_of, table_of
from mobile_passport.planning.logged import Figure
from mobile_passport.planning.robust import TOO_FEW, Estimate
from tests.mobile_passport.planning.invented import RULEBOOK

TRAVEL = RULEBOOK.travel.estimate


def figure(file: str, key: str, present: float, value: float | None) -> Figure:
    suggested = Estimate(value=value, low=value * 0.9, high=value * 1.1) if value is not None else None
    return Figure(
        file=file,
        key=key,
        present=present,
        observations=34 if suggested else 3,
        suggested=suggested,
        why_not="" if suggested else TOO_FEW,
    )


FIGURES = (
    figure("service", "minutes.biometrics", 8.0, 9.44),
    figure("service", "site.setup_minutes", 45, 51.6),
    figure("service", "site.packup_minutes", 30, None),
    figure("punctuality", "service.home", 0.3, 0.41),
    figure("punctuality", "travel.departure_late_minutes", 5.0, 12.04),
    figure("travel", "factor", 1.0, 1.25),
)


def test_the_table_has_every_figure_and_says_where_observations_are_too_few() -> None:
    lines = list(table_of(FIGURES))
    assert len(lines) == 1 + len(FIGURES)
    assert lines[1].split() == ["service.toml", "minutes.biometrics", "8.0", "9.4", "8.5", "..", "10.4", "34"]
    assert lines[3].endswith(f"3  {TOO_FEW}")


def test_fragments_are_toml_with_the_keys_of_the_rule_files() -> None:
    files = {}
    for figure_file in ("service", "punctuality", "travel"):
        mine = [one for one in FIGURES if one.file == figure_file]
        first, *lines = fragments_of(mine, TRAVEL)
        assert first == f"# {figure_file}.toml"
        files[figure_file] = tomllib.loads("\n".join(lines))
    assert files["service"] == {"minutes": {"biometrics": 9.4}, "site": {"setup_minutes": 52}}
    assert files["punctuality"] == {"service": {"home": 0.41}, "travel": {"departure_late_minutes": 12.0}}
    estimate = files["travel"]["estimate"]
    assert estimate["leg_overhead_s"] == round(TRAVEL.leg_overhead_s * 1.25)
    assert [speed["road_m"] for speed in estimate["lowland_speeds"]] == [one.road_m for one in TRAVEL.lowland_speeds]
    assert estimate["lowland_speeds"][0]["speed_km_h"] == round(TRAVEL.lowland_speeds[0].speed_km_h / 1.25, 1)
    assert estimate["hills"] == {"speed_km_h": round(TRAVEL.hills.speed_km_h / 1.25, 1)}


def test_nothing_is_suggested_where_nothing_is_known() -> None:
    assert list(fragments_of([FIGURES[2]], TRAVEL)) == []
