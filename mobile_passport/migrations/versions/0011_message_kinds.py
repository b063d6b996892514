"""More kinds of messages, and their channels."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply the step."""
    with op.batch_alter_table("sms_intent") as batch_op:
        batch_op.add_column(sa.Column("operator", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table("sms_intent") as batch_op:
        batch_op.drop_column("operator")
