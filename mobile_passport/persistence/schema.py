"""Bring a database to the schema this version needs, and tell whether it has it."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

from mobile_passport import migrations
from mobile_passport.persistence import account_tables, audit_table, message_tables, order_tables, tables, venue_table
from mobile_passport.persistence.base import Base
from mobile_passport.persistence.database import Database

METADATA: MetaData = Base.metadata
MAPPED_MODULES = (
    tables,
    account_tables,
    audit_table,
    message_tables,
    order_tables,
    venue_table,
)  # imported so that their tables are part of the metadata


def upgrade(database: Database, revision: str = "head") -> None:
    """Apply every missing step in one transaction: the schema is the old one or the new one, never between."""
    with database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def downgrade(database: Database, revision: str) -> None:
    """Take steps back in one transaction, down to ``revision`` (``"base"`` for an empty database)."""
    with database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
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


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config
