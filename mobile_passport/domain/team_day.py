"""What lies ahead of a field team on one day, as a plan says it."""

from dataclasses import dataclass
from datetime import date, datetime

from mobile_passport.domain.request import VisitKind
from optimizer.problem import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamStop:
    """One stop; two are equal when a team goes to the same place at the same time in the same shift.

    Attributes
    ----------
    label
        Of the place; it may name a home.
    """

    shift: str
    kind: VisitKind
    label: str
    position: LatLon
    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDay:
    """A team's stops on a local day, by time; none when nothing is left of it."""

    team: str
    day: date
    stops: tuple[TeamStop, ...] = ()

    @property
    def topic(self) -> str:
        """Name of the team's day in the outbox, whatever the plan says of it."""
        return f"team_day:{self.team}:{self.day.isoformat()}"
