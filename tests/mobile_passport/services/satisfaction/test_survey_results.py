"""Results of surveys: who records them, what a correction leaves behind, and that no month counts twice."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from mobile_passport.domain.access import Caller, Role, Scope
from mobile_passport.domain.refusal import Conflict, Forbidden, NotFound, Stale
from mobile_passport.domain.satisfaction import ElementMean, Period, SurveyResult
from mobile_passport.persistence.audit.records import recorded_of
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.satisfaction.survey_table import SurveyResultRow
from mobile_passport.services.satisfaction.survey_results import (
    PeriodAhead,
    PeriodRecorded,
    list_results,
    record_result,
)
from mobile_passport.services.world import World
from tests.accounts import account
from tests.mobile_passport.services.seasons import NOW

QUARTER = SurveyResult(
    period=Period(first_month=date(2026, 7, 1), last_month=date(2026, 9, 1)),
    respondents=132,
    index=Decimal("88.43"),
    means=(ElementMean(code="time", mean=Decimal("3.537")), ElementMean(code="cost", mean=Decimal(4))),
    source="Laporan SKM triwulan III 2026",
)
MONTH = replace(QUARTER, period=Period(first_month=date(2026, 9, 1), last_month=date(2026, 9, 1)))


@pytest.fixture
def supervisor(world: World) -> Caller:
    """Who may record."""
    return account(world, Role.SUPERVISOR)


def count(world: World) -> int:
    """How many rows there are."""
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(SurveyResultRow)) or 0


def test_what_is_recorded_is_read_back_and_stands_in_the_log(world: World, supervisor: Caller) -> None:
    recorded = record_result(world, QUARTER, caller=supervisor, now=NOW)
    assert recorded
    assert list_results(world) == (recorded,)
    assert (recorded.result, recorded.number, recorded.recorded_by) == (QUARTER, 1, supervisor.login)
    with world.database.reading() as session:
        (deed,) = recorded_of(session, kanim=world.kanim, subject=str(recorded.id), actions=("record_survey_result",))
    assert deed.actor == supervisor.login
    assert deed.detail == {"number": 1, "months": ["2026-07", "2026-09"], "respondents": 132, "index": "88.43"}
    assert QUARTER.source not in json.dumps(deed.detail), "free text is no matter of the log"


@pytest.mark.database("sqlite")
def test_a_correction_supersedes_and_the_former_result_stays(world: World, supervisor: Caller) -> None:
    former = record_result(world, QUARTER, caller=supervisor, now=NOW)
    assert former
    corrected = record_result(world, MONTH, supersedes=former.id, caller=supervisor, now=NOW)
    assert corrected
    newest, oldest = list_results(world)
    assert (newest.number, newest.result, newest.superseded_by) == (2, MONTH, None)
    assert (oldest.number, oldest.result, oldest.superseded_by) == (1, QUARTER, 2)
    record_result(
        world,
        replace(QUARTER, period=Period(first_month=date(2026, 7, 1), last_month=date(2026, 8, 1))),
        caller=supervisor,
        now=NOW,
    )  # July and August are free again


@pytest.mark.database("sqlite")
def test_what_was_corrected_is_not_corrected_a_second_time(world: World, supervisor: Caller) -> None:
    former = record_result(world, QUARTER, caller=supervisor, now=NOW)
    assert former
    record_result(world, MONTH, supersedes=former.id, caller=supervisor, now=NOW)
    with pytest.raises(Stale):
        record_result(world, replace(QUARTER, respondents=1), supersedes=former.id, caller=supervisor, now=NOW)
    with pytest.raises(NotFound):
        record_result(world, replace(QUARTER, respondents=1), supersedes=uuid4(), caller=supervisor, now=NOW)
    assert count(world) == 2


@pytest.mark.database("sqlite")
def test_no_month_is_in_two_results_that_stand(world: World, supervisor: Caller) -> None:
    record_result(world, QUARTER, caller=supervisor, now=NOW)
    with pytest.raises(PeriodRecorded):
        record_result(world, MONTH, caller=supervisor, now=NOW)
    assert count(world) == 1


@pytest.mark.database("sqlite")
def test_the_same_form_sent_twice_records_once(world: World, supervisor: Caller) -> None:
    assert record_result(world, QUARTER, caller=supervisor, now=NOW)
    assert record_result(world, QUARTER, caller=supervisor, now=NOW) is None
    assert count(world) == 1


@pytest.mark.database("sqlite")
def test_a_month_to_come_has_no_result(world: World, supervisor: Caller) -> None:
    december = Period(first_month=date(2026, 11, 1), last_month=date(2026, 12, 1))
    with pytest.raises(PeriodAhead):
        record_result(world, replace(QUARTER, period=december), caller=supervisor, now=NOW)
    november = replace(december, last_month=date(2026, 11, 1))
    assert record_result(world, replace(QUARTER, period=november), caller=supervisor, now=NOW)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPERVISOR])
def test_nobody_but_a_supervisor_records(world: World, role: Role) -> None:
    caller = Caller(account_id=uuid4(), login="x", role=role, scope=Scope(kanim=world.kanim))
    with pytest.raises(Forbidden):
        record_result(world, QUARTER, caller=caller, now=NOW)


def test_of_two_who_record_at_the_same_moment_one_is_told(world: World, supervisor: Caller) -> None:
    def try_it(result: SurveyResult) -> bool:
        try:
            return record_result(world, result, caller=supervisor, now=NOW) is not None
        except Conflict:
            return False

    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(try_it, (QUARTER, MONTH)))
    assert sorted(taken) == [False, True]
    assert count(world) == 1


def test_the_database_lets_nobody_change_or_remove_a_result(world: World, supervisor: Caller) -> None:
    record_result(world, QUARTER, caller=supervisor, now=NOW)
    for change in ("UPDATE survey_result SET respondents = 1", "DELETE FROM survey_result"):
        with pytest.raises(DBAPIError, match="append-only"), world.database.transaction() as session:
            session.execute(text(change))


@pytest.mark.database("postgresql")  # the embedded one has no policies
def test_results_are_for_whoever_works_in_the_office(world: World, supervisor: Caller) -> None:
    record_result(world, QUARTER, caller=supervisor, now=NOW)

    def seen(database: Database, scope: Scope | None) -> int:
        with database.reading(scope) as session:
            return session.execute(text("SELECT count(*) FROM survey_result")).scalar_one()

    web, kanim = world.database.for_callers(), world.kanim
    assert [seen(web, Scope(kanim=kanim)), seen(web, Scope(kanim=kanim, regency="3504"))] == [1, 1]
    assert [seen(web, Scope(kanim="kediri")), seen(web, None)] == [0, 0]
