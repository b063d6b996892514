"""How much days differ from the plan, and how punctuality is shown: file ``punctuality.toml``."""

from dataclasses import dataclass
from datetime import date

from optimizer.punctuality import DayVariation, Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelSpread:
    """How travel differs from day to day; see `DayVariation`."""

    day_sigma: float
    leg_sigma: float
    departure_late_minutes: float
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSpread:
    """By which share of its planned length, up or down, a stop's work may differ."""

    collective: float
    home: float
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """When a stop counts as on time, and from which share of days on it is green or amber."""

    tolerance_minutes: int
    green_share: float
    amber_share: float
    source: str
    as_of_date: date

    def __post_init__(self) -> None:
        if not 0 <= self.amber_share <= self.green_share <= 1 or self.tolerance_minutes < 0:
            raise ValueError("display: 0 <= amber_share <= green_share <= 1, and a tolerance of 0 minutes or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeWindowRules:
    """The share of days that the window told to a household has to hold; ``messages.toml`` says how wide it is.

    Attributes
    ----------
    widen_step_minutes
        Where neither a buffer nor another day helps, the window grows in such steps until it holds.
    """

    coverage: float
    widen_step_minutes: int
    source: str
    as_of_date: date

    def __post_init__(self) -> None:
        if not 0 < self.coverage < 1 or self.widen_step_minutes <= 0 or self.widen_step_minutes % 5:
            raise ValueError("home_window: a coverage between 0 and 1, and steps above 0 that are multiples of five")


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """How many days are drawn; the seed makes them the same each time."""

    days: int
    seed: int
    source: str
    as_of_date: date

    def __post_init__(self) -> None:
        if self.days < 1 or self.seed < 0:
            raise ValueError("simulation: 1 day or more, and a seed of 0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class PunctualityRules:
    """An office's rules: file ``punctuality.toml``."""

    travel: TravelSpread
    service: ServiceSpread
    display: Display
    home_window: HomeWindowRules
    simulation: Simulation

    @property
    def variation(self) -> DayVariation:
        """How days differ, as the optimizer takes it; home visits by default, collective ones by their own spread."""
        return DayVariation(
            day_travel_sigma=self.travel.day_sigma,
            leg_travel_sigma=self.travel.leg_sigma,
            service_spread=self.service.home,
            departure_late_s=round(self.travel.departure_late_minutes * 60),
        )

    @property
    def thresholds(self) -> Thresholds:
        """When a stop is on time and how that is shown, as the optimizer takes it."""
        return Thresholds(
            tolerance_s=self.display.tolerance_minutes * 60,
            green=self.display.green_share,
            amber=self.display.amber_share,
        )
