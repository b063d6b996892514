"""What field teams reported of stops and ways, as calibration takes it, and what it finds."""

from dataclasses import dataclass
from datetime import date, datetime

from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.robust import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedWay:
    """The way to a stop.

    Attributes
    ----------
    left_at
        The last person of the stop before was served; from the office, when the team was to leave.
    planned_s
        Travel as it was planned, without packing up.
    after
        Kind of the stop before; ``None`` from the office.
    """

    left_at: datetime
    planned_s: int
    after: VisitKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedStop:
    """What happened at one stop.

    Attributes
    ----------
    kits
        Of the team: people served at the same time.
    ordinary, slow
        People who came; slow ones are elderly or have a need.
    planned_at, opens_at
        When setting up was to begin, and when the first person was told to come.
    arrived_at, started_at, finished_at
        The team is there, the first person is served, the last one was; ``None`` when not reported. What came out of
        order was reported by mistake and tells nothing.
    pause_s
        The part of the day's break between start and finish, seconds.
    """

    day: date
    team: str
    kind: VisitKind
    kits: int
    ordinary: int
    slow: int
    planned_at: datetime
    opens_at: datetime
    arrived_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    pause_s: int = 0
    way: LoggedWay | None = None

    @property
    def serving_s(self) -> float | None:
        """Seconds from the first person to the last, without the break."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds() - self.pause_s

    @property
    def setup_s(self) -> float | None:
        """Seconds from the arrival to the first person, where nothing else kept that person waiting.

        So it is only where the team came later than planned, and began later than the first person was told to come.
        """
        if self.arrived_at is None or self.started_at is None:
            return None
        waited_for_people = self.arrived_at <= self.planned_at or self.started_at <= self.opens_at
        seconds = (self.started_at - self.arrived_at).total_seconds()
        return None if waited_for_people or seconds < 0 else seconds

    @property
    def way_s(self) -> float | None:
        """Seconds from the last person of the stop before to the arrival, packing up included."""
        if self.way is None or self.arrived_at is None:
            return None
        seconds = (self.arrived_at - self.way.left_at).total_seconds()
        return None if seconds < 0 else seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of an office, and what the logs suggest.

    Attributes
    ----------
    file, key
        Where it stands: ``service`` and ``site.setup_minutes``.
    present
        What the office has.
    observations
        Stops or ways that tell something about it.
    suggested
        ``None`` when they are not enough; ``why_not`` says so then.
    """

    file: str
    key: str
    present: float
    observations: int
    suggested: Estimate | None = None
    why_not: str = ""
