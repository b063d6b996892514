"""Bookings behind a policy, exports of a day found in the log, copies of messages to forget, progress in people."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from mobile_passport.migrations.policies import OWN_BOOKING, guard, unguard

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply the step."""
    guard("booking", OWN_BOOKING)
    op.add_column("sms_attempt", sa.Column("forget_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sms_attempt", sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_audit_action", "audit", ["kanim", "action", "at"])
    op.execute("ALTER TABLE planning_run RENAME COLUMN visits TO people")
    op.execute("UPDATE planning_run SET people = NULL")  # it counted visits until now


def downgrade() -> None:
    """Take the step back."""
    op.execute("ALTER TABLE planning_run RENAME COLUMN people TO visits")
    op.drop_index("ix_audit_action", "audit")
    with op.batch_alter_table("sms_attempt", schema=None) as batch_op:
        batch_op.drop_column("forgotten_at")
        batch_op.drop_column("forget_asked_at")
    unguard("booking")
