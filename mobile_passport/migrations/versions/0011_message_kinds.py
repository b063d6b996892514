"""More kinds of messages, and their channels."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from mobile_passport.migrations.policies import OF_OWN_PERSON, guard

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply the step."""
    with op.batch_alter_table("sms_intent") as batch_op:
        batch_op.add_column(sa.Column("operator", sa.String(length=40), nullable=True))
    op.create_table(
        "passport",
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_by", sa.String(length=64), nullable=False),
        sa.Column("collect_by_date", sa.Date(), nullable=False),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"], name=op.f("fk_passport_applicant_id_applicant")),
        sa.PrimaryKeyConstraint("applicant_id", name=op.f("pk_passport")),
    )
    op.create_index("ix_passport_waiting", "passport", ["kanim", "collected_at", "collect_by_date"])
    guard("passport", OF_OWN_PERSON)


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("passport")
    with op.batch_alter_table("sms_intent") as batch_op:
        batch_op.drop_column("operator")
