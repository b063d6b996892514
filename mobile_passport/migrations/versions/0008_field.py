"""What field teams report: devices and their operations."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from mobile_passport.migrations.policies import OF_OWN_PERSON, guard

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "field_device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=True),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("watermark", sa.Integer(), nullable=False),
        sa.CheckConstraint("watermark >= 0", name=op.f("ck_field_device_watermark_counts_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_device")),
    )
    _create_operations()
    op.create_table(
        "field_outcome",
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("is_disputed", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_field_outcome_applicant_id_applicant")
        ),
        sa.PrimaryKeyConstraint("kanim", "applicant_id", "service_date", name=op.f("pk_field_outcome")),
    )
    op.create_index("ix_field_outcome_day", "field_outcome", ["kanim", "service_date", "visit"])
    guard("field_outcome", OF_OWN_PERSON)


def _create_operations() -> None:
    op.create_table(
        "field_operation",
        sa.Column("op_id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("applicant_id", sa.Uuid(), nullable=True),
        sa.Column("service_date", sa.Date(), nullable=True),
        sa.Column("visit", sa.String(length=64), nullable=True),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("decided_outcome", sa.String(length=16), nullable=True),
        sa.Column("target_op_id", sa.Uuid(), nullable=True),
        sa.Column("named_op_ids", sa.JSON(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("device_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_ahead_s", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("is_forced", sa.Boolean(), nullable=False),
        sa.CheckConstraint("device_seq >= 1", name=op.f("ck_field_operation_sequence_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_field_operation_applicant_id_applicant")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["field_device.id"], name=op.f("fk_field_operation_device_id_field_device")
        ),
        sa.PrimaryKeyConstraint("op_id", name=op.f("pk_field_operation")),
    )
    op.create_index("ix_field_operation_device", "field_operation", ["device_id", "device_seq"])
    op.create_index("ix_field_operation_person", "field_operation", ["kanim", "applicant_id", "service_date"])
    op.create_index("ix_field_operation_day", "field_operation", ["kanim", "service_date", "visit"])
    op.create_index("ix_field_operation_state", "field_operation", ["kanim", "state"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("field_outcome")
    op.drop_table("field_operation")
    op.drop_table("field_device")
