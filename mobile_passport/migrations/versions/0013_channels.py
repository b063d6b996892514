"""Other channels than SMS, and messages to field teams."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_WITH_CHANNEL = ("sms_intent", "sms_attempt", "simulated_sms")
_TOPIC_HOLDS = sa.text("withdrawn_at IS NULL AND topic IS NOT NULL")
_ONE_SUBJECT = " + ".join(
    f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in ("applicant_id", "request_id", "topic")
)
_ABOUT_TOPIC = "(SELECT intent_id FROM about_topic)"


def upgrade() -> None:
    """Apply the step. Everything so far went by SMS; what today has cost is counted from zero."""
    for table in _WITH_CHANNEL:
        op.add_column(table, sa.Column("channel", sa.String(length=16), server_default="sms", nullable=False))
    op.add_column("sms_intent", sa.Column("template_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("sms_sender", sa.Column("spent_rupiah", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("sms_subject", schema=None) as batch_op:
        batch_op.add_column(sa.Column("topic", sa.String(length=96), nullable=True))
        batch_op.drop_constraint(op.f("ck_sms_subject_person_or_request"), type_="check")
        batch_op.create_check_constraint(op.f("ck_sms_subject_one_subject"), f"{_ONE_SUBJECT} = 1")
        batch_op.create_index(
            "one_promise_topic",
            ["kanim", "topic", "revision", "kind", "lead_days", "occurrence"],
            unique=True,
            sqlite_where=_TOPIC_HOLDS,
            postgresql_where=_TOPIC_HOLDS,
        )


def downgrade() -> None:
    """Take the step back. Messages to teams are dropped; what came back from WhatsApp counts as refused."""
    op.execute("UPDATE sms_attempt SET state = 'rejected' WHERE state = 'returned'")
    op.execute("CREATE TEMPORARY TABLE about_topic AS SELECT intent_id FROM sms_subject WHERE topic IS NOT NULL")
    for table in ("sms_event", "sms_attempt", "sms_subject"):
        op.execute(f"DELETE FROM {table} WHERE intent_id IN {_ABOUT_TOPIC}")  # noqa: S608 - constants of this file
    op.execute(f"DELETE FROM sms_intent WHERE id IN {_ABOUT_TOPIC}")  # noqa: S608
    op.execute("DROP TABLE about_topic")
    with op.batch_alter_table("sms_subject", schema=None) as batch_op:
        batch_op.drop_index("one_promise_topic")
        batch_op.drop_constraint(op.f("ck_sms_subject_one_subject"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_sms_subject_person_or_request"), "(applicant_id IS NULL) <> (request_id IS NULL)"
        )
        batch_op.drop_column("topic")
    op.drop_column("sms_sender", "spent_rupiah")
    op.drop_column("sms_intent", "template_sealed")
    for table in _WITH_CHANNEL:
        op.drop_column(table, "channel")
