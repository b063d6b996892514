"""A team that a message did not reach stands on the call list."""

import re
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from api.app import create_app
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.domain.message import IntentState
from mobile_passport.persistence.messages.message_tables import SmsIntentRow
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.accounts import account, browser
from tests.mobile_passport.services.seasons import NOW
from tests.offices import published

__all__ = ["published"]


@pytest.mark.database("sqlite")
def test_a_team_that_could_not_be_told_is_called(published: World) -> None:
    rules = published.rulebook
    messages = replace(rules.messages, teams=replace(rules.messages.teams, within_days=60))
    office = replace(published, rulebook=replace(rules, messages=messages))
    desk = build_desk(office, Settings())
    teams = [replace(team, phone="081234567890") for team in rules.teams.teams]
    with office.database.transaction() as session:
        told = desk.outbox.teams.tell(session, teams, before=None, version=1, now=NOW)
        session.execute(
            update(SmsIntentRow)
            .where(SmsIntentRow.kind == "route_changed")
            .values(state=IntentState.FAILED_PERMANENT, reason="refused_21614")
        )
    app = create_app(office, desk)
    app.dependency_overrides[utc_now] = lambda: NOW
    headers = browser(office, account(office, Role.PLANNER))
    client = TestClient(app, headers=headers | {"Accept": "text/html"})
    page = client.get("/telepon").text
    assert told.messages > 0
    assert page.count("buka aplikasi untuk rinciannya") == told.messages
    assert "Tim yang perlu dikabari" in page
    assert "0812-3456-7890" in page
    assert any(f"<h3>{team.label}</h3>" in page for team in teams)
    first = re.findall(r'action="(/telepon/tim/[^"]+)"', page)[0]
    assert client.post(first, follow_redirects=False).headers["location"] == "/telepon?kabar=tercatat"
    page = client.get("/telepon").text
    assert page.count("buka aplikasi untuk rinciannya") == told.messages - 1
    assert first not in page
    assert client.post(first, follow_redirects=False).headers["location"] == "/telepon?kabar=hilang"
