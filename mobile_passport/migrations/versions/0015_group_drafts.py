"""Requests in the making, and forms whose sender was not signed in any more."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from mobile_passport.migrations.policies import OF_OWN_ORGANISATION, guard

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "group_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_in_as", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_group_draft_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_draft")),
    )
    op.create_index(op.f("ix_group_draft_account_id"), "group_draft", ["account_id"])
    op.create_table(
        "kept_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("fields_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_kept_form_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
    )
    op.create_index(op.f("ix_kept_form_account_id"), "kept_form", ["account_id"])
    guard("group_draft", OF_OWN_ORGANISATION)
    guard("kept_form", OF_OWN_ORGANISATION)


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("kept_form")
    op.drop_table("group_draft")
