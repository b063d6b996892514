"""Put geocoders and travel times together from plain parameters."""

from collections.abc import Iterable
from pathlib import Path

from mobile_passport.geo.area import WorkingArea
from mobile_passport.geo.estimate import EstimatedTravelTimes, EstimateRules
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.geocoder import Geocoder
from mobile_passport.geo.leg_cache import MemoryLegCache
from mobile_passport.geo.measured import MeasuredLeg, MeasuredTravelTimes
from mobile_passport.geo.offline import OfflineGeocoder
from mobile_passport.geo.online import FallbackGeocoder, OnlineGeocoder, PlaceCache, Service
from mobile_passport.geo.osrm import OsrmFiles, OsrmServer
from mobile_passport.geo.place_cache import MemoryPlaceCache
from mobile_passport.geo.road_build import built_roads
from mobile_passport.geo.roads import LegCache, RoadEngine, RoadTravelTimes
from mobile_passport.geo.travel import TravelTimes
from mobile_passport.geo.valhalla import ValhallaServer

PUBLIC_URLS = {
    Service.NOMINATIM: "https://nominatim.openstreetmap.org",
    Service.PHOTON: "https://photon.komoot.io",
}


def build_gazetteer(area: WorkingArea) -> Gazetteer:
    """Return the villages of a working area."""
    return Gazetteer.load(area.regencies.codes, anchors=area.anchors.villages)


def build_geocoder(
    kind: str,
    *,
    area: WorkingArea,
    gazetteer: Gazetteer,
    url: str | None = None,
    user_agent: str = "mobile-passport",
    timeout_s: float = 5.0,
    min_delay_s: float = 1.0,
    cache: PlaceCache | None = None,
    fall_back_offline: bool = True,
) -> Geocoder:
    """Return the geocoder that a setting names.

    Parameters
    ----------
    kind
        ``"offline"``, ``"nominatim"`` or ``"photon"``.
    url
        Address of an online service; its public server when None.
    user_agent
        Names the application and a contact to an online service.
    cache
        Remembers an online service's answers; as long as the process when None.
    fall_back_offline
        Whether the offline geocoder answers where an online one cannot.

    Raises
    ------
    ValueError
        When ``kind`` is none of these.
    """
    offline = OfflineGeocoder(gazetteer, short_names=area.regencies.short_names, landmarks=area.landmarks)
    if kind == "offline":
        return offline
    service = Service(kind)
    online = OnlineGeocoder(
        service,
        url=url or PUBLIC_URLS[service],
        user_agent=user_agent,
        window=area.window,
        gazetteer=gazetteer,
        cache=cache or MemoryPlaceCache(),
        timeout_s=timeout_s,
        min_delay_s=min_delay_s,
    )
    return FallbackGeocoder(online, offline) if fall_back_offline else online


def build_travel_times(
    rules: EstimateRules,
    *,
    gazetteer: Gazetteer,
    engine: RoadEngine | None = None,
    cache: LegCache | None = None,
    measured: Iterable[MeasuredLeg] = (),
) -> TravelTimes:
    """Return the travel times of an office: measured legs, else those of a road engine, else the estimate.

    Parameters
    ----------
    rules
        The office's figures for the estimate and for what every leg takes beside the driving.
    engine
        Knows roads; estimates only when None. See `build_road_engine`.
    cache
        Remembers the engine's answers; as long as the process when None.
    measured
        Legs that somebody drove.
    """
    times: TravelTimes = EstimatedTravelTimes(rules, gazetteer)
    if engine is not None:
        times = RoadTravelTimes(
            engine, fallback=times, cache=cache or MemoryLegCache(), leg_overhead_s=rules.leg_overhead_s
        )
    return MeasuredTravelTimes(times, measured)


def build_road_engine(
    kind: str,
    *,
    url: str | None = None,
    directory: Path | None = None,
    version: str = "",
    timeout_s: float = 10.0,
) -> RoadEngine | None:
    """Return the road engine that a setting names.

    Parameters
    ----------
    kind
        ``"estimate"`` (no engine), ``"osrm-files"``, ``"osrm"`` or ``"valhalla"``.
    url
        Address of a running server, for the last two.
    directory
        Where `build_roads` left its files, for ``"osrm-files"``.
    version
        Names the data; change it when a server gets a new map. Files carry the time they were built by themselves.

    Raises
    ------
    ValueError
        When ``kind`` is none of these, or what it needs is missing.
    RouterUnavailable
        When files or the package that reads them are missing.
    """
    if kind == "estimate":
        return None
    if kind == "osrm-files" and directory is not None:
        return OsrmFiles(built_roads(directory), version=version)
    if kind == "osrm" and url:
        return OsrmServer(url, version=version, timeout_s=timeout_s)
    if kind == "valhalla" and url:
        return ValhallaServer(url, version=version, timeout_s=timeout_s)
    raise ValueError(f"no road engine {kind!r}: osrm-files needs a directory, osrm and valhalla an address")
