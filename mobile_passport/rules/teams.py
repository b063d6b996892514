"""Who goes out with what, and when: file ``teams.toml``."""

from dataclasses import dataclass, field
from datetime import date

from mobile_passport.domain.phone import PhoneFault, normalise_phone
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.venue import Supply


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A vehicle with its crew and kits.

    Attributes
    ----------
    skills
        Kinds of visit it can make: ``collective``, ``home``.
    weekdays
        ISO weekdays on which it goes out, 1 = Monday.
    kits
        Biometric kits, that is people served at the same time.
    carries
        What it brings to venues that lack it: a generator is ``power``, a satellite link ``internet``.
    from_date, to_date
        First and last day on which it exists.
    phone
        The team's mobile number, to which it is told of changed plans; empty where it is told otherwise. No part of
        what decides a plan, so another number makes no draft stale.
    """

    id: str
    label: str
    skills: tuple[str, ...]
    weekdays: tuple[int, ...]
    kits: int
    document_desks: int
    interview_desks: int
    from_date: date
    source: str
    to_date: date | None = None
    carries: tuple[Supply, ...] = ()
    phone: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.phone and isinstance(normalise_phone(self.phone), PhoneFault):
            raise ValueError(f"teams.{self.id}: phone is no Indonesian mobile number")

    @property
    def telephone(self) -> Secret[str] | None:
        """E.164; ``None`` where the team has no number."""
        number = normalise_phone(self.phone) if self.phone else None
        return number if isinstance(number, Secret) else None

    def goes_out_on(self, day: date) -> bool:
        """Whether the team goes out on that day of the week and exists then; the calendar may still say no."""
        exists = self.from_date <= day and (self.to_date is None or day <= self.to_date)
        return exists and day.isoweekday() in self.weekdays


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRules:
    """An office's rules: file ``teams.toml``."""

    teams: tuple[Team, ...]

    @property
    def always_brought(self) -> frozenset[Supply]:
        """What every team brings that goes to venues: any of them may be sent to any venue."""
        carried = [frozenset(team.carries) for team in self.teams if VisitKind.COLLECTIVE in team.skills]
        return frozenset.intersection(*carried) if carried else frozenset()
