"""What was done to a venue is told on its page, before and after, and by whom."""

import re

import pytest

from mobile_passport.domain.access import Role
from mobile_passport.services.world import World
from tests.api.screens.test_rules import Person
from tests.apps import app_at
from tests.mobile_passport.services.seasons import NOW, rows
from tests.offices import surveyed

__all__ = ["surveyed"]

PAGE = "/tempat/3504011001"


@pytest.mark.database("sqlite")
def test_a_venue_tells_who_changed_what(surveyed: World) -> None:
    app = app_at(surveyed, lambda: NOW)
    planner = Person(app, surveyed, Role.PLANNER)
    page = planner.get(PAGE)
    assert "Belum ada perubahan" in page
    data, survey = page.split("</form>")[1:3]
    fields = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', data))
    changed = fields | {"capacity_a_day": "80", "name": "Rumah Pak Contoh", "kind": "mosque"}
    assert planner.client.post(PAGE, data=changed).status_code == 303
    page = planner.get(PAGE)
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    survey = {"csrf": fields["csrf"], "seen": seen, "state": "unfit", "surveyed_date": "2026-11-20"}
    assert planner.client.post(f"{PAGE}/survei", data=survey).status_code == 303
    told = planner.get(PAGE).partition('id="riwayat"')[2]
    assert re.search(r"hasil survei ditulis.*sudah disurvei → tidak layak.*data diubah.*100 → 80", told, re.DOTALL)
    assert "balai desa → masjid" in told
    assert "Pak Contoh" not in str(rows(surveyed, "audit")), "a name that changed is no matter of the log"
