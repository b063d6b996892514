"""Results of surveys of public satisfaction. Rows are added and never changed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from mobile_passport.migrations.policies import ANYBODY_OF_OFFICE, guard

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER survey_result_refuses_update BEFORE UPDATE ON survey_result
    BEGIN SELECT RAISE(ABORT, 'survey_result is append-only'); END
    """,
    """
    CREATE TRIGGER survey_result_refuses_delete BEFORE DELETE ON survey_result
    BEGIN SELECT RAISE(ABORT, 'survey_result is append-only'); END
    """,
)
_POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION survey_result_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'survey_result is append-only' USING ERRCODE = 'insufficient_privilege'; END $$
    """,
    """
    CREATE TRIGGER survey_result_refuses_change BEFORE UPDATE OR DELETE ON survey_result
    FOR EACH ROW EXECUTE FUNCTION survey_result_refuse()
    """,
)


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "survey_result",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("respondents", sa.Integer(), nullable=False),
        sa.Column("index_hundredths", sa.Integer(), nullable=False),
        sa.Column("means_thousandths", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_month >= first_month", name=op.f("ck_survey_result_ends_after_it_begins")),
        sa.CheckConstraint("respondents >= 1", name=op.f("ck_survey_result_somebody_answered")),
        sa.CheckConstraint("index_hundredths BETWEEN 2500 AND 10000", name=op.f("ck_survey_result_is_an_index")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["survey_result.id"], name=op.f("fk_survey_result_supersedes_id_survey_result")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_result")),
        sa.UniqueConstraint("kanim", "number", name=op.f("uq_survey_result_kanim_number")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_survey_result_supersedes_id")),
    )
    for statement in _POSTGRESQL_TRIGGERS if _is_postgresql() else _SQLITE_TRIGGERS:
        op.execute(statement)
    guard("survey_result", ANYBODY_OF_OFFICE)


def downgrade() -> None:
    """Take the step back; the results are gone."""
    op.drop_table("survey_result")
    if _is_postgresql():
        op.execute("DROP FUNCTION survey_result_refuse()")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
