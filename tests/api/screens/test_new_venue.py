"""A hall that a waiting group names and the register lacks is registered from the list, then planned as surveyed."""

import re

import pytest

from mobile_passport.domain.access import Role
from mobile_passport.domain.venue import VenueKind
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.venues.venues import Venues
from mobile_passport.planning.sites import Site, Sites
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.venues.keep_venues import find_venue
from mobile_passport.services.world import World
from tests.api.screens.test_rules import Person
from tests.apps import app_at
from tests.mobile_passport.services.seasons import NOW, letter, person, rows
from tests.offices import surveyed

__all__ = ["surveyed"]

LIST, NEW = "/tempat", "/tempat-baru"
KARANGSONO = "3505102007"
NAMED = f"{NEW}?nama=Aula+KUA+Contoh&desa={KARANGSONO}"
TRAIL = "/audit?permohonan=BLI-2026-0001"


def planner_of(world: World) -> Person:
    app = app_at(world, lambda: NOW)
    return Person(app, world, Role.PLANNER)


def send(planner: Person, path: str, page: str, status: int = 303, **typed: str) -> str:
    """Send what stands in a page's hidden and written fields; return where it leads, or the page that answers."""
    shown = dict(re.findall(r'<input[^>]*(?<!type="radio") name="([a-z_]+)" value="([^"]*)"', page))
    answer = planner.client.post(path, data=shown | typed)
    assert answer.status_code == status, answer.text
    return answer.headers.get("location", answer.text)


def csrf_of(page: str) -> str:
    return str(re.findall(r'name="csrf" value="([^"]+)"', page)[0])


def own_site(world: World) -> Site | None:
    with world.database.reading() as session:
        (request,) = Requests(session, world.vault, world.kanim).waiting()
        venues = Venues(session, world.kanim).all()
    return Sites.of(venues, world.gazetteer, world.rulebook.planning.gathering).own(request)


@pytest.mark.database("sqlite")
def test_a_hall_that_a_group_names_is_registered_surveyed_and_then_planned(surveyed: World) -> None:
    form = letter("1/2026", "Karangsono, Kanigoro", [person(1), person(2)], own_venue="Aula KUA Contoh")
    import_requests((form,), surveyed, actor="test", now=NOW)
    planner = planner_of(surveyed)
    assert (site := own_site(surveyed))
    assert not site.place.is_surveyed
    listed = planner.get(LIST)
    assert re.search(r"Aula KUA Contoh</th>.*Karangsono.*>2</td>", listed, re.DOTALL)
    page = planner.get(NAMED)
    assert 'value="Aula KUA Contoh" required maxlength="120" readonly' in page
    assert '<option value="kua" selected>' in page
    venue = send(planner, NEW, page, kind="kua", capacity_a_day="60", step_free="true", power="true", internet="true")
    assert "Aula KUA Contoh" not in planner.get(LIST).partition('id="ditemukan"')[0]
    seen = planner.get(venue)
    assert "Isi hasil surveinya" in seen
    assert not (own_site(surveyed) or site).place.is_surveyed
    survey = seen.partition('id="survei"')[2]
    send(planner, f"{venue.partition('?')[0]}/survei", survey, state="surveyed", surveyed_date="2026-11-20")
    assert (found := own_site(surveyed))
    assert (found.place.is_surveyed, found.capacity_a_day) == (True, 60)
    assert "Aula KUA Contoh" not in planner.get(NEW), "a name that nobody wants does not stand in the form"


def test_groups_that_name_a_hall_in_other_words_are_put_at_the_venue_that_it_is(surveyed: World) -> None:
    planner = planner_of(surveyed)
    fields = {"name": "KUA Kanigoro", "kind": "kua", "capacity_a_day": "60", "desa": KARANGSONO}
    known = planner.client.post(NEW, data=fields | {"csrf": csrf_of(planner.get(NEW))}).headers["location"]
    code = known.partition("?")[0].rpartition("/")[2]
    form = letter("1/2026", "Karangsono, Kanigoro", [person(1), person(2)], own_venue="Aula KUA Contoh")
    import_requests((form,), surveyed, actor="test", now=NOW)
    page = planner.get(NAMED)
    assert f'<option value="{code}">KUA Kanigoro' in page
    choice = {"name": "aula kua contoh", "desa": KARANGSONO, "csrf": csrf_of(page)}
    assert planner.client.post(f"{NEW}/sama", data=choice | {"code": "3504011001"}).status_code == 404, "elsewhere"
    assert planner.client.post(f"{NEW}/sama", data=choice | {"code": code}).status_code == 303
    assert "Aula KUA Contoh" not in planner.get(LIST)
    assert (site := own_site(surveyed))
    assert (site.place.label, site.capacity_a_day) == ("KUA Kanigoro", 60)
    group = planner.get("/kelompok/BLI-2026-0001")
    assert "KUA Kanigoro" in group
    assert "Kantor memastikan gedung ini" in group
    assert "Gedung dipastikan" in Person(planner.client.app, surveyed, Role.SUPERVISOR).get(TRAIL)  # type: ignore[arg-type]
    again = planner.client.post(f"{NEW}/sama", data=choice | {"code": code})
    assert again.status_code == 404, "nobody names it any more"


@pytest.mark.database("sqlite")
def test_any_place_is_added_where_its_village_is_clear(surveyed: World) -> None:
    planner = planner_of(surveyed)
    page = planner.get(NEW)
    typed = {"name": "Masjid Contoh", "kind": "mosque", "capacity_a_day": "40"}
    unclear = send(planner, NEW, page, 409, **typed, place="Sumberejo")
    assert "Desanya belum jelas" in unclear
    village = re.findall(r'name="desa" value="(\d+)"', unclear)[0]
    far = send(planner, NEW, unclear, 409, **typed, desa=village, lat="-8.9", lon="112.2")
    assert "terlalu jauh dari desanya" in far
    venue = send(planner, NEW, far, 303, **typed, desa=village, lat="", lon="")
    assert venue == f"{LIST}/MASJID-CONTOH?tersimpan=1"
    added = find_venue(surveyed, "MASJID-CONTOH").venue
    assert (added.village_code, added.kind, added.capacity_a_day) == (village, VenueKind.MOSQUE, 40)
    again = send(planner, NEW, far, 409, **typed, desa=village, lat="", lon="")
    assert "sudah ada tempat dengan nama itu" in again
    assert sum(row[4] == "add_venue" for row in rows(surveyed, "audit")) == 1
