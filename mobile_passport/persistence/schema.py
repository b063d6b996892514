"""Bring a database to the schema this version needs, and tell whether it has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

from mobile_passport import migrations
from mobile_passport.persistence import api_tables, tables
from mobile_passport.persistence.accounts import account_tables
from mobile_passport.persistence.audit import audit_table
from mobile_passport.persistence.base import Base
from mobile_passport.persistence.booking import booking_tables
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.field import field_tables
from mobile_passport.persistence.messages import call_table, link_tables, message_tables, passport_table
from mobile_passport.persistence.plans import order_tables
from mobile_passport.persistence.privacy import subject_tables
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.persistence.requests import draft_tables
from mobile_passport.persistence.rules import rule_tables
from mobile_passport.persistence.satisfaction import survey_table
from mobile_passport.persistence.venues import venue_table

METADATA: MetaData = Base.metadata
MAPPED_MODULES = (
    tables,
    account_tables,
    api_tables,
    audit_table,
    booking_tables,
    call_table,
    draft_tables,
    field_tables,
    link_tables,
    message_tables,
    order_tables,
    passport_table,
    rule_tables,
    subject_tables,
    survey_table,
    venue_table,
)  # imported so that their tables are part of the metadata


class BrokenReferences(Exception):
    """Steps of the schema would break references between tables."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Apply every missing step in one transaction: the schema is the old one or the new one, never between."""
    with _changing(database) as config:
        command.upgrade(config, revision)


def downgrade(database: Database, revision: str, vault: Vault | None = None) -> None:
    """Take steps back in one transaction, down to ``revision`` (``"base"`` for an empty database).

    Parameters
    ----------
    vault
        Needed where persons have keys (step 0005): what those seal is sealed directly again, so that nothing is lost.
    """
    with _changing(database) as config:
        config.attributes["vault"] = vault
        command.downgrade(config, revision)


def is_current(database: Database) -> bool:
    """Whether the database has exactly the schema that this version of the program needs."""
    with database.reading() as session:
        present = MigrationContext.configure(session.connection()).get_current_revision()
    return present == ScriptDirectory.from_config(_config()).get_current_head()


def drift(database: Database) -> list[object]:
    """Return what the mapped tables have that the migrated database has not, or the other way round."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))


@contextmanager
def _changing(database: Database) -> Iterator[Config]:
    """One transaction. SQLite changes a table by making it anew: references are off meanwhile, and checked."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                config = _config()
                config.attributes["connection"] = connection
                yield config
                if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise BrokenReferences("the steps would leave rows that point at nothing; nothing was changed")
        finally:
            if database.is_sqlite:
                connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config
