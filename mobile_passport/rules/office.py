"""Who the office is: file ``office.toml``."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from optimizer.problem import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """Where teams start and end.

    Attributes
    ----------
    source
        Where the point comes from and how exact it is.
    """

    label: str
    lat: float
    lon: float
    source: str
    as_of_date: date

    @property
    def position(self) -> LatLon:
        """The depot on the map."""
        return LatLon(lat=self.lat, lon=self.lon)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One immigration office (kanim).

    Attributes
    ----------
    brand
        First words of every message.
    timezone
        IANA name of the zone in which times are shown.
    """

    name: str
    brand: str
    contact_phone: str
    timezone: str
    depot: Depot

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown."""
        return ZoneInfo(self.timezone)
