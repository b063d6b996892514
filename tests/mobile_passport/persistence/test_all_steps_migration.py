"""Every step on databases with rows in them: from the first version up to the present one, down to it and up again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import MetaData, inspect, select

from mobile_passport.domain.audit_chain import walk
from mobile_passport.persistence import schema
from mobile_passport.persistence.audit.audit_log import AuditLog
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.messages.message_report import all_messages
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.tables import AppointmentRow, PlanMemberRow
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.world import World
from tests.databases import Filling
from tests.mobile_passport.persistence.first_version import KANIM, NIKS, SLOT, VAULT, FirstVersion
from tests.mobile_passport.services.seasons import PUBLISHED, office_on

type Contents = dict[str, list[tuple[str, ...]]]
FIRST = "0002"


@pytest.fixture
def first(database: Database) -> FirstVersion:
    """A database of the first version with rows in it."""
    schema.downgrade(database, FIRST)
    return FirstVersion(database).take_in().plan().work()


def contents(database: Database) -> Contents:
    """Every row, but for what is sealed anew and identifiers that steps make."""
    tables = MetaData()
    tables.reflect(database.engine)
    with database.engine.connect() as connection:
        return {
            name: sorted(
                tuple(f"{key}={value}" for key, value in row.items() if _is_kept(name, key))
                for row in connection.execute(select(table)).mappings()
            )
            for name, table in tables.tables.items()
        }


def _is_kept(table: str, column: str) -> bool:
    return not column.endswith(("_sealed", "_index", "subject_id")) and (table, column) != ("audit", "id")


def test_rows_of_the_first_version_go_all_the_way_up_and_down_and_up(database: Database, first: FirstVersion) -> None:
    before = contents(database)
    assert {name for name, rows in before.items() if not rows} == {"simulated_sms", "sms_sender"}
    schema.upgrade(database)
    assert schema.drift(database) == []
    _is_all_there(database, first)
    schema.downgrade(database, FIRST, VAULT)
    assert contents(database) == before
    schema.upgrade(database)
    _is_all_there(database, first)


def _is_all_there(database: Database, first: FirstVersion) -> None:
    with database.reading() as session:
        shown = Requests(session, VAULT, KANIM).on_sheet(first.people)
        assert [shown[person].nik.reveal() for person in first.people] == list(NIKS)
        assert [message.body.reveal() for message in all_messages(session, VAULT, kanim=KANIM)] == ["Yth Siti"]
        log = walk(AuditLog(session, KANIM).records(), {})
        assert (log.records, log.broken) == (3, None)
        members = {row.applicant_id: row.window_closes_at for row in session.scalars(select(PlanMemberRow))}
        promises = {row.applicant_id: row.window_closes_at for row in session.scalars(select(AppointmentRow))}
    home, hall, nobody = first.people
    assert members == {home: SLOT + timedelta(minutes=30), hall: None, nobody: None}
    assert promises == {home: SLOT + timedelta(minutes=30), hall: None}


def test_a_published_season_survives_the_way_down_to_the_first_version(copy_of: Callable[[Filling], str]) -> None:
    with office_on(copy_of(PUBLISHED)) as world:
        before, plan, said = contents(world.database), show_plan(world), messages(world)
        schema.downgrade(world.database, FIRST, world.vault)
        schema.upgrade(world.database)
        assert show_plan(world) == plan
        assert messages(world) == said
        kept = ("request", "plan", "plan_visit", "plan_member", "appointment", "venue", "sms_subject")
        after = contents(world.database)
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
        schema.downgrade(world.database, "base", world.vault)
        assert inspect(world.database.engine).get_table_names() == ["alembic_version"]
        schema.upgrade(world.database)
        assert schema.is_current(world.database)


def messages(world: World) -> set[tuple[str, str]]:
    """Number and text of each."""
    with world.database.reading() as session:
        return {(one.to.reveal(), one.body.reveal()) for one in all_messages(session, world.vault, kanim=world.kanim)}
