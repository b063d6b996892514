"""Accounts and organisations as the service speaks of them."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from mobile_passport.domain.access import Caller, Role, Scope
from mobile_passport.domain.refusal import Refusal
from mobile_passport.domain.request import AskerKind

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")


class InvalidLogin(Refusal):
    """What was written cannot be a login."""

    code = "invalid_login"


class SessionStage(StrEnum):
    """How far somebody came in signing in."""

    SECOND_FACTOR = "second_factor"
    """The password was right; nothing is open yet but the page that asks for the code."""
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who asks for visits. ``regency`` is a Kemendagri code without dots."""

    id: UUID
    kind: AskerKind
    name: str
    regency: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in.

    Attributes
    ----------
    organisation_id, regency, team
        How far the account sees; see `Scope`.
    has_password
        False until the invitation was used.
    has_second_factor
        Whether a code was confirmed, so that one is asked for.
    """

    id: UUID
    kanim: str
    login: str
    role: Role
    organisation_id: UUID | None
    regency: str | None
    team: str | None
    is_active: bool
    has_password: bool
    has_second_factor: bool
    created_at: datetime

    @property
    def caller(self) -> Caller:
        """The account as routes and services know it."""
        scope = Scope(kanim=self.kanim, organisation_id=self.organisation_id, regency=self.regency, team=self.team)
        return Caller(account_id=self.id, login=self.login, role=self.role, scope=scope)


def normal_login(text: str) -> str:
    """Return a login as it is stored: trimmed, in small letters.

    Raises
    ------
    InvalidLogin
        When it cannot be one.
    """
    login = text.strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise InvalidLogin("a login has 2 to 64 of a-z, 0-9, . _ @ + - and begins with a letter or digit")
    return login
