"""A full NIK is shown by one door, which writes down who looked and why."""

import logging
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from mobile_passport.domain.access import Role, Scope
from mobile_passport.domain.refusal import Forbidden, NotFound
from mobile_passport.domain.subject import RevealPurpose
from mobile_passport.services.privacy.reveal import reveal_nik
from mobile_passport.services.world import World
from tests.mobile_passport.services.privacy.conftest import OFFICER
from tests.mobile_passport.services.seasons import NOW, person

WHY = RevealPurpose.SOLVE_DUPLICATE


def looks(world: World, action: str = "reveal_nik") -> list[tuple[str, str, str]]:
    with world.database.engine.connect() as connection:
        query = text("SELECT actor, subject, detail FROM audit WHERE action = :action ORDER BY seq")
        return [tuple(map(str, row)) for row in connection.execute(query, {"action": action})]  # type: ignore[misc]


def test_a_look_is_recorded_with_its_purpose(office: World, family: tuple[UUID, UUID]) -> None:
    assert reveal_nik(office, family[0], purpose=WHY, caller=OFFICER, now=NOW) == person(1).nik
    ((actor, subject, detail),) = looks(office)
    assert (actor, subject) == ("petugas.data", str(family[0]))
    assert "solve_duplicate" in detail
    assert person(1).nik.reveal() not in detail


def test_roles_that_may_not_look_do_not_and_nothing_is_found_outside_the_scope(
    office: World, family: tuple[UUID, UUID]
) -> None:
    with pytest.raises(Forbidden):
        reveal_nik(office, family[0], purpose=WHY, caller=replace(OFFICER, role=Role.PLANNER), now=NOW)
    elsewhere = replace(OFFICER, role=Role.VERIFIER, scope=Scope(kanim="blitar", regency="3504"))
    with pytest.raises(NotFound):
        reveal_nik(office, family[0], purpose=WHY, caller=elsewhere, now=NOW)
    with pytest.raises(NotFound):
        reveal_nik(office, uuid4(), purpose=WHY, caller=OFFICER, now=NOW)
    assert looks(office) == []


def test_many_looks_on_one_day_raise_an_alarm_that_starts_anew_the_next(
    office: World, family: tuple[UUID, UUID], caplog: pytest.LogCaptureFixture
) -> None:
    few = replace(office.rulebook.privacy, reveal=replace(office.rulebook.privacy.reveal, alarm_above_a_day=2))
    strict = replace(office, rulebook=replace(office.rulebook, privacy=few))
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            reveal_nik(strict, family[0], purpose=WHY, caller=OFFICER, now=NOW)
        assert looks(office, "reveal_alarm") == []
        reveal_nik(strict, family[1], purpose=WHY, caller=OFFICER, now=NOW)
    assert len(looks(office, "reveal_alarm")) == 1
    assert [record.message for record in caplog.records] == ["many full NIKs shown to one account"]
    reveal_nik(strict, family[1], purpose=WHY, caller=OFFICER, now=NOW + timedelta(days=1))
    assert len(looks(office, "reveal_alarm")) == 1
