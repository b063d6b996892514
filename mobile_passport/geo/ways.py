"""The roads that teams take, for drawing: asked once a tour, and never in the way when there is no engine."""

import logging
from collections.abc import Sequence

from mobile_passport.geo.roads import MOST_FAILURES, RoadEngine, RouteRefused
from mobile_passport.geo.travel import PlaceKey, RouterUnavailable, place_key
from optimizer.problem import LatLon

logger = logging.getLogger(__name__)

type Way = tuple[LatLon, ...] | None
"""Points along the road; None where only a straight line is known."""


class RoadWays:
    """Roads through places, remembered as long as the process.

    Parameters
    ----------
    engine
        Knows roads; without one no way is known.
    """

    def __init__(self, engine: RoadEngine | None) -> None:
        self._engine = engine
        self._known: dict[tuple[PlaceKey, ...], Way] = {}

    def through(self, tours: Sequence[Sequence[LatLon]]) -> tuple[Way, ...]:
        """Return the way of each tour, which names two or more places in their order.

        An engine that does not answer is asked no more for the rest of the tours; the next call asks again.
        """
        failures = 0
        ways: list[Way] = []
        for tour in tours:
            key = tuple(place_key(place) for place in tour)
            if self._engine and key not in self._known and failures < MOST_FAILURES:
                try:
                    self._known[key] = self._engine.route(tour).points
                except RouteRefused:
                    self._known[key] = None
                except RouterUnavailable as error:
                    failures += 1
                    logger.warning("no way to draw", extra={"engine": self._engine.version, "why": str(error)})
            ways.append(self._known.get(key))
        return tuple(ways)
