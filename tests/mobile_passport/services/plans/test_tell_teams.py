"""A publication tells the teams whose next days it changes, in the same transaction; on the database of production."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from mobile_passport.domain.calendar import SpecialDay
from mobile_passport.persistence.messages.message_report import all_messages
from mobile_passport.services.world import World
from tests.mobile_passport.services.seasons import NOW, plan_and_publish

pytestmark = pytest.mark.database("postgresql")


def with_phones(world: World) -> World:
    """Give every team a number."""
    rules = world.rulebook.teams
    teams = tuple(replace(team, phone=f"0812000099{number:02d}") for number, team in enumerate(rules.teams))
    return replace(world, rulebook=replace(world.rulebook, teams=replace(rules, teams=teams)))


def closing(world: World, day: date) -> World:
    """Close a day on which people were promised slots."""
    closed = SpecialDay(date=day, reason="letusan Kelud", source="BNPB")
    calendar = replace(world.rulebook.calendar, closed_days=(*world.rulebook.calendar.closed_days, closed))
    return replace(world, rulebook=replace(world.rulebook, calendar=calendar))


def test_the_number_of_a_team_decides_no_plan(published: World) -> None:
    assert with_phones(published).rulebook.digest == published.rulebook.digest


def test_a_team_whose_next_day_is_closed_is_told_so(published: World) -> None:
    with published.database.engine.connect() as connection:
        first = connection.execute(text("SELECT min(starts_at) FROM plan_visit WHERE team IS NOT NULL")).scalar_one()
    office = with_phones(published)
    two_days_before = max(NOW, first - timedelta(days=2))
    plan_and_publish(closing(office, first.date()), expected=1, now=two_days_before)
    with office.database.transaction() as session:
        told = [one for one in all_messages(session, office.vault, kanim=office.kanim) if one.kind == "route_changed"]
    (message,) = told
    assert "tidak ada kunjungan" in message.body.reveal()
    assert message.to.reveal().startswith("+62812000099")
