"""The register of venues."""

from datetime import date

from pydantic import Field

from api.schemas.base import PointOut, Schema, example
from api.schemas.texts import Line, VenueCode, VillageCode
from mobile_passport.domain.venue import SurveyState, Venue, VenueKind
from optimizer.problem import LatLon

_MOST_A_DAY = 5_000
_PLACE = {
    "name": "Aula KUA Kec. Kanigoro",
    "kind": "kua",
    "village_code": "3505102004",
    "position": {"lat": -8.1305, "lon": 112.2203},
    "capacity_a_day": 90,
    "step_free": True,
    "power": True,
    "internet": False,
    "source": "Kunjungan 12 November 2026",
}


class PointIn(Schema):
    """WGS84 degrees."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)

    def latlon(self) -> LatLon:
        """Return it as the program holds points."""
        return LatLon(lat=self.lat, lon=self.lon)


class VenueChange(Schema):
    """A venue as it is to be, its survey aside."""

    model_config = example(_PLACE)

    name: Line
    kind: VenueKind
    village_code: VillageCode
    position: PointIn
    capacity_a_day: int = Field(ge=1, le=_MOST_A_DAY)
    step_free: bool
    power: bool
    internet: bool
    source: Line

    def applied_to(self, venue: Venue) -> Venue:
        """Return a venue so amended."""
        return Venue(
            code=venue.code,
            name=self.name,
            kind=self.kind,
            village_code=self.village_code,
            position=self.position.latlon(),
            capacity_a_day=self.capacity_a_day,
            step_free=self.step_free,
            power=self.power,
            internet=self.internet,
            survey_state=venue.survey_state,
            surveyed_date=venue.surveyed_date,
            source=self.source,
        )


class VenueIn(VenueChange):
    """A new venue; it waits for its survey."""

    model_config = example({"code": "KUA-KANIGORO", **_PLACE})

    code: VenueCode

    def venue(self) -> Venue:
        """Return it as the program holds venues."""
        return Venue(
            code=self.code,
            name=self.name,
            kind=self.kind,
            village_code=self.village_code,
            position=self.position.latlon(),
            capacity_a_day=self.capacity_a_day,
            step_free=self.step_free,
            power=self.power,
            internet=self.internet,
            survey_state=SurveyState.NOT_SURVEYED,
            surveyed_date=None,
            source=self.source,
        )


class SurveyIn(Schema):
    """What somebody of the office found; a date unless it is said to be not surveyed."""

    model_config = example({"survey_state": "surveyed", "surveyed_date": "2026-11-20"})

    survey_state: SurveyState
    surveyed_date: date | None = None


class VenueOut(Schema):
    """A venue of the register."""

    code: str
    name: str
    kind: VenueKind
    village_code: str
    position: PointOut
    capacity_a_day: int
    step_free: bool
    power: bool
    internet: bool
    survey_state: SurveyState
    surveyed_date: date | None
    source: str
