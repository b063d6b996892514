"""A key for each person's data, so that a person can be forgotten; and what persons ask about their data."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import context, op

from mobile_passport.persistence.privacy.vault import BY_SUBJECT, ERASED, SubjectSeal, Vault

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_LIVE = sa.text("status IN ('waiting', 'scheduled')")
_SEALED = {
    "applicant": ("name", "nik", "birth_date", "phone", "needs"),
    "request": ("contact_name", "contact_phone"),
    "sms_intent": ("to", "body"),
}
_SUBJECTS = {
    "applicant": "SELECT a.id, s.id, s.wrapped_key FROM applicant a JOIN subject s ON s.id = a.subject_id",
    "request": "SELECT r.id, s.id, s.wrapped_key FROM request r JOIN subject s ON s.id = r.contact_subject_id",
    "sms_intent": (
        "SELECT m.intent_id, s.id, s.wrapped_key FROM sms_subject m "
        "LEFT JOIN applicant a ON a.id = m.applicant_id LEFT JOIN request r ON r.id = m.request_id "
        "JOIN subject s ON s.id = COALESCE(a.subject_id, r.contact_subject_id)"
    ),
}


class KeyNeeded(Exception):
    """The step cannot be taken back without the secret; nothing was changed."""


def upgrade() -> None:
    """Apply the step. What is sealed stays as it is and readable; `mobile-passport keys rotate` gives persons keys."""
    _create_tables()
    op.add_column("applicant", sa.Column("subject_id", sa.Uuid(), nullable=True))
    op.add_column("applicant", sa.Column("closed_at", _MOMENT, nullable=True))
    op.add_column("request", sa.Column("contact_subject_id", sa.Uuid(), nullable=True))
    _make_subjects()
    with op.batch_alter_table("applicant", schema=None) as batch_op:
        batch_op.alter_column("subject_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("nik_index", existing_type=sa.LargeBinary(), nullable=True)
        batch_op.create_foreign_key(op.f("fk_applicant_subject_id_subject"), "subject", ["subject_id"], ["id"])
        batch_op.create_index(op.f("ix_applicant_subject_id"), ["subject_id"], unique=False)
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.alter_column("contact_subject_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.create_foreign_key(
            op.f("fk_request_contact_subject_id_subject"), "subject", ["contact_subject_id"], ["id"]
        )
        batch_op.create_index(op.f("ix_request_contact_subject_id"), ["contact_subject_id"], unique=False)


def downgrade() -> None:
    """Take the step back: what persons' keys seal is sealed with the secret again. Cases of persons are dropped.

    Whoever was erased stays so: their columns hold a sealed empty text.
    """
    _seal_directly(context.config.attributes.get("vault"))
    no_index = "randomblob(16)" if _is_sqlite() else "decode(md5(random()::text), 'hex')"
    op.execute(f"UPDATE applicant SET nik_index = {no_index} WHERE nik_index IS NULL")  # noqa: S608
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_request_contact_subject_id"))
        batch_op.drop_column("contact_subject_id")
    with op.batch_alter_table("applicant", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_applicant_subject_id"))
        batch_op.drop_column("subject_id")
        batch_op.drop_column("closed_at")
        batch_op.alter_column("nik_index", existing_type=sa.LargeBinary(), nullable=False)
    op.drop_table("subject_case")
    op.drop_table("subject")


def _create_tables() -> None:
    op.create_table(
        "subject",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("nik_index", sa.LargeBinary(), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("erased_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "erased_at IS NULL OR (wrapped_key IS NULL AND nik_index IS NULL)", name=op.f("ck_subject_erased_is_gone")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("kanim", "nik_index", name=op.f("uq_subject_kanim_nik_index")),
    )
    op.create_table(
        "subject_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kanim", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name=op.f("ck_subject_case_done_has_an_outcome")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_subject_case_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_case")),
        sa.UniqueConstraint("kanim", "number", name=op.f("uq_subject_case_kanim_number")),
    )
    op.create_index(op.f("ix_subject_case_subject_id"), "subject_case", ["subject_id"])
    op.create_index("ix_subject_case_open", "subject_case", ["kanim", "done_at", "due_at"])


def _make_subjects() -> None:
    """One subject for each NIK of an office, and one for the contact of each request; none has a key yet."""
    new_id = "lower(hex(randomblob(16)))" if _is_sqlite() else "gen_random_uuid()"
    op.execute(
        f"INSERT INTO subject (id, kanim, kind, nik_index, created_at) SELECT {new_id}, known.* FROM ("  # noqa: S608
        "SELECT a.kanim, 'person', a.nik_index, MIN(r.created_at) FROM applicant a "
        "JOIN request r ON r.id = a.request_id GROUP BY a.kanim, a.nik_index) AS known"
    )
    op.execute(
        "UPDATE applicant SET subject_id = (SELECT s.id FROM subject s "
        "WHERE s.kanim = applicant.kanim AND s.nik_index = applicant.nik_index)"
    )
    op.execute(f"UPDATE request SET contact_subject_id = {new_id}")  # noqa: S608 - a new one for every row
    op.execute(
        "INSERT INTO subject (id, kanim, kind, created_at) "
        "SELECT contact_subject_id, kanim, 'contact', created_at FROM request"
    )


def _seal_directly(vault: Vault | None) -> None:
    bind = op.get_bind()
    for table, columns in _SEALED.items():
        uuids = sa.Uuid()
        subjects = sa.text(_SUBJECTS[table]).columns(sa.column("row", uuids), sa.column("id", uuids), sa.column("key"))
        keys: dict[object, dict[object, bytes | None]] = {}
        for row, subject, key in bind.execute(subjects).all():
            keys.setdefault(row, {})[subject] = key
        sealed = sa.table(table, sa.column("id", uuids), *(sa.column(f"{one}_sealed") for one in columns))
        for row in bind.execute(sa.select(sealed)).all():
            values = {}
            for name, value in zip(columns, row[1:], strict=True):
                if value is None or (bytes(value) != ERASED and bytes(value[:1]) != BY_SUBJECT):
                    continue
                if vault is None:
                    raise KeyNeeded("persons have keys: taking step 0005 back needs the secret")
                clear = SubjectSeal(vault, keys[row[0]]).open(bytes(value), f"{table}.{name}")  # type: ignore[arg-type]
                values[f"{name}_sealed"] = vault.seal(clear, f"{table}.{name}")
            if values:
                bind.execute(sa.update(sealed).where(sealed.c.id == row[0]).values(values))


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")
