"""Links for applicants, and what they answered."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from mobile_passport.migrations.policies import OF_OWN_PERSON, WHOLE_OFFICE, guard

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "link",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("intent_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["intent_id"], ["sms_intent.id"], name=op.f("fk_link_intent_id_sms_intent")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_link")),
    )
    op.create_index(op.f("ix_link_intent_id"), "link", ["intent_id"])
    op.create_table(
        "link_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"], name=op.f("fk_link_answer_applicant_id_applicant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_answer")),
        sa.UniqueConstraint("applicant_id", "revision", name=op.f("uq_link_answer_applicant_id_revision")),
    )
    op.create_table(
        "message_choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("intent_id", sa.Uuid(), nullable=False),
        sa.Column("wants_messages", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["intent_id"], ["sms_intent.id"], name=op.f("fk_message_choice_intent_id_sms_intent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_choice")),
    )
    op.create_index(op.f("ix_message_choice_intent_id"), "message_choice", ["intent_id"])
    guard("link", WHOLE_OFFICE)
    guard("link_answer", OF_OWN_PERSON)
    guard("message_choice", WHOLE_OFFICE)


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("message_choice")
    op.drop_table("link_answer")
    op.drop_table("link")
