"""The published rule of the order of service, with its figures: file ``rank.toml``."""

from dataclasses import dataclass
from datetime import date

from mobile_passport.domain.override import OverrideKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHead:
    """Which rule this is; a changed figure needs a new version."""

    version: str
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRule:
    """The public draw: ``seed`` was published on a day, and gives every reference a number that nobody chose.

    ``points`` is the most that it adds.
    """

    seed: str
    published_date: date
    points: float
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPoints:
    """Points of one person by category, what a home visit multiplies them by, and what age or a need adds."""

    hajj: float
    elderly_home: float
    migrant_worker: float
    umrah: float
    other: float
    home_visit_factor: float
    elderly_or_need: float
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalRule:
    """Points added for each full week since the letter was received."""

    per_week: float
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule:
    """Points added for each week by which a deadline is nearer than ``weeks``."""

    weeks: int
    per_week_nearer: float
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictRule:
    """Points added for each full four weeks since people of the kecamatan were served last, up to ``most``.

    Where nobody was ever served, weeks count from ``counts_from_date``.
    """

    per_four_weeks: float
    most: float
    counts_from_date: date
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRule:
    """What an override of a kind adds; the public reads ``sentence``, Indonesian."""

    kind: OverrideKind
    points: float
    sentence: str
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RankRules:
    """An office's rule of the order: file ``rank.toml``."""

    rule: RuleHead
    draw: DrawRule
    points: CategoryPoints
    arrival: ArrivalRule
    deadline: DeadlineRule
    district: DistrictRule
    overrides: tuple[OverrideRule, ...]

    def override(self, kind: OverrideKind) -> OverrideRule | None:
        """Return the rule of a kind of override, ``None`` where the office does not allow it."""
        return next((rule for rule in self.overrides if rule.kind is kind), None)
