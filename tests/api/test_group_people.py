"""The people of a group that was handed in."""

import re

from sqlalchemy import event

from api.routes.screens.groups import PEOPLE_ON_A_PAGE
from mobile_passport.services.world import World
from tests.api.clerk import Clerk, clerk

__all__ = ["clerk"]


def test_a_person_is_added_corrected_and_withdrawn(clerk: Clerk) -> None:
    group = clerk.hand_in()
    new = {"name": "Sari Contoh", "nik": "3505014101550009", "birth_date": "1955-01-01", "sex": "female"}
    assert clerk.send(f"{group}/orang", **new).status_code == 422
    assert 'value="Sari Contoh"' in clerk.page
    assert clerk.send(f"{group}/orang", passport_case="new", **new).headers["location"].endswith("kabar=berubah")
    clerk.get(group)
    person = re.findall(r'href="(/kelompok/[^"]*/orang/[^"]+)"', clerk.page)[-1]
    clerk.get(person)
    version = re.search(r'name="versi" value="([^"]*)"', clerk.page)
    assert version
    assert "3505014101550009" not in clerk.page
    amended = new | {"name": "Sari Rahayu", "passport_case": "new", "versi": version[1]}
    assert clerk.send(person, **amended).status_code == 303
    assert "baru saja diubah orang lain" in clerk.send(person, **amended).text
    assert "Sari Rahayu" in clerk.get(group).text
    clerk.get(person)
    version = re.search(r'name="versi" value="([^"]*)"', clerk.page)
    assert version
    assert clerk.send(f"{person}/tarik", versi=version[1]).headers["location"].endswith("kabar=ditarik")
    assert clerk.send(f"{person}/tarik", versi=version[1]).headers["location"].endswith("kabar=gagal")


def test_a_person_of_another_group_is_not_found_in_this_one(clerk: Clerk) -> None:
    first, second = clerk.hand_in(), clerk.hand_in()
    clerk.get(first)
    person = re.findall(r'/orang/([^"]+)"', clerk.page)[0]
    assert clerk.get(f"{first}/orang/{person}").status_code == 200
    assert clerk.get(f"{second}/orang/{person}").status_code == 404


def test_many_people_come_some_at_a_time_and_are_found_by_name(clerk: Clerk, world: World) -> None:
    group = clerk.hand_in(PEOPLE_ON_A_PAGE + 2)
    rows = [clerk.get(f"{group}?hal={page}").text.count('<tr><td class="angka"') for page in (1, 2, 3)]
    assert rows == [PEOPLE_ON_A_PAGE, 2, 2]
    assert clerk.get(f"{group}?cari=orang+bo").text.count('<tr><td class="angka"') == 2  # A to Z, twice


def test_the_readiness_of_a_group_takes_as_many_queries_for_few_as_for_many(clerk: Clerk, world: World) -> None:
    asked = []
    for people in (2, 20):
        group = clerk.hand_in(people)
        counted: list[str] = []

        def count(*args: object, counted: list[str] = counted) -> None:
            counted.append(str(args[2]))

        event.listen(world.database.engine, "before_cursor_execute", count)
        clerk.get(group)
        event.remove(world.database.engine, "before_cursor_execute", count)
        asked.append(len(counted))
    assert asked[0] == asked[1]
