"""Organisations, accounts, sessions and tokens; and how far each account sees."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from mobile_passport.migrations.policies import (
    OF_OWN_PERSON,
    OWN_PERSON,
    OWN_REQUEST,
    OWN_VISIT,
    WHOLE_OFFICE,
    create_functions,
    drop_functions,
    guard,
    unguard,
)

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_GUARDED = {
    "request": OWN_REQUEST,
    "applicant": OWN_PERSON,
    "plan_member": OF_OWN_PERSON,
    "plan_visit": OWN_VISIT,
    "appointment": OF_OWN_PERSON,
    "sms_intent": WHOLE_OFFICE,
    "sms_subject": WHOLE_OFFICE,
    "sms_attempt": WHOLE_OFFICE,
    "simulated_sms": WHOLE_OFFICE,
}


def upgrade() -> None:
    """Apply the step. Requests that were stored before belong to no organisation."""
    _create_organisations_and_accounts()
    _create_ways_in()
    op.create_table(
        "back_off",
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("claim_index", sa.LargeBinary(), nullable=False),
        sa.Column("source_index", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("blocked_until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kanim", "claim_index", "source_index", name=op.f("pk_back_off")),
    )
    # Not as a batch: that makes the table anew, which SQLite refuses as soon as people point at a request.
    kind = "UUID" if op.get_bind().dialect.name == "postgresql" else "CHAR(32)"
    op.execute(
        f"ALTER TABLE request ADD COLUMN organisation_id {kind} "
        "CONSTRAINT fk_request_organisation_id_organisation REFERENCES organisation (id)"
    )
    op.create_index(op.f("ix_request_organisation_id"), "request", ["organisation_id"])
    create_functions()
    for table, condition in _GUARDED.items():
        guard(table, condition)


def downgrade() -> None:
    """Take the step back."""
    for table in _GUARDED:
        unguard(table)
    drop_functions()
    op.drop_index(op.f("ix_request_organisation_id"), table_name="request")
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.drop_column("organisation_id")
    for table in ("back_off", "recovery_code", "api_token", "session", "invitation", "account", "organisation"):
        op.drop_table(table)


def _create_organisations_and_accounts() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("regency", sa.String(length=4), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("kanim", "kind", "label", name=op.f("uq_organisation_kanim_kind_label")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("display_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("regency", sa.String(length=4), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("password_changed_at", _MOMENT, nullable=True),
        sa.Column("totp_secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", _MOMENT, nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("oidc_subject", sa.String(length=255), nullable=True),
        sa.CheckConstraint(
            "role <> 'coordinator' OR (organisation_id IS NOT NULL AND regency IS NOT NULL)",
            name=op.f("ck_account_coordinator_has_an_organisation"),
        ),
        sa.CheckConstraint("role <> 'field' OR team IS NOT NULL", name=op.f("ck_account_field_has_a_team")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_account_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("kanim", "login", name=op.f("uq_account_kanim_login")),
        sa.UniqueConstraint("kanim", "oidc_subject", name=op.f("uq_account_kanim_oidc_subject")),
    )


def _create_ways_in() -> None:
    _create_for_account(
        "invitation",
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_invitation_secret_hash")),
    )
    _create_for_account(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("device", sa.String(length=16), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("last_seen_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
    )
    _create_for_account(
        "api_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    _create_for_account(
        "recovery_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.UniqueConstraint("account_id", "code_hash", name=op.f("uq_recovery_code_account_id_code_hash")),
    )


def _create_for_account(table: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        *parts,
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f(f"fk_{table}_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"])
