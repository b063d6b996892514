"""What a planning run searches at the moment: its figures begin anew with every stage."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply the step."""
    op.add_column("planning_run", sa.Column("stage", sa.String(length=16), nullable=True))


def downgrade() -> None:
    """Take the step back; of runs under way the stage is not shown any more."""
    op.drop_column("planning_run", "stage")
