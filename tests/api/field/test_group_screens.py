"""What coordinators read of their groups once a plan is published; the office's planner sees the groups of all."""

import re

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.requests.group_progress import GroupState, group_of, groups_of
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.accounts import account, browser
from tests.mobile_passport.services.seasons import NOW


@pytest.fixture
def screens(office: World) -> TestClient:
    """A planner's browser on the day of the plan."""
    app = create_app(office, build_desk(office, Settings()))
    app.dependency_overrides[utc_now] = lambda: NOW
    client = TestClient(app)
    client.headers.update(browser(office, account(office, Role.PLANNER)) | {"Accept": "text/html"})
    return client


def test_groups_say_in_plain_words_when_they_are_served_or_why_not(office: World, screens: TestClient) -> None:
    groups = groups_of(office, caller=account(office, Role.PLANNER), now=NOW)
    by_state = {one.state: one for one in groups}
    served = by_state[GroupState.SCHEDULED]
    mine = screens.get("/kelompok").text
    assert len(re.findall(r">dijadwalkan \d+ \w{3}, [^<]+</span>", mine)) == sum(
        one.state is served.state for one in groups
    )
    for one in groups:
        if one.state is GroupState.NOT_PLANNED:
            assert one.reason
            assert one.reason.sentence in mine


def test_the_printed_list_has_the_time_of_everybody_and_the_group_can_be_confirmed(
    office: World, screens: TestClient
) -> None:
    groups = groups_of(office, caller=account(office, Role.PLANNER), now=NOW)
    served = next(one for one in groups if one.state is GroupState.SCHEDULED)
    address = f"/kelompok/{served.letter.reference}"
    printed = screens.get(f"{address}/cetak").text
    assert len(re.findall(r'class="utuh">\d+ \w{3}, \d\d\.\d\d', printed)) == len(served.promised)
    answer = screens.post(f"{address}/konfirmasi", follow_redirects=False)
    assert answer.headers["location"].endswith("kabar=dikonfirmasi")
    assert "Kedatangan kelompok sudah dikonfirmasi" in screens.get(answer.headers["location"]).text


def test_a_group_beyond_the_page_of_all_groups_is_found(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    planner = account(office, Role.PLANNER)
    last = groups_of(office, caller=planner, now=NOW)[0]
    monkeypatch.setattr("mobile_passport.services.requests.group_progress.MOST_GROUPS", 1)
    assert last not in groups_of(office, caller=planner, now=NOW)
    assert group_of(office, last.letter.reference, caller=planner, now=NOW) == last
