"""Put geocoders and travel times together from plain parameters."""

from collections.abc import Iterable

from mobile_passport.geo.area import WorkingArea
from mobile_passport.geo.estimate import EstimatedTravelTimes, EstimateRules
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.geocoder import Geocoder
from mobile_passport.geo.measured import MeasuredLeg, MeasuredTravelTimes
from mobile_passport.geo.offline import OfflineGeocoder
from mobile_passport.geo.online import FallbackGeocoder, MemoryPlaceCache, OnlineGeocoder, PlaceCache, Service
from mobile_passport.geo.travel import TravelTimes

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
    rules: EstimateRules, *, gazetteer: Gazetteer, measured: Iterable[MeasuredLeg] = ()
) -> TravelTimes:
    """Return the travel times of an office: measured legs, else the estimate."""
    return MeasuredTravelTimes(EstimatedTravelTimes(rules, gazetteer), measured)
