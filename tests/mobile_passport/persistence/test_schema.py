import pytest
from sqlalchemy import inspect

from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database


def test_an_empty_database_is_not_current_and_a_migrated_one_is(database: Database) -> None:
    assert schema.is_current(database)
    schema.downgrade(database, "base")
    assert not schema.is_current(database)


def test_the_mapped_tables_are_what_the_migrations_make(database: Database) -> None:
    assert schema.drift(database) == []


def test_all_steps_go_down_and_up_again(database: Database) -> None:
    before = set(inspect(database.engine).get_table_names())
    schema.downgrade(database, "base")
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version"}
    schema.upgrade(database)
    assert set(inspect(database.engine).get_table_names()) == before


def test_every_table_belongs_to_an_office() -> None:
    assert [name for name, table in schema.METADATA.tables.items() if "kanim" not in table.columns] == []


@pytest.mark.parametrize("table", sorted(schema.METADATA.tables))
def test_personal_columns_are_sealed(table: str) -> None:
    personal = ("name", "nik", "phone", "birth", "needs", "body", "to")
    clear = {"asker_name", "tick.name"}  # an organisation, and a job of the worker
    for column in schema.METADATA.tables[table].columns:
        words = column.name.split("_")
        if any(word in personal for word in words) and not {column.name, f"{table}.{column.name}"} & clear:
            assert words[-1] in ("sealed", "index"), f"{table}.{column.name} holds personal data in clear"
