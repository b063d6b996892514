"""The question "where is this place?" and its honest answer: found, ambiguous or not found."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from mobile_passport.geo.gazetteer import Village
from optimizer.problem import LatLon

LONGEST_PLACE = 400
"""Characters of a written place that are read; a longer text is something else."""


class GeocoderUnavailable(Exception):
    """The online geocoder did not answer or refused; try later or use the offline one. The message says why."""


class UnfitForGeocoding(Exception):
    """The text holds what must not leave the house, such as a NIK or a phone number."""


class Verdict(StrEnum):
    """Whether a place may be taken as it is (`found`) or a person has to look at it."""

    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not_found"


class Precision(StrEnum):
    """What a candidate's point stands for."""

    ADDRESS = "address"
    LANDMARK = "landmark"
    VILLAGE = "village"
    KECAMATAN = "kecamatan"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceQuery:
    """A place as people write it: one line, or columns of a form, or both."""

    text: str = ""
    village: str = ""
    kecamatan: str = ""
    regency: str = ""

    def one_line(self) -> str:
        """Return what was written as one line, the labels spelled out, cut at `LONGEST_PLACE`."""
        labelled = (("Desa", self.village), ("Kecamatan", self.kecamatan), ("", self.regency))
        parts = [self.text.strip(), *(f"{label} {value.strip()}".strip() for label, value in labelled if value.strip())]
        return ", ".join(part for part in parts if part)[:LONGEST_PLACE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that the query may mean.

    Attributes
    ----------
    label
        For people to read, Indonesian.
    village
        The village of the gazetteer; None when only a kecamatan is meant or the point lies outside the working area.
    confidence
        0 to 1, higher is surer; the confidences of a query's candidates add up to at most 1.
    """

    label: str
    village: Village | None
    position: LatLon
    precision: Precision
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """The answer to a query.

    Attributes
    ----------
    candidates
        Best first; may be empty.
    verdict
        Only `Verdict.FOUND` may be used without a person looking at it.
    reason
        Why, one Indonesian sentence for the clerk.
    """

    query: PlaceQuery
    candidates: tuple[Candidate, ...]
    verdict: Verdict
    reason: str

    @property
    def best(self) -> Candidate | None:
        """The first candidate when the place was found, else None."""
        return self.candidates[0] if self.verdict is Verdict.FOUND else None


class Geocoder(Protocol):
    """Anything that finds places."""

    def locate(self, query: PlaceQuery) -> Located:
        """Find a place; the answer is a function of the query alone.

        Raises
        ------
        GeocoderUnavailable
            When a service that this geocoder needs does not answer.
        UnfitForGeocoding
            When the query holds personal numbers and would leave the house.
        """
        ...
