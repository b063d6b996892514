"""Forms whose sender was not signed in any more, each found by nobody but the account that typed it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.persistence.requests.draft_tables import KeptFormRow

_COLUMN = "kept_form.fields"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """A form as it was sent.

    Attributes
    ----------
    path
        To which it was sent.
    fields
        Names and values, in the order of the form; a name may come several times.
    """

    path: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)


class KeptForms:
    """Forms of one account, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str, account_id: UUID) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim
        self._account_id = account_id

    def add(self, path: str, fields: Sequence[tuple[str, str]], *, now: datetime) -> UUID:
        """Keep a form."""
        row = KeptFormRow(
            kanim=self._kanim,
            account_id=self._account_id,
            path=path,
            fields_sealed=self._vault.seal(json.dumps(fields), _COLUMN),
            kept_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def get(self, form: UUID, *, since: datetime) -> KeptForm | None:
        """Return a form unless it was kept for too long."""
        query = select(KeptFormRow).where(
            KeptFormRow.kanim == self._kanim,
            KeptFormRow.account_id == self._account_id,
            KeptFormRow.id == form,
            KeptFormRow.kept_at > since,
        )
        row = self._session.scalar(query)
        if row is None:
            return None
        fields = json.loads(self._vault.open(row.fields_sealed, _COLUMN))
        return KeptForm(path=row.path, fields=tuple((name, value) for name, value in fields))


def forget_forms(session: Session, kanim: str, before: datetime) -> int:
    """Forget everybody's forms that were kept for long enough; returns how many."""
    gone = delete(KeptFormRow).where(KeptFormRow.kanim == kanim, KeptFormRow.kept_at <= before)
    return len(session.execute(gone.returning(KeptFormRow.id)).all())


def forget_forms_that(session: Session, vault: Vault, kanim: str, holds: Callable[[str], bool]) -> int:
    """Forget everybody's forms whose fields, as JSON, hold something; returns how many."""
    kept = select(KeptFormRow.id, KeptFormRow.fields_sealed).where(KeptFormRow.kanim == kanim)
    found = [row.id for row in session.execute(kept) if holds(vault.open(row.fields_sealed, _COLUMN))]
    session.execute(delete(KeptFormRow).where(KeptFormRow.id.in_(found)))
    return len(found)
