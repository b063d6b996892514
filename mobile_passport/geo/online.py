"""Geocoders on the network, Nominatim and Photon, behind the same interface; the only user of geopy."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlsplit

from geopy.exc import GeopyError  # type: ignore[import-untyped] # geopy carries no types
from geopy.extra.rate_limiter import RateLimiter  # type: ignore[import-untyped]
from geopy.geocoders import Nominatim, Photon  # type: ignore[import-untyped]

from mobile_passport.geo.address import without_labels
from mobile_passport.geo.area import Window
from mobile_passport.geo.distance import haversine_m, radians_of
from mobile_passport.geo.gazetteer import Gazetteer, Village
from mobile_passport.geo.geocoder import (
    Candidate,
    Geocoder,
    GeocoderUnavailable,
    Located,
    PlaceQuery,
    Precision,
    UnfitForGeocoding,
    Verdict,
)
from mobile_passport.geo.spelling import fold
from optimizer.problem import LatLon

MOST_RESULTS = 5
SAME_PLACE_M = 1_500
VILLAGE_REACH_M = 8_000
SURE_CONFIDENCE = 0.95

_PERSONAL_NUMBER = re.compile(r"(?:\d[\s.+-]{0,2}){8,}")


class Service(StrEnum):
    """A geocoding service on the network."""

    NOMINATIM = "nominatim"
    PHOTON = "photon"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPoint:
    """A point that a service gave, with its words for it."""

    label: str
    position: LatLon


class PlaceCache(Protocol):
    """Remembers what a service answered; the services' rules of use ask for it."""

    def get(self, service: Service, text: str) -> tuple[FoundPoint, ...] | None:
        """Return the stored answer, None when this text was never asked."""
        ...

    def put(self, service: Service, text: str, points: tuple[FoundPoint, ...]) -> None:
        """Store an answer, which may be empty."""
        ...


class OnlineGeocoder:
    """Asks a service on the network, within the working area only.

    Parameters
    ----------
    service
        Which one.
    url
        Scheme and host, with port and path where needed: ``"https://nominatim.example.go.id"``.
    user_agent
        Names the application and a contact; the public services refuse requests without.
    window
        Results outside are not asked for and not taken.
    gazetteer
        Tells which village a result lies in.
    cache
        Remembers answers.
    timeout_s
        Longest wait for one answer, seconds.
    min_delay_s
        Shortest time between two requests, seconds; 1 is the rule of the public Nominatim.
    """

    def __init__(
        self,
        service: Service,
        *,
        url: str,
        user_agent: str,
        window: Window,
        gazetteer: Gazetteer,
        cache: PlaceCache,
        timeout_s: float = 5.0,
        min_delay_s: float = 1.0,
    ) -> None:
        self._service = service
        self._window = window
        self._gazetteer = gazetteer
        self._cache = cache
        self._ask: Callable[..., Any] = RateLimiter(
            _client(service, url=url, user_agent=user_agent, timeout_s=timeout_s, window=window),
            min_delay_seconds=min_delay_s,
            error_wait_seconds=min_delay_s,
            max_retries=0,
            swallow_exceptions=False,
        )

    def locate(self, query: PlaceQuery) -> Located:
        """Find a place; see `Geocoder.locate`. A place is found when one spot fits and its village was written."""
        text = without_labels(query)
        if _PERSONAL_NUMBER.search(text):
            raise UnfitForGeocoding("the place holds a long number, such as a NIK or a phone; take it out")
        if not text:
            return Located(query=query, candidates=(), verdict=Verdict.NOT_FOUND, reason="Tempat tidak diisi.")
        points = self._cache.get(self._service, text)
        if points is None:
            points = self._fetch(text)
            self._cache.put(self._service, text, points)
        return self._judge(query, [p for p in points if self._window.holds(p.position)])

    def _fetch(self, text: str) -> tuple[FoundPoint, ...]:
        try:
            results = self._ask(text)
        except (GeopyError, OSError) as error:
            raise GeocoderUnavailable(f"{self._service} did not answer: {type(error).__name__}") from error
        return tuple(
            FoundPoint(label=str(r.address), position=LatLon(lat=float(r.latitude), lon=float(r.longitude)))
            for r in results or ()
        )

    def _judge(self, query: PlaceQuery, points: Sequence[FoundPoint]) -> Located:
        if not points:
            reason = "Layanan peta tidak menemukan tempat ini di wilayah kerja; periksa ejaannya."
            return Located(query=query, candidates=(), verdict=Verdict.NOT_FOUND, reason=reason)
        villages = [self._village_of(p) for p in points]
        one_spot = _spread_m(points) <= SAME_PLACE_M
        first = villages[0]
        written = first is not None and fold(first.name) in fold(query.one_line())
        sure = one_spot and written
        candidates = tuple(
            Candidate(
                label=point.label,
                village=village,
                position=point.position,
                precision=Precision.ADDRESS,
                confidence=_share(rank, len(points), sure=sure),
            )
            for rank, (point, village) in enumerate(zip(points, villages, strict=True))
        )
        if sure:
            return Located(
                query=query, candidates=candidates, verdict=Verdict.FOUND, reason=f"Cocok: {points[0].label}."
            )
        doubt = "memberi beberapa tempat" if not one_spot else "memberi tempat di desa lain dari yang ditulis"
        reason = f"Layanan peta {doubt}; pilih yang benar."
        return Located(query=query, candidates=candidates, verdict=Verdict.AMBIGUOUS, reason=reason)

    def _village_of(self, point: FoundPoint) -> Village | None:
        """Return the village near the point that the service's own words name, the most particular words first."""
        villages = self._gazetteer.villages
        distance = haversine_m(radians_of([point.position]), radians_of([v.position for v in villages]))[0]
        near = {fold(villages[i].name): villages[i] for i in (-distance).argsort() if distance[i] <= VILLAGE_REACH_M}
        return next((near[word] for part in point.label.split(",") if (word := fold(part)) in near), None)


class FallbackGeocoder:
    """Asks the first geocoder, and the second where the first may not be asked or does not answer."""

    def __init__(self, first: Geocoder, second: Geocoder) -> None:
        self._first = first
        self._second = second

    def locate(self, query: PlaceQuery) -> Located:
        """Find a place; see `Geocoder.locate`."""
        try:
            return self._first.locate(query)
        except (GeocoderUnavailable, UnfitForGeocoding):
            return self._second.locate(query)


def _client(
    service: Service, *, url: str, user_agent: str, timeout_s: float, window: Window
) -> Callable[[str], Sequence[Any] | None]:
    parts = urlsplit(url)
    where = {"scheme": parts.scheme, "domain": parts.netloc + parts.path.rstrip("/")}
    corners = [(window.south, window.west), (window.north, window.east)]
    if service is Service.NOMINATIM:
        nominatim = Nominatim(user_agent=user_agent, timeout=timeout_s, **where)
        return lambda text: nominatim.geocode(
            text,
            exactly_one=False,
            limit=MOST_RESULTS,
            country_codes="id",
            language="id",
            viewbox=corners,
            bounded=True,
        )
    photon = Photon(user_agent=user_agent, timeout=timeout_s, **where)
    return lambda text: photon.geocode(text, exactly_one=False, limit=MOST_RESULTS, bbox=corners)


def _spread_m(points: Sequence[FoundPoint]) -> float:
    places = radians_of([p.position for p in points])
    return float(haversine_m(places, places).max())


def _share(rank: int, count: int, *, sure: bool) -> float:
    if not sure:
        return round((1 - 0.1) / count, 4)
    return SURE_CONFIDENCE if rank == 0 else round((1 - SURE_CONFIDENCE) / count, 4)
