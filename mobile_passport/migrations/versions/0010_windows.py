"""Until when a household was told to expect the team."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TABLES = ("plan_member", "appointment")
_IS_HOME = {
    "plan_member": "plan_visit_id IN (SELECT id FROM plan_visit WHERE kind = 'home')",
    "appointment": "kind = 'home'",
}


def upgrade() -> None:
    """Apply the step. Before it every household was told half an hour, as messages.toml said then."""
    half_an_hour_later = (
        "slot_at + INTERVAL '30 minutes'"
        if op.get_bind().dialect.name == "postgresql"
        else "strftime('%Y-%m-%d %H:%M:%S', slot_at, '+30 minutes') || '.000000'"
    )
    for table in _TABLES:
        op.add_column(table, sa.Column("window_closes_at", sa.DateTime(timezone=True), nullable=True))
        op.execute(
            f"UPDATE {table} SET window_closes_at = {half_an_hour_later} "  # noqa: S608 - constants of this file
            f"WHERE slot_at IS NOT NULL AND {_IS_HOME[table]}"
        )


def downgrade() -> None:
    """Take the step back."""
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN window_closes_at")
