"""All rules of one office, read together, so that a plan can say by which rules it was made."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from mobile_passport.domain.calendar import CalendarRules
from mobile_passport.domain.eligibility import EligibilityRules
from mobile_passport.domain.rank_rules import RankRules
from mobile_passport.geo.area import WorkingArea
from mobile_passport.geo.estimate import TravelRules
from mobile_passport.rules.field import FieldRules
from mobile_passport.rules.loading import load_rules
from mobile_passport.rules.messages import MessageRules, load_messages
from mobile_passport.rules.office import Office
from mobile_passport.rules.planning import PlanningRules
from mobile_passport.rules.privacy import PrivacyRules
from mobile_passport.rules.punctuality import PunctualityRules
from mobile_passport.rules.satisfaction import SatisfactionRules
from mobile_passport.rules.service import ServiceRules
from mobile_passport.rules.standard import StandardRules
from mobile_passport.rules.teams import TeamRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """An office's rules.

    Attributes
    ----------
    kanim
        Short name of the office, as in every table.
    """

    kanim: str
    office: Office
    calendar: CalendarRules
    eligibility: EligibilityRules
    service: ServiceRules
    teams: TeamRules
    planning: PlanningRules
    rank: RankRules
    area: WorkingArea
    travel: TravelRules
    punctuality: PunctualityRules
    messages: MessageRules
    privacy: PrivacyRules
    field: FieldRules
    standard: StandardRules
    satisfaction: SatisfactionRules

    @property
    def digest(self) -> str:
        """SHA-256 of all rules that decide a plan: another digest means that one of them was edited."""
        parts = (
            self.office.depot,
            self.office.timezone,
            self.calendar,
            self.eligibility,
            self.service,
            self.teams,
            self.planning,
            self.rank,
            self.travel,
            self.punctuality,
            self.messages.wording.home_window_minutes,
        )
        return sha256(repr(parts).encode()).hexdigest()  # rules hold tuples only: their text is stable


def load_rulebook(office: str, directory: Path | None = None) -> Rulebook:
    """Read every rule file of an office.

    Parameters
    ----------
    directory
        The office's own edited files; what is not there comes from the shipped ones.

    Raises
    ------
    InvalidRules
        With file, key, cause and action.
    """

    def read[T](shape: type[T], name: str) -> T:
        return load_rules(shape, name, office=office, directory=directory)

    return Rulebook(
        kanim=office,
        office=read(Office, "office"),
        calendar=read(CalendarRules, "calendar"),
        eligibility=read(EligibilityRules, "eligibility"),
        service=read(ServiceRules, "service"),
        teams=read(TeamRules, "teams"),
        planning=read(PlanningRules, "planning"),
        rank=read(RankRules, "rank"),
        area=read(WorkingArea, "area"),
        travel=read(TravelRules, "travel"),
        punctuality=read(PunctualityRules, "punctuality"),
        messages=load_messages(office, directory),
        privacy=read(PrivacyRules, "privacy"),
        field=read(FieldRules, "field"),
        standard=read(StandardRules, "standard"),
        satisfaction=read(SatisfactionRules, "satisfaction"),
    )
