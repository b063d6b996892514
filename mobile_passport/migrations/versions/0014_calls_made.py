"""Calls that the office made."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from mobile_passport.migrations.policies import OF_OWN_REQUEST, guard

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "call_made",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=True),
        sa.Column("entry", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=24), nullable=True),
        sa.Column("again_date", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'try_again') = (again_date IS NOT NULL)", name=op.f("ck_call_made_trying_again_has_a_date")
        ),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"], name=op.f("fk_call_made_applicant_id_applicant")),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_call_made_request_id_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_made")),
    )
    op.create_index("ix_call_made_entry", "call_made", ["kanim", "entry", "made_at"])
    guard("call_made", OF_OWN_REQUEST)


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("call_made")
