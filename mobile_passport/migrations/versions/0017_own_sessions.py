"""Bookings behind a policy of their own organisation."""

from collections.abc import Sequence

from mobile_passport.migrations.policies import OWN_BOOKING, guard, unguard

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply the step."""
    guard("booking", OWN_BOOKING)


def downgrade() -> None:
    """Take the step back."""
    unguard("booking")
