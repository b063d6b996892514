"""Places a day, holds, bookings and the waiting list; no two stops of a plan keep one team at the same time."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_LIVE = sa.text("state IN ('waiting', 'held', 'booked')")


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "service_day",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("is_set_by_hand", sa.Boolean(), nullable=False),
        sa.CheckConstraint("booked >= 0 AND booked <= capacity", name=op.f("ck_service_day_never_oversold")),
        sa.CheckConstraint("planned >= 0", name=op.f("ck_service_day_planned_counts_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_day")),
        sa.UniqueConstraint("kanim", "date", name=op.f("uq_service_day_kanim_date")),
    )
    op.create_table(
        "booking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("service_day_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("deadline_date", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("places >= 1", name=op.f("ck_booking_places_at_least_one")),
        sa.CheckConstraint("state <> 'held' OR expires_at IS NOT NULL", name=op.f("ck_booking_a_hold_expires")),
        sa.CheckConstraint("state <> 'booked' OR request_id IS NOT NULL", name=op.f("ck_booking_a_booking_has_people")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_booking_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_booking_request_id_request")),
        sa.ForeignKeyConstraint(
            ["service_day_id"], ["service_day.id"], name=op.f("fk_booking_service_day_id_service_day")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index("ix_booking_day", ["service_day_id", "state"], unique=False)
        batch_op.create_index(
            "one_live_row_a_request_and_day",
            ["request_id", "service_day_id"],
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
    if op.get_bind().dialect.name == "postgresql":
        # A range of text stands in for the extension btree_gist, which not every server has and not everyone may add.
        op.execute("CREATE TYPE text_range AS RANGE (subtype = text)")
        op.execute(
            "ALTER TABLE plan_visit ADD CONSTRAINT one_stop_a_team_at_a_time EXCLUDE USING gist ("
            "text_range(plan_id::text || '/' || team, plan_id::text || '/' || team, '[]') WITH &&, "
            "tstzrange(starts_at, ends_at) WITH &&) "
            "WHERE (team IS NOT NULL)"  # a range without bounds, as of visits that are not served, is everything
        )


def downgrade() -> None:
    """Take the step back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE plan_visit DROP CONSTRAINT one_stop_a_team_at_a_time")
        op.execute("DROP TYPE text_range")
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index("one_live_row_a_request_and_day", sqlite_where=_LIVE, postgresql_where=_LIVE)
        batch_op.drop_index("ix_booking_day")
    op.drop_table("booking")
    op.drop_table("service_day")
