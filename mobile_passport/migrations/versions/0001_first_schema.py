"""First schema: requests and people, plans and appointments, messages, audit."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "counter",
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("series", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kanim", "series", name=op.f("pk_counter")),
    )
    op.create_table(
        "current_plan",
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kanim", name=op.f("pk_current_plan")),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("inputs_digest", sa.String(length=64), nullable=False),
        sa.Column("settled_digest", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("travel_is_estimate", sa.Boolean(), nullable=False),
        sa.Column("problem_json", sa.Text(), nullable=False),
        sa.Column("plan_json", sa.Text(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_plan_version_counts_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("kanim", "version", name=op.f("uq_plan_kanim_version")),
    )
    op.create_table(
        "request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("external_reference", sa.String(length=120), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("asker_kind", sa.String(length=16), nullable=False),
        sa.Column("asker_name", sa.String(length=200), nullable=False),
        sa.Column("contact_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contact_phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("visit_kind", sa.String(length=16), nullable=False),
        sa.Column("place_text", sa.Text(), nullable=False),
        sa.Column("own_venue", sa.String(length=200), nullable=True),
        sa.Column("wished_dates", sa.JSON(), nullable=False),
        sa.Column("deadline_date", sa.Date(), nullable=True),
        sa.Column("received_date", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place_verdict", sa.String(length=16), nullable=False),
        sa.Column("place_label", sa.String(length=200), nullable=True),
        sa.Column("village_code", sa.String(length=10), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("place_candidates", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint(
            "kanim",
            "asker_kind",
            "asker_name",
            "external_reference",
            name=op.f("uq_request_kanim_asker_kind_asker_name_external_reference"),
        ),
        sa.UniqueConstraint("kanim", "reference", name=op.f("uq_request_kanim_reference")),
    )
    op.create_table(
        "simulated_sms",
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("to_index", sa.LargeBinary(), nullable=False),
        sa.Column("to_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_simulated_sms")),
    )
    with op.batch_alter_table("simulated_sms", schema=None) as batch_op:
        batch_op.create_index("ix_simulated_sms_to", ["kanim", "to_index"], unique=False)

    op.create_table(
        "sms_intent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("to_index", sa.LargeBinary(), nullable=False),
        sa.Column("to_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("marker", sa.String(length=8), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("current_attempt_id", sa.Uuid(), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("segments >= 1", name=op.f("ck_sms_intent_segments_count_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_intent")),
    )
    with op.batch_alter_table("sms_intent", schema=None) as batch_op:
        batch_op.create_index("ix_sms_intent_queue", ["kanim", "state", "not_after"], unique=False)
        batch_op.create_index("ix_sms_intent_to", ["kanim", "to_index"], unique=False)

    op.create_table(
        "sms_sender",
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("next_send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("circuit_open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_reason", sa.String(length=64), nullable=True),
        sa.Column("hold_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spent_on", sa.Date(), nullable=True),
        sa.Column("spent_segments", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kanim", name=op.f("pk_sms_sender")),
    )
    op.create_table(
        "tick",
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=32), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kanim", "name", "slot", name=op.f("pk_tick")),
    )
    op.create_table(
        "applicant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("nik_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("nik_index", sa.LargeBinary(), nullable=False),
        sa.Column("birth_date_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("needs_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sex", sa.String(length=8), nullable=False),
        sa.Column("passport_case", sa.String(length=16), nullable=False),
        sa.Column("party", sa.String(length=64), nullable=True),
        sa.Column("is_carer", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("office_reason", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_applicant_request_id_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applicant")),
        sa.UniqueConstraint("request_id", "position", name=op.f("uq_applicant_request_id_position")),
    )
    with op.batch_alter_table("applicant", schema=None) as batch_op:
        batch_op.create_index(
            "one_live_booking",
            ["kanim", "nik_index"],
            unique=True,
            sqlite_where=sa.text("status IN ('waiting', 'scheduled')"),
            postgresql_where=sa.text("status IN ('waiting', 'scheduled')"),
        )

    op.create_table(
        "plan_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("venue", sa.String(length=200), nullable=False),
        sa.Column("village_code", sa.String(length=10), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("waiver", sa.String(length=32), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=True),
        sa.Column("shift", sa.String(length=64), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_code", sa.String(length=32), nullable=True),
        sa.Column("reason_detail", sa.Text(), nullable=True),
        sa.Column("reason_change", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_visit_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_visit")),
        sa.UniqueConstraint("plan_id", "visit", name=op.f("uq_plan_visit_plan_id_visit")),
    )
    op.create_table(
        "sms_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("intent_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sid", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("first_empty_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_empty_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt_status", sa.String(length=16), nullable=True),
        sa.Column("receipt_code", sa.String(length=16), nullable=True),
        sa.Column("receipt_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["intent_id"], ["sms_intent.id"], name=op.f("fk_sms_attempt_intent_id_sms_intent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_attempt")),
        sa.UniqueConstraint("provider", "sid", name=op.f("uq_sms_attempt_provider_sid")),
        sa.UniqueConstraint("token", name=op.f("uq_sms_attempt_token")),
    )
    with op.batch_alter_table("sms_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sms_attempt_intent_id"), ["intent_id"], unique=False)
        batch_op.create_index("ix_sms_attempt_recent", ["kanim", "started_at"], unique=False)
        batch_op.create_index("ix_sms_attempt_state", ["kanim", "state", "started_at"], unique=False)
        batch_op.create_index(
            "one_live",
            ["intent_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('accepted', 'open', 'resolved_sent', 'unknown')"),
            postgresql_where=sa.text("state IN ('accepted', 'open', 'resolved_sent', 'unknown')"),
        )

    op.create_table(
        "appointment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("venue", sa.String(length=200), nullable=False),
        sa.Column("slot_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"], name=op.f("fk_appointment_applicant_id_applicant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("applicant_id", "revision", name=op.f("uq_appointment_applicant_id_revision")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(
            "one_active_appointment",
            ["applicant_id"],
            unique=True,
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        )

    op.create_table(
        "plan_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("plan_visit_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("slot_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"], name=op.f("fk_plan_member_applicant_id_applicant")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_member_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["plan_visit_id"], ["plan_visit.id"], name=op.f("fk_plan_member_plan_visit_id_plan_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_member")),
        sa.UniqueConstraint("plan_id", "applicant_id", name=op.f("uq_plan_member_plan_id_applicant_id")),
    )
    op.create_table(
        "sms_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intent_id", sa.Uuid(), nullable=True),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["sms_attempt.id"], name=op.f("fk_sms_event_attempt_id_sms_attempt")),
        sa.ForeignKeyConstraint(["intent_id"], ["sms_intent.id"], name=op.f("fk_sms_event_intent_id_sms_intent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_event")),
    )
    with op.batch_alter_table("sms_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sms_event_intent_id"), ["intent_id"], unique=False)

    op.create_table(
        "sms_subject",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("intent_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(applicant_id IS NULL) <> (request_id IS NULL)", name=op.f("ck_sms_subject_person_or_request")
        ),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"], name=op.f("fk_sms_subject_applicant_id_applicant")),
        sa.ForeignKeyConstraint(["intent_id"], ["sms_intent.id"], name=op.f("fk_sms_subject_intent_id_sms_intent")),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_sms_subject_request_id_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_subject")),
    )
    with op.batch_alter_table("sms_subject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sms_subject_intent_id"), ["intent_id"], unique=False)
        batch_op.create_index(
            "one_promise_person",
            ["applicant_id", "revision", "kind", "lead_days", "occurrence"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL AND applicant_id IS NOT NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL AND applicant_id IS NOT NULL"),
        )
        batch_op.create_index(
            "one_promise_request",
            ["request_id", "revision", "kind", "lead_days", "occurrence"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL AND request_id IS NOT NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL AND request_id IS NOT NULL"),
        )


def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table("sms_subject", schema=None) as batch_op:
        batch_op.drop_index(
            "one_promise_request",
            sqlite_where=sa.text("withdrawn_at IS NULL AND request_id IS NOT NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL AND request_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "one_promise_person",
            sqlite_where=sa.text("withdrawn_at IS NULL AND applicant_id IS NOT NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL AND applicant_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_sms_subject_intent_id"))

    op.drop_table("sms_subject")
    with op.batch_alter_table("sms_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sms_event_intent_id"))

    op.drop_table("sms_event")
    op.drop_table("plan_member")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(
            "one_active_appointment",
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        )

    op.drop_table("appointment")
    with op.batch_alter_table("sms_attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "one_live",
            sqlite_where=sa.text("state IN ('accepted', 'open', 'resolved_sent', 'unknown')"),
            postgresql_where=sa.text("state IN ('accepted', 'open', 'resolved_sent', 'unknown')"),
        )
        batch_op.drop_index("ix_sms_attempt_state")
        batch_op.drop_index("ix_sms_attempt_recent")
        batch_op.drop_index(batch_op.f("ix_sms_attempt_intent_id"))

    op.drop_table("sms_attempt")
    op.drop_table("plan_visit")
    with op.batch_alter_table("applicant", schema=None) as batch_op:
        batch_op.drop_index(
            "one_live_booking",
            sqlite_where=sa.text("status IN ('waiting', 'scheduled')"),
            postgresql_where=sa.text("status IN ('waiting', 'scheduled')"),
        )

    op.drop_table("applicant")
    op.drop_table("tick")
    op.drop_table("sms_sender")
    with op.batch_alter_table("sms_intent", schema=None) as batch_op:
        batch_op.drop_index("ix_sms_intent_to")
        batch_op.drop_index("ix_sms_intent_queue")

    op.drop_table("sms_intent")
    with op.batch_alter_table("simulated_sms", schema=None) as batch_op:
        batch_op.drop_index("ix_simulated_sms_to")

    op.drop_table("simulated_sms")
    op.drop_table("request")
    op.drop_table("plan")
    op.drop_table("current_plan")
    op.drop_table("counter")
    op.drop_table("audit")
