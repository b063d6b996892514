"""Who the office is: file ``office.toml``."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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
class OtherZone:
    """A part of the working area whose clocks differ from the office's.

    Attributes
    ----------
    timezone
        IANA name.
    areas
        How the Kemendagri codes of its villages begin, without dots: a province (``"64"``) or a regency (``"6401"``).
    """

    timezone: str
    areas: tuple[str, ...]
    source: str
    as_of_date: date

    def __post_init__(self) -> None:
        _checked_zone(self.timezone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One immigration office (kanim).

    Attributes
    ----------
    brand
        First words of every message.
    timezone
        IANA name of the zone of the office, in which its staff see times and its days are counted.
    other_zones
        Where the people whom it visits live by other clocks.
    """

    name: str
    brand: str
    contact_phone: str
    timezone: str
    depot: Depot
    other_zones: tuple[OtherZone, ...] = ()

    def __post_init__(self) -> None:
        _checked_zone(self.timezone)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the office."""
        return ZoneInfo(self.timezone)

    @property
    def zones(self) -> tuple[ZoneInfo, ...]:
        """Every zone of the working area, the office's own first."""
        return tuple(dict.fromkeys((self.zone, *(ZoneInfo(other.timezone) for other in self.other_zones))))

    def zone_at(self, village_code: str | None) -> ZoneInfo:
        """Return the zone by which people of a village live; the office's where nothing else is known."""
        for other in self.other_zones:
            if village_code is not None and village_code.startswith(other.areas):
                return ZoneInfo(other.timezone)
        return self.zone


def _checked_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name} is no IANA time zone; in Indonesia Asia/Jakarta, /Makassar or /Jayapura") from error
