"""What an office changed in its rules, edition by edition. Rows are added and never changed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER rule_edition_refuses_update BEFORE UPDATE ON rule_edition
    BEGIN SELECT RAISE(ABORT, 'rule_edition is append-only'); END
    """,
    """
    CREATE TRIGGER rule_edition_refuses_delete BEFORE DELETE ON rule_edition
    BEGIN SELECT RAISE(ABORT, 'rule_edition is append-only'); END
    """,
)
_POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION rule_edition_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'rule_edition is append-only' USING ERRCODE = 'insufficient_privilege'; END $$
    """,
    """
    CREATE TRIGGER rule_edition_refuses_change BEFORE UPDATE OR DELETE ON rule_edition
    FOR EACH ROW EXECUTE FUNCTION rule_edition_refuse()
    """,
)


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "rule_edition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("document", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_rule_edition_counts_from_the_file")),
        sa.CheckConstraint("number = 0 OR reason <> ''", name=op.f("ck_rule_edition_a_change_has_a_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_edition")),
        sa.UniqueConstraint("kanim", "document", "number", name=op.f("uq_rule_edition_kanim_document_number")),
    )
    for statement in _POSTGRESQL_TRIGGERS if _is_postgresql() else _SQLITE_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    """Take the step back; the rules of the files hold again."""
    op.drop_table("rule_edition")
    if _is_postgresql():
        op.execute("DROP FUNCTION rule_edition_refuse()")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
