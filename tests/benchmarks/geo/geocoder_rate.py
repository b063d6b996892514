"""Measure the offline geocoder: how often it is right, how often it asks, how often it is wrong and sure of itself.

    python -m tests.benchmarks.geo.geocoder_rate

Every village of the working area is written in several ways, with and without one random slip of the keyboard. "Wrong
and sure" is the figure that matters: a place taken silently that is another place.
"""

import random
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mobile_passport.geo.area import WorkingArea
from mobile_passport.geo.gazetteer import Gazetteer, Village
from mobile_passport.geo.geocoder import PlaceQuery, Verdict
from mobile_passport.geo.offline import OfflineGeocoder
from mobile_passport.rules.loading import load_rules

NEIGHBOURS = ("3503", "3506", "3507", "3571", "3502")
"""Trenggalek, Kab. Kediri, Kab. Malang, Kota Kediri, Ponorogo: where a place outside would come from."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Shares of the queries, 0 to 1, and the mean time of one."""

    top_1: float
    right_and_sure: float
    wrong_and_sure: float
    ms_per_query: float


def slip(text: str, rng: random.Random) -> str:
    """Insert, delete, replace or transpose one letter."""
    i = rng.randrange(len(text))
    match rng.choice(("insert", "delete", "replace", "transpose")):
        case "insert":
            return text[:i] + rng.choice(LETTERS) + text[i:]
        case "delete":
            return text[:i] + text[i + 1 :]
        case "replace":
            return text[:i] + rng.choice(LETTERS) + text[i + 1 :]
        case _:
            i = min(i, len(text) - 2)
            return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


WAYS: dict[str, Callable[[Village, random.Random], str]] = {
    "name, Kec. (exact)": lambda v, _: f"{v.name}, Kec. {v.kecamatan}",
    "name kec (exact, no comma)": lambda v, _: f"{v.name} {v.kecamatan}",
    "name, Kec. (slip)": lambda v, r: f"{slip(v.name, r)}, Kec. {v.kecamatan}",
    "Ds. name kec (slip, no comma)": lambda v, r: f"Ds. {slip(v.name, r)} {v.kecamatan}",
    "NAME KEC (slip, no comma)": lambda v, r: f"{slip(v.name, r)} {v.kecamatan}".upper(),
    "Desa, Kec., Kab. (slip)": lambda v, r: f"Desa {slip(v.name, r)}, Kec. {v.kecamatan}, {v.regency}",
    "name, Kec. (slip in both)": lambda v, r: f"{slip(v.name, r)}, Kec. {slip(v.kecamatan, r)}",
    "name, Kab. (slip)": lambda v, r: f"{slip(v.name, r)}, {v.regency}",
    "name (exact)": lambda v, _: v.name,
    "name (slip)": lambda v, r: slip(v.name, r),
}


def blitar() -> tuple[Gazetteer, OfflineGeocoder]:
    """Return the working area of the office of Blitar and its geocoder."""
    area = load_rules(WorkingArea, "area", office="blitar")
    gazetteer = Gazetteer.load(area.regencies.codes, anchors=area.anchors.villages)
    return gazetteer, OfflineGeocoder(gazetteer, short_names=area.regencies.short_names, landmarks=area.landmarks)


def measure(
    geocoder: OfflineGeocoder, villages: Iterable[Village], way: Callable[[Village, random.Random], str], seeds: int
) -> Rate:
    """Ask for every village, written in one way, ``seeds`` times."""
    asked = top = right = wrong = 0
    started = time.perf_counter()
    for seed in range(seeds):
        rng = random.Random(seed)
        for village in villages:
            located = geocoder.locate(PlaceQuery(text=way(village, rng)))
            first = located.candidates[0].village if located.candidates else None
            asked += 1
            top += first == village
            right += located.verdict is Verdict.FOUND and first == village
            wrong += located.verdict is Verdict.FOUND and first != village
    seconds = time.perf_counter() - started
    return Rate(
        top_1=top / asked,
        right_and_sure=right / asked,
        wrong_and_sure=wrong / asked,
        ms_per_query=1000 * seconds / asked,
    )


def outside(geocoder: OfflineGeocoder, way: Callable[[Village, random.Random], str], inside: Iterable[str]) -> float:
    """Return the share of villages of neighbouring regencies that are taken for a place of the working area.

    A neighbour that is written exactly as a place ``inside`` cannot be told from it and does not count.
    """
    rng = random.Random(0)
    known = frozenset(inside)
    texts = [way(v, rng) for v in Gazetteer.load(NEIGHBOURS).villages]
    asked = [PlaceQuery(text=text) for text in texts if text not in known]
    return sum(geocoder.locate(query).verdict is Verdict.FOUND for query in asked) / len(asked)


def main() -> None:
    """Print the table."""
    gazetteer, geocoder = blitar()
    write = sys.stdout.write
    write(f"{'written as':34}{'top-1':>8}{'sure':>8}{'wrong+sure':>12}{'ms':>7}\n")
    for name, way in WAYS.items():
        rate = measure(geocoder, gazetteer.villages, way, seeds=5)
        write(
            f"{name:34}{rate.top_1:8.2%}{rate.right_and_sure:8.2%}{rate.wrong_and_sure:12.3%}{rate.ms_per_query:7.2f}\n"
        )
    write("\nplaces of neighbouring regencies taken silently\n")
    for name, way in WAYS.items():
        inside = [way(v, random.Random(0)) for v in gazetteer.villages]
        write(f"{name:34}{outside(geocoder, way, inside):8.2%}\n")


if __name__ == "__main__":
    main()
