"""Sealing anew what older secrets sealed, some rows at a time, while others read and write the same rows.

What is done is told by the rows themselves: a sealed value begins with the id of its key. So a rotation that was
stopped goes on where it was, and two of them do no harm. A value that changed in between is left to the next round.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Table, and_, func, not_, or_, select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.base import Base
from mobile_passport.persistence.messages.message_tables import SimulatedSmsRow, SmsIntentRow, SmsSubjectRow
from mobile_passport.persistence.messages.sealed import opened, phone_index
from mobile_passport.persistence.privacy.subject_keys import NIK_PURPOSE, SubjectKeys
from mobile_passport.persistence.privacy.subject_tables import SubjectRow
from mobile_passport.persistence.privacy.vault import BY_SUBJECT, ERASED, SubjectSeal, Vault
from mobile_passport.persistence.tables import ApplicantRow

_SEALED = "_sealed"
_OF_PERSONS = {
    "applicant": "subject_id",
    "request": "contact_subject_id",
    "rank_override": "request_id",
    "sms_intent": "id",
    "field_operation": "applicant_id",
}
"""Tables that persons' keys seal, and the column that says whose: a person's, a request's contact's, a message's.

Where that column is empty a row is about nobody, as a note about a stop, and is sealed with the secret. So is a message
about a topic.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What a rotation, or a batch of it, did.

    Attributes
    ----------
    keys
        Data keys of persons, made or wrapped anew.
    values
        Sealed values, sealed anew.
    indexes
        Blind indexes, made anew.
    """

    keys: int = 0
    values: int = 0
    indexes: int = 0

    def __add__(self, other: "Rotated") -> "Rotated":
        """Add up two batches."""
        return Rotated(
            keys=self.keys + other.keys, values=self.values + other.values, indexes=self.indexes + other.indexes
        )


class KeyRotation:
    """One batch of a rotation, inside one transaction. Repeat each of the first three until it does nothing."""

    def __init__(self, session: Session, vault: Vault, kanim: str, *, batch: int) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim
        self._batch = batch
        self._keys = SubjectKeys(session, vault, kanim)

    def wrap_keys(self) -> Rotated:
        """Wrap persons' keys with the present secret; give one to persons from before there were keys."""
        rows = self._session.scalars(
            select(SubjectRow)
            .where(
                SubjectRow.kanim == self._kanim,
                SubjectRow.erased_at.is_(None),
                or_(SubjectRow.wrapped_key.is_(None), self._is_old(SubjectRow.wrapped_key)),
            )
            .limit(self._batch)
            .with_for_update()
        ).all()
        for row in rows:
            if row.wrapped_key is None:
                self._keys.give_key(row.id)
            else:
                row.wrapped_key = self._vault.wrap(self._vault.unwrap(row.wrapped_key, row.id), row.id)
        self._session.flush()
        return Rotated(keys=len(rows))

    def seal_persons(self) -> Rotated:
        """Seal with persons' keys what was sealed before they had any; all of them have one by now."""
        done = 0
        for name in _OF_PERSONS:
            table, column = Base.metadata.tables[name], _OF_PERSONS[name]
            rows = self._rows(table, _is_direct, _is_about_somebody(table))
            seals = self._seals(table, rows)
            for row in rows:
                seal = seals[row[column]]
                anew = seal.seal if seal.has_key else _erased
                done += self._seal_anew(table, row, seal.open, anew, stays=lambda value: value[:1] == BY_SUBJECT)
        return Rotated(values=done)

    def seal_values(self) -> Rotated:
        """Seal everything else with the present secret: every column of every table whose name says it is sealed."""
        done = 0
        for table in Base.metadata.sorted_tables:
            if not _sealed_columns(table):
                continue
            about_nobody = [not_(_is_about_somebody(table))] if table.name in _OF_PERSONS else []
            for row in self._rows(table, self._is_old, *about_nobody):
                done += self._seal_anew(table, row, self._vault.open, self._vault.seal, stays=self._stays)
        return Rotated(values=done)

    def index_persons(self, after: UUID | None) -> tuple[Rotated, UUID | None]:
        """Make the blind indexes of the next NIKs anew; returns the last row done, ``None`` behind the end."""
        query = select(ApplicantRow).where(ApplicantRow.nik_sealed != ERASED).order_by(ApplicantRow.id)
        rows = self._after(query, ApplicantRow, ApplicantRow.id, after)
        seals = self._keys.seals_of([row.subject_id for row in rows])
        changed = 0
        for row in rows:
            index = self._vault.blind_index(seals[row.subject_id].open(row.nik_sealed, "applicant.nik"), NIK_PURPOSE)
            for mapped, is_row in ((SubjectRow, SubjectRow.id == row.subject_id), (ApplicantRow, _is(row))):
                changed += self._count(update(mapped).where(is_row, mapped.nik_index != index).values(nik_index=index))
        return Rotated(indexes=changed), rows[-1].id if rows else None

    def index_messages(self, after: UUID | None) -> tuple[Rotated, UUID | None]:
        """Make the blind indexes of the next messages' numbers anew; returns the last one done."""
        query = select(SmsIntentRow).where(SmsIntentRow.to_sealed != ERASED).order_by(SmsIntentRow.id)
        rows = self._after(query, SmsIntentRow, SmsIntentRow.id, after)
        seals = self._keys.seals_of_messages([row.id for row in rows])
        changed = sum(
            self._index(SmsIntentRow, SmsIntentRow.id == row.id, opened(row, seals[row.id])[0]) for row in rows
        )
        return Rotated(indexes=changed), rows[-1].id if rows else None

    def index_simulated(self, after: str | None) -> tuple[Rotated, str | None]:
        """Make the blind indexes of the simulated provider's books anew; returns the last message done."""
        rows = self._after(
            select(SimulatedSmsRow).order_by(SimulatedSmsRow.sid), SimulatedSmsRow, SimulatedSmsRow.sid, after
        )
        changed = 0
        for row in rows:
            to = Secret(self._vault.open(row.to_sealed, "simulated_sms.to"))
            changed += self._index(SimulatedSmsRow, SimulatedSmsRow.sid == row.sid, to)
        return Rotated(indexes=changed), rows[-1].sid if rows else None

    def _after(self, query: Any, mapped: Any, key: Any, after: Any) -> Sequence[Any]:
        query = query.where(mapped.kanim == self._kanim).limit(self._batch)
        return self._session.scalars(query if after is None else query.where(key > after)).all()

    def _index(self, mapped: Any, is_row: Any, number: Secret[str]) -> int:
        index = phone_index(self._vault, number)
        return self._count(update(mapped).where(is_row, mapped.to_index != index).values(to_index=index))

    def _rows(self, table: Table, is_stale: Callable[[Any], Any], *criteria: Any) -> Sequence[Mapping[str, Any]]:
        stale = or_(*(is_stale(table.c[column]) for column in _sealed_columns(table)))
        query = select(table).where(table.c.kanim == self._kanim, stale, *criteria).limit(self._batch)
        return [dict(row) for row in self._session.execute(query).mappings()]

    def _seals(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> Mapping[UUID, SubjectSeal]:
        column = _OF_PERSONS[table.name]
        seals_of = {
            "rank_override": self._keys.seals_of_contacts,
            "sms_intent": self._keys.seals_of_messages,
            "field_operation": self._keys.seals_of_applicants,
        }
        return seals_of.get(table.name, self._keys.seals_of)({row[column] for row in rows})

    def _seal_anew(
        self,
        table: Table,
        row: Mapping[str, Any],
        open_: Callable[[bytes, str], str],
        seal: Callable[[str, str], bytes],
        *,
        stays: Callable[[bytes], bool],
    ) -> int:
        """Write new values where the old ones still stand; returns how many were written."""
        old = {column: row[column] for column in _sealed_columns(table) if row[column] and not stays(row[column])}
        names = {column: f"{table.name}.{column.removesuffix(_SEALED)}" for column in old}
        new = {column: seal(open_(value, names[column]), names[column]) for column, value in old.items()}
        is_row = [column == row[column.name] for column in table.primary_key]
        unchanged = [table.c[column] == value for column, value in old.items()]
        return len(new) * self._count(update(table).where(*is_row, *unchanged).values(new))

    def _count(self, statement: Any) -> int:
        return cast("CursorResult[Any]", self._session.execute(statement)).rowcount

    def _stays(self, value: bytes) -> bool:
        return value[:1] == BY_SUBJECT or value.startswith(self._vault.current_prefix)

    def _is_old(self, column: Any) -> Any:
        prefix = self._vault.current_prefix
        return and_(_is_direct(column), func.substr(column, 1, len(prefix)) != prefix)


def _is_about_somebody(table: Table) -> Any:
    if table.name == "sms_intent":
        return table.c.id.in_(select(SmsSubjectRow.intent_id).where(SmsSubjectRow.topic.is_(None)))
    return table.c[_OF_PERSONS[table.name]].is_not(None)


def _erased(_value: str, _column: str) -> bytes:
    """Keep nothing that came about somebody after they were erased."""
    return ERASED


def _is_direct(column: Any) -> Any:
    return and_(column.is_not(None), column != ERASED, func.substr(column, 1, len(BY_SUBJECT)) != BY_SUBJECT)


def _is(row: ApplicantRow) -> Any:
    return ApplicantRow.id == row.id


def _sealed_columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.name.endswith(_SEALED))
