"""The register of venues, and whether the place of a planned visit was surveyed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply the step. Visits of older plans were promised, so their places count as surveyed."""
    op.create_table(
        "venue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("village_code", sa.String(length=10), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("capacity_a_day", sa.Integer(), nullable=False),
        sa.Column("step_free", sa.Boolean(), nullable=False),
        sa.Column("power", sa.Boolean(), nullable=False),
        sa.Column("internet", sa.Boolean(), nullable=False),
        sa.Column("survey_state", sa.String(length=16), nullable=False),
        sa.Column("surveyed_date", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("capacity_a_day >= 1", name=op.f("ck_venue_holds_somebody")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint("kanim", "code", name=op.f("uq_venue_kanim_code")),
    )
    op.add_column("plan_visit", sa.Column("is_surveyed", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table("plan_visit", schema=None) as batch_op:
        batch_op.drop_column("is_surveyed")
    op.drop_table("venue")
