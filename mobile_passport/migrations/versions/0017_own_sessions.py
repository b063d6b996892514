"""Bookings behind a policy of their own organisation; deeds of a day counted without reading the whole log."""

from collections.abc import Sequence

from alembic import op

from mobile_passport.migrations.policies import OWN_BOOKING, guard, unguard

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply the step."""
    guard("booking", OWN_BOOKING)
    op.create_index("ix_audit_action", "audit", ["kanim", "action", "at"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("ix_audit_action", "audit")
    unguard("booking")
