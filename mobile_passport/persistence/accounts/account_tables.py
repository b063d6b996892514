"""Mapped tables of organisations, accounts and everything that lets somebody in.

Whoever holds a session, an API token, an invitation or a recovery code holds 256 or 80 random bits; here lies only
their SHA-256, so that a copy of the database lets nobody in.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mobile_passport.persistence.base import Base


class OrganisationRow(Base):
    """Who asks for visits through accounts of its own; ``kind`` as of the asker of a request."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("kanim", "kind", "label"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(String(200))
    regency: Mapped[str] = mapped_column(String(4))
    is_active: Mapped[bool]
    created_at: Mapped[datetime]


class AccountRow(Base):
    """Somebody who may sign in. ``totp_last_step`` is the time step of the last code that was taken: none is twice."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("kanim", "login"),
        UniqueConstraint("kanim", "oidc_subject"),
        CheckConstraint(
            "role <> 'coordinator' OR (organisation_id IS NOT NULL AND regency IS NOT NULL)",
            name="coordinator_has_an_organisation",
        ),
        CheckConstraint("role <> 'field' OR team IS NOT NULL", name="field_has_a_team"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    login: Mapped[str] = mapped_column(String(64))
    display_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    role: Mapped[str] = mapped_column(String(16))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    regency: Mapped[str | None] = mapped_column(String(4))
    team: Mapped[str | None] = mapped_column(String(64))
    is_active: Mapped[bool]
    created_at: Mapped[datetime]
    password_hash: Mapped[str | None] = mapped_column(String(255))
    password_changed_at: Mapped[datetime | None]
    totp_secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]
    oidc_subject: Mapped[str | None] = mapped_column(String(255))


class InvitationRow(Base):
    """A secret that sets an account's password once."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("secret_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SessionRow(Base):
    """A browser that is signed in. ``stage`` says whether the second factor is still to come."""

    __tablename__ = "session"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    stage: Mapped[str] = mapped_column(String(16))
    device: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ApiTokenRow(Base):
    """A program that acts for an account."""

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    label: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class RecoveryCodeRow(Base):
    """One way in for whoever lost the telephone with the second factor."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kanim: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None]


class BackOffRow(Base):
    """How often somebody failed lately, by whom they claimed to be and where they came from, both as keyed digests."""

    __tablename__ = "back_off"

    kanim: Mapped[str] = mapped_column(String(32), primary_key=True)
    claim_index: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    source_index: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    blocked_until: Mapped[datetime]
