"""The register of venues: found, and amended only as it was seen."""

import re

from tests.api.screens.desk import Desk, app, caller, planner
from tests.offices import drafted

__all__ = ["app", "caller", "drafted", "planner"]


def test_a_venue_is_amended_only_as_it_was_seen(planner: Desk) -> None:
    page = planner.get("/tempat/3504011001")
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    fields = {"name": "Balai Baru", "kind": "village_hall", "capacity_a_day": "80", "seen": seen}
    planner.send("/tempat/3504011001", **fields)
    assert "Balai Baru" in planner.get("/tempat/3504011001")
    assert "baru saja mengubah" in planner.send("/tempat/3504011001", 409, **fields)


def test_a_venue_is_found_by_words_of_its_name_and_place_and_by_its_survey(planner: Desk) -> None:
    everything = planner.get("/tempat")
    (whole,) = re.findall(r'role="status">(\d+) tempat<', everything)
    page = planner.get("/tempat?cari=KEDUNGSOKO+kab.+tulungagung")
    assert re.findall(r'<th scope="row"><a href="/tempat/(\d+)">', page) == ["3504011001"]
    assert ">1 tempat<" in page
    assert "Tidak ada tempat seperti itu" in planner.get("/tempat?cari=kedungsoko+garum")
    assert f">{whole} tempat<" in planner.get("/tempat?keadaan=surveyed")
    assert "Tidak ada tempat seperti itu" in planner.get("/tempat?keadaan=unfit")


def test_the_register_turns_its_pages_within_what_is_looked_for(planner: Desk) -> None:
    page = planner.get("/tempat?cari=desa&keadaan=surveyed&halaman=2")
    assert "cari=desa&amp;keadaan=surveyed&amp;halaman=3" in page
    assert "cari=desa&amp;keadaan=surveyed&amp;halaman=1" in page
    first, second = (planner.get(f"/tempat?halaman={number}") for number in (1, 2))
    codes = [set(re.findall(r'href="/tempat/(\d+)"', one)) for one in (first, second)]
    assert len(codes[0]) == len(codes[1]) == 25
    assert not codes[0] & codes[1]
