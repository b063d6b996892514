"""The register of venues: halls, schools, mosques and offices where people can be served, and what a survey found."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from optimizer.problem import LatLon

_NOT_A_WORD = re.compile(r"[^0-9a-z]+")


class VenueKind(StrEnum):
    """What a venue is."""

    KEMENAG = "kemenag"
    """Regency office of the ministry of religious affairs."""
    KUA = "kua"
    """Religious affairs office of a kecamatan."""
    VILLAGE_HALL = "village_hall"
    MOSQUE = "mosque"
    SCHOOL = "school"
    OTHER = "other"


class Supply(StrEnum):
    """What the unit needs at a venue; its host has it, or the team brings it."""

    POWER = "power"
    INTERNET = "internet"


class SurveyState(StrEnum):
    """Whether somebody of the office has looked at the venue, and with which result."""

    NOT_SURVEYED = "not_surveyed"
    """A plan may propose it; nobody is told to come there."""
    SURVEYED = "surveyed"
    UNFIT = "unfit"
    """No plan uses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """One venue of the register.

    Attributes
    ----------
    code
        The office's own short name for it, unique.
    name
        What people are told, Indonesian: "Aula KUA Kec. Ngunut".
    village_code
        Kemendagri code, ten digits.
    capacity_a_day
        People who can be served there on one day, 1 or more.
    step_free
        A wheelchair gets in without a step.
    surveyed_date
        ``None`` while not surveyed.
    source
        Where the entry comes from.
    """

    code: str
    name: str
    kind: VenueKind
    village_code: str
    position: LatLon
    capacity_a_day: int
    step_free: bool
    power: bool
    internet: bool
    survey_state: SurveyState
    surveyed_date: date | None
    source: str

    @property
    def supplies(self) -> frozenset[Supply]:
        """What its host supplies."""
        has = {Supply.POWER: self.power, Supply.INTERNET: self.internet}
        return frozenset(supply for supply, is_there in has.items() if is_there)


def same_name(one: str, other: str) -> bool:
    """Whether two names of venues differ in nothing but case, spaces and punctuation."""
    return _NOT_A_WORD.sub(" ", one.casefold()).strip() == _NOT_A_WORD.sub(" ", other.casefold()).strip()
