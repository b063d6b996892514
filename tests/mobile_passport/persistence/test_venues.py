from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from mobile_passport.domain.venue import SurveyState, Venue, VenueKind
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.venues.venues import Registered, Venues
from optimizer.problem import LatLon

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
KUA = Venue(
    code="KUA-1",
    name="KUA Kec. Garum",
    kind=VenueKind.KUA,
    village_code="3505112004",
    position=LatLon(lat=-8.0412, lon=112.2434),
    capacity_a_day=50,
    step_free=True,
    power=True,
    internet=True,
    survey_state=SurveyState.NOT_SURVEYED,
    surveyed_date=None,
    source="test",
)


def put(database: Database, *venues: Venue, kanim: str = "blitar") -> Registered:
    with database.transaction() as session:
        return Venues(session, kanim).put(venues, now=NOW)


def test_a_register_is_read_back_as_it_was_put_by_code(database: Database) -> None:
    other = replace(KUA, code="BD-9", name="Balai Desa Garum")
    assert put(database, KUA, other) == Registered(added=2, changed=0, unchanged=0)
    with database.reading() as session:
        assert Venues(session, "blitar").all() == (other, KUA)
        assert Venues(session, "malang").all() == ()


def test_putting_again_changes_nothing_and_a_survey_changes_one(database: Database) -> None:
    put(database, KUA)
    assert put(database, KUA) == Registered(added=0, changed=0, unchanged=1)
    surveyed = replace(KUA, survey_state=SurveyState.SURVEYED, surveyed_date=date(2026, 11, 20))
    assert put(database, surveyed) == Registered(added=0, changed=1, unchanged=0)
    with database.reading() as session:
        assert Venues(session, "blitar").all() == (surveyed,)


def test_two_offices_may_use_one_code(database: Database) -> None:
    put(database, KUA)
    assert put(database, KUA, kanim="malang").added == 1


def test_the_database_refuses_a_venue_that_holds_nobody(database: Database) -> None:
    with pytest.raises(IntegrityError):
        put(database, replace(KUA, capacity_a_day=0))
