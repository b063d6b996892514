"""Second factors: the secret behind an account's codes, and the codes for whoever lost it."""

import secrets
from base64 import b32encode
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.accounts.account_tables import AccountRow, RecoveryCodeRow
from mobile_passport.persistence.accounts.sessions import digest_of
from mobile_passport.persistence.privacy.vault import Vault

_COLUMN = "account.totp_secret"
_RECOVERY_BYTES = 10  # 80 bits, 16 letters: nobody guesses one, so its plain digest tells nothing


class SecondFactors:
    """Second factors of one office, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim

    def secret_of(self, account_id: UUID) -> Secret[str] | None:
        """Return what codes of an account are made from, ``None`` when none was ever begun."""
        row = self._session.scalar(
            select(AccountRow).where(AccountRow.kanim == self._kanim, AccountRow.id == account_id)
        )
        if row is None or row.totp_secret_sealed is None:
            return None
        return Secret(self._vault.open(row.totp_secret_sealed, _COLUMN))

    def begin(self, account_id: UUID, secret: Secret[str]) -> None:
        """Store a secret that has yet to be confirmed; one that is there already stays."""
        self._session.execute(
            update(AccountRow)
            .where(
                AccountRow.kanim == self._kanim, AccountRow.id == account_id, AccountRow.totp_secret_sealed.is_(None)
            )
            .values(totp_secret_sealed=self._vault.seal(secret.reveal(), _COLUMN))
        )

    def take_step(self, account_id: UUID, step: int) -> bool:
        """Use up a time step and all before it; false when it was used up already, by whomever."""
        take = (
            update(AccountRow)
            .where(
                AccountRow.kanim == self._kanim,
                AccountRow.id == account_id,
                or_(AccountRow.totp_last_step.is_(None), AccountRow.totp_last_step < step),
            )
            .values(totp_last_step=step)
            .returning(AccountRow.id)
        )
        return self._session.scalar(take) is not None

    def confirm(self, account_id: UUID, *, recovery_codes: int, now: datetime) -> tuple[Secret[str], ...]:
        """Demand codes from now on, and return new recovery codes; they are nowhere else."""
        self._session.execute(
            update(AccountRow)
            .where(AccountRow.kanim == self._kanim, AccountRow.id == account_id)
            .values(totp_confirmed_at=now)
        )
        self._session.execute(
            delete(RecoveryCodeRow).where(
                RecoveryCodeRow.kanim == self._kanim, RecoveryCodeRow.account_id == account_id
            )
        )
        codes = tuple(_recovery_code() for _ in range(recovery_codes))
        self._session.add_all(
            RecoveryCodeRow(kanim=self._kanim, account_id=account_id, code_hash=_recovery_digest(code.reveal()))
            for code in codes
        )
        self._session.flush()
        return codes

    def use_recovery_code(self, account_id: UUID, code: str, *, now: datetime) -> bool:
        """Use a recovery code up; false when there is no such code, or no longer."""
        use = (
            update(RecoveryCodeRow)
            .where(
                RecoveryCodeRow.kanim == self._kanim,
                RecoveryCodeRow.account_id == account_id,
                RecoveryCodeRow.code_hash == _recovery_digest(code),
                RecoveryCodeRow.used_at.is_(None),
            )
            .values(used_at=now)
            .returning(RecoveryCodeRow.id)
        )
        return self._session.scalar(use) is not None


def _recovery_code() -> Secret[str]:
    letters = b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()
    return Secret("-".join(letters[start : start + 4] for start in range(0, len(letters), 4)))


def _recovery_digest(code: str) -> bytes:
    return digest_of(code.replace("-", "").replace(" ", "").upper())
