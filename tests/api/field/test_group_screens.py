"""What coordinators read of their groups once a plan is published; the office's planner sees the groups of all."""

import re

import pytest
from fastapi.testclient import TestClient

from mobile_passport.domain.access import Role
from mobile_passport.services.requests.group_progress import GroupProgress, GroupState, group_of, groups_of
from mobile_passport.services.world import World
from tests.accounts import account, browser
from tests.apps import app_at
from tests.mobile_passport.services.seasons import NOW


@pytest.fixture
def screens(office: World) -> TestClient:
    """A planner's browser on the day of the plan."""
    app = app_at(office, lambda: NOW)
    client = TestClient(app)
    client.headers.update(browser(office, account(office, Role.PLANNER)) | {"Accept": "text/html"})
    return client


def everybody(office: World) -> tuple[GroupProgress, ...]:
    """All groups, however many pages they have."""
    planner = account(office, Role.PLANNER)
    pages = groups_of(office, caller=planner, now=NOW).pages
    return tuple(
        one for page in range(pages) for one in groups_of(office, page=page + 1, caller=planner, now=NOW).groups
    )


def test_groups_say_in_plain_words_when_they_are_served_or_why_not(office: World, screens: TestClient) -> None:
    groups = everybody(office)
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
    groups = everybody(office)
    served = next(one for one in groups if one.state is GroupState.SCHEDULED)
    address = f"/kelompok/{served.letter.reference}"
    printed = screens.get(f"{address}/cetak").text
    assert len(re.findall(r'class="utuh">\d+ \w{3}, \d\d\.\d\d', printed)) == len(served.promised)
    answer = screens.post(f"{address}/konfirmasi", follow_redirects=False)
    assert answer.headers["location"].endswith("kabar=dikonfirmasi")
    assert "Kedatangan kelompok sudah dikonfirmasi" in screens.get(answer.headers["location"]).text


def test_groups_come_page_by_page_the_latest_first_and_are_found_by_words_and_state(
    office: World, screens: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = account(office, Role.PLANNER)
    groups = everybody(office)
    assert [one.moved_at for one in groups] == sorted((one.moved_at for one in groups), reverse=True)
    monkeypatch.setattr("mobile_passport.services.requests.group_progress.GROUPS_ON_A_PAGE", 1)
    paged = [groups_of(office, page=page, caller=planner, now=NOW) for page in range(1, len(groups) + 2)]
    assert [one.groups[0] for one in paged] == [*groups, groups[-1]]
    assert f"Halaman 2 dari {len(groups)}." in screens.get("/kelompok?hal=2").text
    last = groups[-1]
    assert groups_of(office, words=last.letter.external_reference, caller=planner, now=NOW).groups == (last,)
    for state in GroupState:
        found = groups_of(office, state=state, caller=planner, now=NOW).found
        assert found == sum(one.state is state for one in groups)
    assert "Tidak ada permohonan yang cocok." in screens.get("/kelompok?cari=tidak-ada-di-mana-pun").text
    assert group_of(office, last.letter.reference, caller=planner, now=NOW) == last
