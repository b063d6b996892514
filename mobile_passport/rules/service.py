"""How long service takes and how many must come: file ``service.toml``."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date

from mobile_passport.domain.venue import Supply


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """How many people a location-day needs, and who may go below."""

    per_location_day: int
    vulnerable_share: float
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """Minutes that one person takes, by station and age."""

    documents: float
    interview: float
    biometrics: float
    biometrics_elderly: float
    household_first_person: float
    household_next_person: float
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Minutes that a place takes before and after its people, and the length of one arrival wave.

    Attributes
    ----------
    buffer_minutes
        Kept free after every stop: more makes the next stop more punctual and leaves less time for people.
    """

    setup_minutes: int
    packup_minutes: int
    home_setup_minutes: int
    home_packup_minutes: int
    buffer_minutes: int
    arrival_wave_minutes: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueRules:
    """What a venue has to have, unless the teams bring it."""

    needs: tuple[Supply, ...]
    source: str
    as_of_date: date

    def missing(self, present: Set[Supply]) -> tuple[Supply, ...]:
        """Return what is needed and not present."""
        return tuple(supply for supply in self.needs if supply not in present)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """One official fee."""

    label: str
    rupiah: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRules:
    """An office's rules: file ``service.toml``."""

    minimum: Minimum
    minutes: Minutes
    site: Site
    venue: VenueRules
    fees: tuple[Fee, ...]
