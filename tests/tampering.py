"""What whoever owns the database can do to its audit log."""

from sqlalchemy import Connection

_SQLITE = tuple(f"DROP TRIGGER IF EXISTS audit_refuses_{what}" for what in ("update", "delete", "replace"))
_POSTGRESQL = ("ALTER TABLE audit DISABLE TRIGGER ALL", "GRANT ALL ON audit TO CURRENT_USER")


def disarm(connection: Connection) -> None:
    """Take away what keeps the log append-only."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)
