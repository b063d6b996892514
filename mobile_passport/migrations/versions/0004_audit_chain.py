"""The chained audit log, the order that each plan was made by, and overrides by two people."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from mobile_passport.domain.audit_chain import GENESIS, AuditEntry, canonical_detail, chained
from mobile_passport.migrations.policies import OF_OWN_REQUEST, guard
from mobile_passport.persistence.base import UtcDateTime

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_PLAIN = sa.table(
    "audit_unchained",
    sa.column("id", sa.Integer),
    sa.column("kanim", sa.String),
    sa.column("at", UtcDateTime),
    sa.column("actor", sa.String),
    sa.column("action", sa.String),
    sa.column("subject", sa.String),
    sa.column("detail", sa.JSON),
)
_CHAINED = sa.table(
    "audit",
    sa.column("kanim", sa.String),
    sa.column("seq", sa.Integer),
    sa.column("at", UtcDateTime),
    sa.column("actor", sa.String),
    sa.column("action", sa.String),
    sa.column("subject", sa.String),
    sa.column("detail", sa.Text),
    sa.column("prev_hash", sa.String),
    sa.column("hash", sa.String),
)

_PLAIN_FIELDS = ("kanim", "at", "actor", "action", "subject", "detail")
_SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END
    """,
    """
    CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END
    """,
    # REPLACE removes the row that is in its way without firing the trigger for deletes.
    """
    CREATE TRIGGER audit_refuses_replace BEFORE INSERT ON audit
    WHEN EXISTS (SELECT 1 FROM audit WHERE kanim = NEW.kanim AND (seq = NEW.seq OR prev_hash = NEW.prev_hash))
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END
    """,
)
_POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'insufficient_privilege'; END $$
    """,
    "CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_refuses_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    # Whoever runs this owns the table; even the owner is left with adding and reading.
    "REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM PUBLIC, CURRENT_USER",
)


def upgrade() -> None:
    """Apply the step; records that are there are chained in the order in which they were written."""
    _move_plain_log_aside()
    _create_chained_log()
    for kanim in op.get_bind().scalars(sa.select(_PLAIN.c.kanim).distinct().order_by(_PLAIN.c.kanim)).all():
        op.bulk_insert(_CHAINED, list(_chain(kanim)))
    op.drop_table("audit_unchained")
    for statement in _POSTGRESQL_TRIGGERS if _is_postgresql() else _SQLITE_TRIGGERS:
        op.execute(statement)
    _create_order_tables()
    guard("rank_override", OF_OWN_REQUEST)


def downgrade() -> None:
    """Take the step back; the chain is lost, the records are kept."""
    op.drop_table("rank_override")
    op.drop_table("plan_order")
    op.create_table(
        "audit_plain",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_plain")),
    )
    log = _CHAINED.c
    detail = sa.cast(log.detail, sa.JSON) if _is_postgresql() else log.detail
    op.execute(
        sa.insert(sa.table("audit_plain", *(sa.column(name) for name in _PLAIN_FIELDS))).from_select(
            _PLAIN_FIELDS,
            sa.select(log.kanim, log.at, log.actor, log.action, log.subject, detail).order_by(
                log.at, log.kanim, log.seq
            ),
        )
    )
    op.drop_table("audit")
    op.rename_table("audit_plain", "audit")
    if _is_postgresql():
        op.execute("DROP FUNCTION audit_refuse()")
        op.execute("ALTER TABLE audit RENAME CONSTRAINT pk_audit_plain TO pk_audit")
        op.execute("ALTER SEQUENCE audit_plain_id_seq RENAME TO audit_id_seq")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _move_plain_log_aside() -> None:
    op.rename_table("audit", "audit_unchained")
    if _is_postgresql():  # names of constraints belong to the schema there
        op.execute("ALTER TABLE audit_unchained RENAME CONSTRAINT pk_audit TO pk_audit_unchained")


def _create_chained_log() -> None:
    op.create_table(
        "audit",
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_audit_counts_from_one")),
        sa.PrimaryKeyConstraint("kanim", "seq", name=op.f("pk_audit")),
        sa.UniqueConstraint("kanim", "prev_hash", name=op.f("uq_audit_kanim_prev_hash")),
    )


def _chain(kanim: str) -> Iterator[dict[str, Any]]:
    last = GENESIS
    rows = op.get_bind().execute(sa.select(_PLAIN).where(_PLAIN.c.kanim == kanim).order_by(_PLAIN.c.id))
    for seq, row in enumerate(rows, start=1):
        entry = AuditEntry(
            kanim=kanim,
            at=row.at,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            detail=canonical_detail(row.detail),
        )
        record = chained(entry, seq, last)
        last = record.hash
        yield {
            "kanim": kanim,
            "seq": seq,
            "at": record.at,
            "actor": record.actor,
            "action": record.action,
            "subject": record.subject,
            "detail": record.detail,
            "prev_hash": record.prev_hash,
            "hash": record.hash,
        }


def _create_order_tables() -> None:
    op.create_table(
        "plan_order",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("rule_version", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("order_json", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_order_plan_id_plan")),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_order")),
    )
    op.create_table(
        "rank_override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by", name=op.f("ck_rank_override_two_people")
        ),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_rank_override_approved_by_somebody")
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR approved_by IS NOT NULL", name=op.f("ck_rank_override_approved_before_it_counts")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'rejected', 'withdrawn')", name=op.f("ck_rank_override_known_state")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_rank_override_request_id_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rank_override")),
    )
    op.create_index(
        "one_open_override",
        "rank_override",
        ["request_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('proposed', 'approved')"),
        postgresql_where=sa.text("state IN ('proposed', 'approved')"),
    )
