"""Days of groups: offered, held, booked, waited for."""

import re
from datetime import date

import pytest
from fastapi.testclient import TestClient

from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Caller
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.booking.list_bookings import list_bookings
from mobile_passport.services.booking.set_capacity import set_capacity
from mobile_passport.services.booking.show_days import show_days
from mobile_passport.services.world import World
from tests.api.clerk import Clerk, clerk

__all__ = ["clerk"]


def test_another_choice_of_days_gives_the_first_one_back(clerk: Clerk, world: World) -> None:
    clerk.to_days(umrah := 3)
    first = clerk.first_offer()
    for _ in range(2):
        clerk.step(saja=first)
        clerk.step(ke="hari")
    held = list_bookings(world, caller=clerk.caller, now=utc_now())
    assert [(one.date.isoformat(), one.places) for one in held] == [(first, umrah)]


def test_without_a_day_the_page_asks_for_one_or_lets_the_office_choose(clerk: Clerk) -> None:
    clerk.to_days()
    assert "Pilih sedikitnya satu hari" in clerk.step(ke="ringkasan").text
    assert "Dipilih kantor dalam rencana berikutnya" in clerk.step(ke="tanpa").text


def test_clicking_twice_on_a_day_holds_its_places_once(clerk: Clerk, world: World) -> None:
    clerk.to_days()
    form, fields = clerk.form(), clerk.hidden() | {"saja": clerk.first_offer()}
    for _ in range(2):
        assert clerk.send(form, **fields).headers["location"].endswith("/ringkasan")
    assert len(list_bookings(world, caller=clerk.caller, now=utc_now())) == 1


def test_a_hold_that_ended_loses_the_day_and_not_the_request(clerk: Clerk, world: World) -> None:
    clerk.to_days()
    clerk.step(saja=clerk.first_offer())
    with world.database.transaction() as session:
        bookings = Bookings(session, world.kanim)
        for one in bookings.live(clerk.caller.scope.organisation_id, today_of(world, utc_now())):
            bookings.settle(one, type(one.state).EXPIRED)
    assert "keburu penuh" in clerk.get(clerk.finish()).text


def test_held_places_are_given_back_or_used_for_a_group(clerk: Clerk, world: World) -> None:
    clerk.to_days()
    day = clerk.first_offer()
    clerk.step(ke="tanpa")
    group = clerk.finish().partition("?")[0]
    for _ in range(2):
        clerk.to_days()
        clerk.step(hari=day)
    clerk.get("/kelompok")
    release = re.findall(r'action="(/kelompok/pesanan/[^"]*/lepas)"', clerk.page)
    assert len(release) == 2
    assert clerk.send(release[0]).status_code == 303
    assert clerk.send(release[0]).status_code == 303
    assert clerk.send(f"{group}/pesan").headers["location"].endswith("kabar=gagal")
    kept = re.findall(r'name="tempat" value="([^"]*)"', clerk.get(group).text)
    assert len(kept) == 1
    assert clerk.send(f"{group}/pesan", tempat=kept[0]).headers["location"].endswith("kabar=hari-dipesan")


def test_a_day_is_booked_later_and_another_one_chosen(clerk: Clerk, world: World) -> None:
    clerk.to_days()
    clerk.step(ke="tanpa")
    group = clerk.finish().partition("?")[0]
    assert "Pesan hari</a>" in clerk.get(group).text
    days = []
    for _ in range(2):
        clerk.get(f"{group}/hari")
        offers = re.findall(r'<button[^>]*name="saja" value="([^"]*)"', clerk.page)
        days.append(next(day for day in offers if day not in days))
        seen = clerk.hidden()
        assert (
            clerk.send(f"{group}/hari", saja=days[-1], hari=clerk.ticked(), **seen)
            .headers["location"]
            .endswith("kabar=hari-dipesan")
        )
    assert clerk.send(f"{group}/hari", hari=days[0], **seen).headers["location"].endswith("soal=changed")
    assert clerk.send(f"{group}/hari", **seen).headers["location"].endswith("soal=no_day")
    booked = list_bookings(world, caller=clerk.caller, now=utc_now())
    assert [(one.date.isoformat(), one.places, one.state.value) for one in booked] == [(days[1], 3, "booked")]


@pytest.mark.database("sqlite")
def test_the_button_of_an_offer_replaces_what_is_ticked(clerk: Clerk, world: World) -> None:
    clerk.to_days()
    offered = max(re.findall(r'name="saja" value="([^"]*)"', clerk.page))
    others = [day for day in clerk.days() if day < offered][:2]
    clerk.step(saja=offered, hari=others)
    assert [one.date.isoformat() for one in list_bookings(world, caller=clerk.caller, now=utc_now())] == [offered]
    clerk.step(ke="hari")
    clerk.step(hari=others)
    assert "Tidak dipakai: " in clerk.page


@pytest.mark.database("sqlite")
def test_a_group_too_large_for_one_day_takes_several_with_one_button(clerk: Clerk, world: World) -> None:
    clerk.to_days(people := 73)  # a day has places for 72 at most
    offers = re.findall(r'name="saja" value="([^"]*)"', clerk.page)
    assert len(set(offers)) == len(offers)
    days = offers[0].split()
    assert len(days) > 1
    clerk.step(saja=" ".join(days))
    held = list_bookings(world, caller=clerk.caller, now=utc_now())
    assert [one.date.isoformat() for one in held] == days
    assert sum(one.places for one in held) == people
    assert "ditetapkan dalam rencana" in clerk.page
    clerk.step(ke="hari")
    assert clerk.first_offer().split() == days  # what it holds itself is free to it


@pytest.mark.database("sqlite")
def test_who_changes_days_has_their_own_places_and_hears_of_ticks_in_vain(clerk: Clerk, world: World) -> None:
    clerk.to_days()
    early, late = clerk.days()[-3:-1]  # of which no other test knows
    set_places(world, clerk.caller, late, 3)
    clerk.step(hari=late)
    group = clerk.finish().partition("?")[0]
    clerk.get(f"{group}/hari")
    assert f'value="{late}" checked data-room="3"' in clerk.page
    seen = clerk.hidden()
    assert "soal=no_fit" in clerk.send(f"{group}/hari", hari="2020-01-01", **seen).headers["location"]
    assert clerk.send(f"{group}/hari", hari=[early, late], **seen).headers["location"].endswith("kabar=hari-cukup")
    assert [one.date.isoformat() for one in list_bookings(world, caller=clerk.caller, now=utc_now())] == [early]


def test_days_that_others_wait_for_are_kept_unless_the_choice_changes_and_who_has_them_is_told_before(
    clerk: Clerk, client: TestClient, world: World
) -> None:
    clerk.to_days()
    earlier, day = clerk.days()[-5:-3]  # of which no other test knows
    set_places(world, clerk.caller, day, 3)
    clerk.step(hari=day)
    other = Clerk(client, world)
    waiting = other.hand_in(3, day=day)
    assert place_in_line(other, waiting) == ("1", "1")
    clerk.step(ke="hari")
    assert "Kelompok lain menunggu tempat pada" in clerk.page
    clerk.step(hari=day)  # as before
    group = clerk.finish().partition("?")[0]
    assert "Kelompok lain menunggu tempat pada" in clerk.get(f"{group}/hari").text
    kept = clerk.send(f"{group}/hari", hari=day, **clerk.hidden())
    assert kept.headers["location"].endswith("kabar=hari-dipesan")
    assert place_in_line(other, waiting) == ("1", "1")
    clerk.get(f"{group}/hari")
    clerk.send(f"{group}/hari", hari=[earlier, day], **clerk.hidden())
    assert "ada tempat tanggal" in other.get(waiting).text


def test_a_group_waits_for_a_full_day_in_its_place_of_the_line(clerk: Clerk, client: TestClient, world: World) -> None:
    clerk.to_days()
    day = clerk.days()[-1]  # of which no other test knows
    set_places(world, clerk.caller, day, 3)
    clerk.step(hari=day)
    first = clerk.finish().partition("?")[0]
    other = Clerk(client, world)
    groups = [other.hand_in(2, day=day) for _ in range(4)]
    line = sorted(groups, key=lambda group: place_in_line(other, group))
    assert [place_in_line(other, group) for group in line] == [("1", "4"), ("2", "4"), ("3", "4"), ("4", "4")]
    assert other.get("/kelompok").text.count("menunggu tempat tanggal") == 4
    withdraw_group(other, line[3])
    assert place_in_line(other, line[0]) == ("1", "3")
    release = re.findall(r'action="(/kelompok/pesanan/[^"]*/lepas)"', other.get(line[2]).text)
    assert other.send(release[0]).headers["location"].endswith("kabar=dilepas")
    assert place_in_line(other, line[0]) == ("1", "2")
    withdraw_group(clerk, first)
    hold = re.findall(r'name="tempat" value="([^"]*)"', other.get(line[0]).text)
    assert "ada tempat tanggal" in other.page
    assert other.send(f"{line[0]}/pesan", tempat=hold[0]).headers["location"].endswith("kabar=hari-dipesan")
    other.to_days()
    other.step(saja=other.first_offer())
    hold = re.findall(r'name="tempat" value="([^"]*)"', other.get(line[1]).text)
    assert other.send(f"{line[1]}/pesan", tempat=hold[0]).headers["location"].endswith("kabar=hari-dipesan")
    assert "menunggu tempat tanggal" not in other.get("/kelompok").text  # who has a day waits for no other


def place_in_line(clerk: Clerk, group: str) -> tuple[str, ...]:
    """Return what the page of a group says of its place on a waiting list."""
    found = re.search(r"urutan (\d) dari (\d)", clerk.get(group).text)
    assert found
    return found.groups()


def withdraw_group(clerk: Clerk, group: str) -> None:
    """Withdraw everybody of a group."""
    version = re.search(r'/tarik">.*?name="versi" value="([^"]*)"', clerk.get(group).text, re.DOTALL)
    assert version
    assert clerk.send(f"{group}/tarik", versi=version[1], yakin="1").headers["location"].endswith("kabar=ditarik")


def set_places(world: World, caller: Caller, day: str, places: int) -> None:
    """Give a day as many places."""
    known = next(one for one in show_days(world, date.fromisoformat(day), date.fromisoformat(day), now=utc_now()))
    set_capacity(world, known.date, places, expected=str(known.capacity), caller=caller, now=utc_now())
