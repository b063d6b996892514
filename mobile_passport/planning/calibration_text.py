"""What calibration found, in words and as fragments of rule files. A person decides what is taken over."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from mobile_passport.geo.estimate import EstimateRules
from mobile_passport.planning.logged import Figure


def table_of(figures: Iterable[Figure]) -> Iterator[str]:
    """Write today's figures beside the suggested ones, a line each."""
    yield f"{'':44}{'now':>8}{'suggested':>11}{'95 % interval':>18}{'observations':>14}"
    for figure in figures:
        found = figure.suggested
        suggestion = (
            f"{_number(figure, found.value):>11}{f'{_number(figure, found.low)} .. {_number(figure, found.high)}':>18}"
            if found
            else f"{'-':>11}{'-':>18}"
        )
        name = f"{figure.file}.toml {figure.key}"
        line = f"{name:44}{_number(figure, figure.present):>8}{suggestion}{figure.observations:14}"
        yield f"{line}  {figure.why_not}" if figure.why_not else line


def fragments_of(figures: Sequence[Figure], travel: EstimateRules) -> Iterator[str]:
    """Write what is suggested as TOML, file by file; nothing for a file without suggestions."""
    suggested = sorted((one for one in figures if one.suggested), key=lambda one: (one.file, one.key))
    for file, ofs in groupby(suggested, key=lambda one: one.file):
        yield f"# {file}.toml"
        if file == "travel":
            yield from _travel(next(ofs), travel)
            continue
        for table, rows in groupby(ofs, key=lambda one: one.key.partition(".")[0]):
            yield f"[{table}]"
            for row in rows:
                value = row.suggested.value if row.suggested else row.present
                yield f"{row.key.partition('.')[2]} = {_number(row, value)}  # from {row.observations} observations"
            yield ""


def _travel(figure: Figure, rules: EstimateRules) -> Iterator[str]:
    """Every estimated way times the factor: a longer overhead, and lower speeds."""
    factor = figure.suggested.value if figure.suggested else 1.0
    yield f"# every way took {factor:.2f} times its estimate, from {figure.observations} observations"
    yield "[estimate]"
    yield f"leg_overhead_s = {round(rules.leg_overhead_s * factor)}"
    for speed in rules.lowland_speeds:
        yield "[[estimate.lowland_speeds]]"
        yield f"road_m = {speed.road_m}"
        yield f"speed_km_h = {speed.speed_km_h / factor:.1f}"
    yield "[estimate.hills]"
    yield f"speed_km_h = {rules.hills.speed_km_h / factor:.1f}"
    yield ""


def _number(figure: Figure, value: float) -> str:
    """As the rule files have it: whole minutes where they are whole, shares with two digits."""
    if isinstance(figure.present, int):
        return str(round(value))
    return f"{value:.1f}" if figure.key.endswith("_minutes") or figure.key.startswith("minutes.") else f"{value:.2f}"
