"""Where a new group is served: halls that the office knows are offered, and a text that is unclear is no dead end."""

import re

import pytest

from mobile_passport.domain.venue import SurveyState
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.venues.venues import Venues
from mobile_passport.planning.sites import Site, Sites
from mobile_passport.services.world import World
from tests.api.clerk import Clerk, clerk
from tests.mobile_passport.services.seasons import NOW, hall_of

__all__ = ["clerk"]

KARANGSONO = "3505102007"
PLACE = {"h-place": "Karangsono, Kanigoro"}


@pytest.fixture
def halls(world: World) -> tuple[str, ...]:
    """Put a hall of each kind into the register of Kanigoro, which lies around the village that groups name."""
    village = world.gazetteer.village("3505102004")
    known = [
        hall_of(village, code="KUA-1", name="KUA Kec. Kanigoro"),
        hall_of(village, code="AULA-2", name="Aula Baru", survey_state=SurveyState.NOT_SURVEYED, surveyed_date=None),
        hall_of(village, code="GOR-3", name="Gedung Rusak", survey_state=SurveyState.UNFIT),
        hall_of(world.gazetteer.village("3505031010"), code="KUA-4", name="KUA Kec. Srengat"),
    ]
    with world.database.transaction() as session:
        Venues(session, world.kanim).put(known, now=NOW)
    return tuple(venue.code for venue in known)


def _ticked(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)" checked', page)


def _site_of(world: World, reference: str) -> Site | None:
    with world.database.reading() as session:
        waiting = Requests(session, world.vault, world.kanim).waiting()
        venues = Venues(session, world.kanim).all()
    request = next(one for one in waiting if one.reference == reference)
    return Sites.of(venues, world.gazetteer, world.rulebook.planning.gathering).own(request)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    "building",
    [
        pytest.param({"gedung": "tempat-KUA-1"}, id="chosen"),
        pytest.param({"gedung": "sendiri", "h-own_venue": "kua kec kanigoro"}, id="typed by its name"),
    ],
)
def test_a_hall_of_the_register_is_that_venue_for_planning(
    clerk: Clerk, world: World, halls: tuple[str, ...], building: dict[str, str]
) -> None:
    clerk.to_place()
    clerk.step(ke="cari", gedung="cari", **PLACE)
    assert re.findall(r'value="tempat-([^"]*)"', clerk.page) == ["KUA-1", "AULA-2"]
    clerk.step(ke="hari", desa=KARANGSONO, **PLACE, **building)
    clerk.get(clerk.form().replace("/hari", "/tempat"))
    assert _ticked(clerk.page, "gedung") == ["tempat-KUA-1"]
    clerk.get(clerk.form().replace("/tempat", "/hari"))
    clerk.step(ke="tanpa")
    reference = clerk.finish().partition("?")[0].rpartition("/")[2]
    site = _site_of(world, reference)
    assert site
    assert (site.place.label, site.place.is_surveyed) == ("KUA Kec. Kanigoro", True)


@pytest.mark.database("sqlite")
def test_a_hall_outside_the_clerks_regency_cannot_be_sent(clerk: Clerk, world: World, halls: tuple[str, ...]) -> None:
    village = world.gazetteer.village("3572011004")
    with world.database.transaction() as session:
        Venues(session, world.kanim).put([hall_of(village, code="KOTA-5")], now=NOW)
    clerk.to_place()
    clerk.step(ke="cari", gedung="cari", **PLACE)
    clerk.step(ke="hari", gedung="tempat-KOTA-5", **PLACE)
    assert "Pilih tempatnya" in clerk.page


@pytest.mark.database("sqlite")
def test_a_hall_that_was_typed_counts_though_nothing_ticked_it(clerk: Clerk) -> None:
    clerk.to_place()
    clerk.step(ke="cari", gedung="cari", **PLACE)
    typed = {"h-own_venue": "Aula Contoh", **PLACE}
    clerk.step(ke="cari", gedung="cari", **typed)
    assert _ticked(clerk.page, "gedung") == ["sendiri"]
    clerk.step(ke="cari", gedung="cari", **typed)
    assert _ticked(clerk.page, "gedung") == ["cari"]


@pytest.mark.database("sqlite")
def test_nothing_is_wrong_before_anything_was_typed(clerk: Clerk) -> None:
    clerk.to_place()
    assert clerk.problems() == []
    assert "aria-invalid" not in clerk.page
    clerk.step(ke="hari", gedung="cari", **{"h-place": ""})
    assert clerk.problems() == ["Belum diisi."]


UNCLEAR = (
    ("Ponggok", "Tempat yang ditemukan", ["3505062007"]),
    ("KUA Srengat", "Yang mana yang dimaksud?", []),
    ("KUA Kauman", "di luar kabupaten atau kota Anda: Kec. Kauman, Kab. Tulungagung", []),
    ("Kauman, Ponorogo", "tidak ditemukan di wilayah kerja kantor", []),
)
"""What is written, what the page says of it, and which village stands ticked: a single one does."""


@pytest.mark.database("sqlite")
def test_an_unclear_place_is_answered_with_what_is_near(clerk: Clerk) -> None:
    clerk.to_place()
    for text, said, ticked in UNCLEAR:
        clerk.step(ke="cari", gedung="cari", **{"h-place": text})
        assert said in clerk.page
        assert _ticked(clerk.page, "desa") == ticked
