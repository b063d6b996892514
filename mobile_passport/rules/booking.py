"""How places on service days are counted and given out: file ``booking.toml``."""

from dataclasses import dataclass
from datetime import date

from mobile_passport.domain.request import AskerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCapacity:
    """What a team's day is taken to hold, beside the minutes of ``service.toml``.

    Attributes
    ----------
    slow_share
        Share of people who take the longer biometrics, 0 to 1.
    stops_a_team
        Places that a team is taken to serve on one day: each costs set-up and pack-up.
    way_minutes
        Minutes on the road, there, between and back.
    """

    slow_share: float
    stops_a_team: int
    way_minutes: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """How long places are kept, and how near a day may be.

    Attributes
    ----------
    minutes
        A hold that was taken from free room.
    moved_up_minutes
        A hold that came from the waiting list: somebody has to notice it.
    lead_days
        The first day that can be held is so many days ahead; the plan needs that long to promise it in time.
    """

    minutes: int
    moved_up_minutes: int
    lead_days: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Places that one organisation may have held or booked on days to come.

    Attributes
    ----------
    kind
        Kind of organisation; ``None`` for every kind that has no quota of its own.
    """

    places: int
    source: str
    as_of_date: date
    kind: AskerKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWeights:
    """What makes a day a better offer; every weight is in the same points, fewer are better.

    Attributes
    ----------
    way_minute
        For each minute that a team drives more because of the group.
    day_later
        For each day later than the first one asked for.
    short_day
        For a day with shorter hours than usual.
    unwished
        For a day that was not wished for, where days were wished for.
    left_over
        For each person of the group whom the day has no room for.
    """

    way_minute: float
    day_later: float
    short_day: float
    unwished: float
    left_over: float
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRules:
    """An office's rules: file ``booking.toml``."""

    capacity: DayCapacity
    holds: Holds
    quotas: tuple[Quota, ...]
    offers: OfferWeights

    def quota_of(self, kind: AskerKind) -> int | None:
        """Return how many places an organisation may have, ``None`` when nothing limits it."""
        named = {quota.kind: quota.places for quota in self.quotas}
        return named.get(kind, named.get(None))
