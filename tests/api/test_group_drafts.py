"""What a coordinator has begun and not handed in yet."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from mobile_passport.clock import utc_now
from mobile_passport.services.requests.work_on_draft import forget_unfinished
from mobile_passport.services.world import World
from tests.api.clerk import Clerk, clerk, listed

__all__ = ["clerk"]


def test_work_that_was_begun_is_found_again_and_by_nobody_else(clerk: Clerk, client: TestClient, world: World) -> None:
    clerk.to_place()
    address = clerk.form().rpartition("/")[0]
    assert f'href="{address}/daftar"' in clerk.get("/kelompok").text
    assert "3 orang terbaca, tidak ada yang salah." in clerk.get(f"{address}/daftar").text
    foreign = Clerk(client, world)
    assert {foreign.get(f"{address}/{step}").status_code for step in ("daftar", "tempat", "hari", "ringkasan")} == {404}
    assert foreign.send(f"{address}/buang").status_code == 404
    assert clerk.send(f"{address}/buang").status_code == 303
    assert clerk.get(f"{address}/daftar").status_code == 404
    assert "Belum diserahkan" not in clerk.get("/kelompok").text


@pytest.mark.database("sqlite")
def test_a_draft_without_a_number_is_known_by_its_file(clerk: Clerk) -> None:
    clerk.upload(listed(2), "jemaah-blitar.csv")
    assert "(belum bernomor) jemaah-blitar.csv" in clerk.get("/kelompok").text


def test_two_windows_that_write_different_things_make_two_drafts(clerk: Clerk) -> None:
    clerk.upload(listed(2))
    form, seen = clerk.form(), clerk.hidden()
    for contact in ("Budi", "Sari", "Sari"):
        clerk.step(**seen | {"h-contact_name": contact, "ke": "tabel"})
        assert f'value="{contact}"' in clerk.page
        assert ("disimpan sendiri sebagai salinan" in clerk.page) == (contact == "Sari" and clerk.form() != form)
        clerk.get(form)
        assert 'value="Budi"' in clerk.page  # what the first window wrote stays
    assert clerk.get("/kelompok").text.count("/buang") > 1


def test_a_draft_and_what_it_holds_end_after_some_days(clerk: Clerk, world: World) -> None:
    clerk.to_place()
    form = clerk.form()
    days = world.intake_rules.drafts.draft_days
    forget_unfinished(world, now=utc_now() + timedelta(days=days) - timedelta(minutes=5))
    assert clerk.get(form).status_code == 200
    with world.database.reading() as session:
        stored = session.connection().exec_driver_sql("SELECT content_sealed FROM group_draft").scalars().all()
    assert not any(b"Orang" in bytes(one) for one in stored)
    assert forget_unfinished(world, now=utc_now() + timedelta(days=days, minutes=5))
    assert clerk.get(form).status_code == 404
