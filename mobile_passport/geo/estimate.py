"""Travel times without roads: straight lines made longer and slower by distance and terrain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mobile_passport.geo.distance import haversine_m, radians_of
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.measured import LegRecord
from mobile_passport.geo.travel import Source, TravelMatrix
from optimizer.problem import LatLon

NOWHERE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuity:
    """Road length per straight line, by where the ends lie; larger is longer.

    Between two kecamatan of the coastal hills the road goes back to the valley, which adds at most
    ``largest_detour_m`` to the length that the hills alone give.
    """

    lowland: float
    hills: float
    between_coastal_kecamatan: float
    largest_detour_m: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedAtLength:
    """Mean speed of a whole leg of this road length."""

    road_m: int
    speed_km_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hills:
    """Where the hills are, and how slow the first ``road_m`` from a place there go."""

    speed_km_h: float
    road_m: int
    kecamatan: tuple[str, ...]
    coastal_kecamatan: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateRules:
    """The figures behind estimated travel times."""

    source: str
    date: date
    leg_overhead_s: int
    circuity: Circuity
    lowland_speeds: tuple[SpeedAtLength, ...]
    hills: Hills

    def __post_init__(self) -> None:
        lengths = [s.road_m for s in self.lowland_speeds]
        if not lengths or lengths[0] <= 0 or lengths != sorted(set(lengths)):
            raise ValueError("estimate.lowland_speeds needs road_m above 0, each larger than the one before")
        if min(self.hills.speed_km_h, *(s.speed_km_h for s in self.lowland_speeds)) <= 0:
            raise ValueError("estimate: a speed must be above 0 km/h")
        if min(self.circuity.lowland, self.circuity.hills, self.circuity.between_coastal_kecamatan) < 1:
            raise ValueError("estimate.circuity: a road is not shorter than the straight line")
        hours = [s.road_m / s.speed_km_h for s in self.lowland_speeds]
        if hours != sorted(hours):
            raise ValueError("estimate.lowland_speeds: a longer way may not take less time")


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelRules:
    """The rule file ``travel.toml`` of an office."""

    estimate: EstimateRules
    measured_legs: tuple[LegRecord, ...] = ()


class EstimatedTravelTimes:
    """Estimates every leg; symmetric, because it knows nothing that differs by direction.

    Parameters
    ----------
    rules
        The office's figures.
    gazetteer
        Tells the terrain of a place: that of the kecamatan of the nearest village.
    """

    def __init__(self, rules: EstimateRules, gazetteer: Gazetteer) -> None:
        self._rules = rules
        self._gazetteer = gazetteer
        lengths = np.array([s.road_m for s in rules.lowland_speeds], dtype=np.float64)
        speeds = np.array([s.speed_km_h for s in rules.lowland_speeds], dtype=np.float64)
        self._lengths_m = np.concatenate([[0.0], lengths])
        self._durations_s = np.concatenate([[0.0], lengths * 3.6 / speeds])

    def matrix(self, places: Sequence[LatLon]) -> TravelMatrix:
        """Return the estimated travel between all places; see `TravelTimes.matrix`. Same point, zero seconds."""
        radians = radians_of(places)
        straight = haversine_m(radians, radians)
        kecamatan = [v.kecamatan_code for v in self._gazetteer.nearest(places)]
        in_hills = np.isin(kecamatan, self._rules.hills.kecamatan).astype(np.int64)
        ends_in_hills = in_hills[:, None] + in_hills[None, :]
        road = self._road_m(straight, kecamatan, ends_in_hills > 0)
        slow = np.minimum(road, ends_in_hills * self._rules.hills.road_m)
        seconds = slow * 3.6 / self._rules.hills.speed_km_h + self._lowland_seconds(road - slow)
        seconds = np.where(straight > 0, seconds + self._rules.leg_overhead_s, 0)
        return TravelMatrix(
            duration_s=np.rint(seconds).astype(np.int32),
            distance_m=np.rint(road).astype(np.int32),
            source=np.full(road.shape, Source.ESTIMATE, dtype=np.int8),
        )

    def _road_m(
        self, straight_m: NDArray[np.float64], kecamatan: list[str], hilly: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        rules = self._rules.circuity
        coastal = {code: i for i, code in enumerate(self._rules.hills.coastal_kecamatan)}
        coast = np.array([coastal.get(code, NOWHERE) for code in kecamatan], dtype=np.int64)
        on_coast = coast != NOWHERE
        apart = on_coast[:, None] & on_coast[None, :] & (coast[:, None] != coast[None, :])
        road = straight_m * np.where(hilly, rules.hills, rules.lowland)
        around = np.minimum(straight_m * rules.between_coastal_kecamatan, road + rules.largest_detour_m)
        return np.where(apart, around, road)

    def _lowland_seconds(self, road_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Interpolate the time between the given lengths, and go on at the last pace beyond."""
        inside = np.interp(road_m, self._lengths_m, self._durations_s)
        pace = (self._durations_s[-1] - self._durations_s[-2]) / (self._lengths_m[-1] - self._lengths_m[-2])
        beyond: NDArray[np.float64] = inside + np.maximum(road_m - self._lengths_m[-1], 0) * pace
        return beyond
