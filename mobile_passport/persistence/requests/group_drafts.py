"""Requests in the making, each found by nobody but the account that makes it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from mobile_passport.persistence.privacy.vault import ERASED, Vault
from mobile_passport.persistence.requests.draft_tables import GroupDraftRow

_COLUMN = "group_draft.content"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDraft:
    """A request in the making.

    Attributes
    ----------
    content
        As its pages keep it; empty once it was handed in.
    revision
        Grows with every change.
    handed_in_as
        Reference of the request that it became.
    """

    id: UUID
    content: str = field(repr=False)
    revision: int
    changed_at: datetime
    handed_in_as: str | None


class GroupDrafts:
    """Drafts of one account, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str, account_id: UUID) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim
        self._account_id = account_id

    def add(self, content: str, *, now: datetime) -> UUID:
        """Begin one."""
        row = GroupDraftRow(
            kanim=self._kanim,
            account_id=self._account_id,
            content_sealed=self._vault.seal(content, _COLUMN),
            revision=1,
            changed_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def get(self, draft: UUID, *, since: datetime, lock: bool = False) -> KeptDraft | None:
        """Return a draft unless it has not been touched for too long."""
        query = self._own().where(GroupDraftRow.id == draft, GroupDraftRow.changed_at > since)
        row = self._session.scalar(query.with_for_update() if lock else query)
        return self._read(row) if row else None

    def unfinished(self, *, since: datetime) -> tuple[KeptDraft, ...]:
        """Return what was not handed in, the latest first."""
        query = self._own().where(GroupDraftRow.handed_in_as.is_(None), GroupDraftRow.changed_at > since)
        rows = self._session.scalars(query.order_by(GroupDraftRow.changed_at.desc(), GroupDraftRow.id))
        return tuple(map(self._read, rows))

    def put(self, draft: UUID, content: str, *, now: datetime) -> None:
        """Write other content."""
        row = self._row(draft)
        row.content_sealed = self._vault.seal(content, _COLUMN)
        row.revision += 1
        row.changed_at = now
        self._session.flush()

    def finish(self, draft: UUID, reference: str) -> None:
        """Note what became of a draft, and keep nothing else of it."""
        row = self._row(draft)
        row.content_sealed = ERASED
        row.handed_in_as = reference
        self._session.flush()

    def drop(self, draft: UUID) -> None:
        """Forget one."""
        self._session.execute(
            delete(GroupDraftRow).where(GroupDraftRow.id == draft, GroupDraftRow.account_id == self._account_id)
        )

    def _own(self) -> Select[GroupDraftRow]:
        return select(GroupDraftRow).where(
            GroupDraftRow.kanim == self._kanim, GroupDraftRow.account_id == self._account_id
        )

    def _row(self, draft: UUID) -> GroupDraftRow:
        return self._session.scalars(self._own().where(GroupDraftRow.id == draft)).one()

    def _read(self, row: GroupDraftRow) -> KeptDraft:
        return KeptDraft(
            id=row.id,
            content=self._vault.open(row.content_sealed, _COLUMN) if row.content_sealed != ERASED else "",
            revision=row.revision,
            changed_at=row.changed_at,
            handed_in_as=row.handed_in_as,
        )


def forget_drafts(session: Session, kanim: str, before: datetime) -> int:
    """Forget everybody's drafts that nobody has touched since; returns how many."""
    gone = delete(GroupDraftRow).where(GroupDraftRow.kanim == kanim, GroupDraftRow.changed_at <= before)
    return len(session.execute(gone.returning(GroupDraftRow.id)).all())


def forget_drafts_that(session: Session, vault: Vault, kanim: str, holds: Callable[[str], bool]) -> int:
    """Forget everybody's unfinished drafts whose content holds something; returns how many."""
    unfinished = select(GroupDraftRow.id, GroupDraftRow.content_sealed).where(
        GroupDraftRow.kanim == kanim, GroupDraftRow.handed_in_as.is_(None)
    )
    found = [row.id for row in session.execute(unfinished) if holds(vault.open(row.content_sealed, _COLUMN))]
    session.execute(delete(GroupDraftRow).where(GroupDraftRow.id.in_(found)))
    return len(found)
