"""How often somebody failed to sign in lately, counted before each attempt: a hundred at once get no more than one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mobile_passport.persistence.accounts.account_tables import BackOffRow
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.rules.accounts import BackOffRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who somebody claims to be, and where they come from; both are stored as keyed digests.

    Attributes
    ----------
    who
        A login, whether there is such an account or not, or an account's id for its second factor.
    source
        Network address, or empty where all addresses count together.
    """

    who: str
    source: str


class BackOff:
    """Failures of one office, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str, rules: BackOffRules) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim
        self._rules = rules

    def begin(self, claim: Claim, *, now: datetime) -> int:
        """Count an attempt as failed until `succeed` says otherwise.

        Returns
        -------
        int
            Seconds to wait; 0 when the attempt may be looked at.
        """
        row = self._locked(claim, now)
        if row.blocked_until > now:
            return ceil((row.blocked_until - now).total_seconds())
        if now - row.last_at > timedelta(seconds=self._rules.forget_after_s):
            row.failures = 0
        row.failures += 1
        row.last_at = now
        row.blocked_until = now + timedelta(seconds=self._rules.wait_s(row.failures))
        self._session.flush()
        return 0

    def succeed(self, claim: Claim) -> None:
        """Forget all failures of the claim."""
        self._session.execute(delete(BackOffRow).where(*self._is(claim)))

    def forget_old(self, *, now: datetime) -> None:
        """Delete what counts no longer."""
        before = now - timedelta(seconds=self._rules.forget_after_s)
        self._session.execute(delete(BackOffRow).where(BackOffRow.kanim == self._kanim, BackOffRow.last_at < before))

    def _locked(self, claim: Claim, now: datetime) -> BackOffRow:
        dialect = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        who, source = self._indexes(claim)
        first = dialect.insert(BackOffRow).values(
            kanim=self._kanim, claim_index=who, source_index=source, failures=0, last_at=now, blocked_until=now
        )
        self._session.execute(first.on_conflict_do_nothing())
        return self._session.scalars(select(BackOffRow).where(*self._is(claim)).with_for_update()).one()

    def _is(self, claim: Claim) -> tuple[ColumnElement[bool], ...]:
        who, source = self._indexes(claim)
        return (BackOffRow.kanim == self._kanim, BackOffRow.claim_index == who, BackOffRow.source_index == source)

    def _indexes(self, claim: Claim) -> tuple[bytes, bytes]:
        return self._vault.blind_index(claim.who, "sign-in.who"), self._vault.blind_index(
            claim.source, "sign-in.source"
        )
