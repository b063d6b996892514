"""What lies ahead of a field team on one day, as a plan says it."""

from dataclasses import dataclass
from datetime import date, datetime

from mobile_passport.domain.request import VisitKind
from optimizer.problem import LatLon

_TOPIC = "team_day"


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
        return f"{_TOPIC}:{self.team}:{self.day.isoformat()}"

    @classmethod
    def of_topic(cls, topic: str) -> "TeamDay":
        """Return the team's day that a topic names, without its stops.

        Raises
        ------
        ValueError
            When it names something else.
        """
        what, team, day = topic.split(":")
        if what != _TOPIC:
            raise ValueError(f"{topic} is no team's day")
        return cls(team=team, day=date.fromisoformat(day))
