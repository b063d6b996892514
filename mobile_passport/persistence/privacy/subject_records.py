"""Everything that is kept about one person, to be handed to them; and the correction of it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from mobile_passport.domain.secret import Secret
from mobile_passport.domain.subject import Correction
from mobile_passport.persistence.audit.audit_table import AuditRow
from mobile_passport.persistence.messages.message_tables import SmsIntentRow, SmsSubjectRow
from mobile_passport.persistence.messages.sealed import opened
from mobile_passport.persistence.privacy.subject_erasure import Whereabouts
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.subject_tables import SubjectCaseRow
from mobile_passport.persistence.privacy.vault import SubjectSeal, Vault
from mobile_passport.persistence.tables import ApplicantRow, RequestRow

_SEALED, _INDEX = "_sealed", "_index"

type Facts = dict[str, Any]
"""Column to value, as in the table, opened; ready for JSON but for dates and identifiers."""


class SubjectRecords:
    """Reads and corrects what is kept about persons, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim
        self._keys = SubjectKeys(session, vault, kanim)

    def everything(self, subject: UUID, person: Whereabouts) -> dict[str, list[Facts]]:
        """Return every row that is about a person, by table: theirs, and of every table that points at theirs."""
        seal = self._keys.seal_of(subject)
        held = {
            "applicant": self._rows(ApplicantRow, ApplicantRow.id.in_(person.applicants), seal),
            "request": self._rows(RequestRow, RequestRow.id.in_(person.requests), seal, with_seal=person.contact_of),
            "subject_case": self._rows(SubjectCaseRow, SubjectCaseRow.subject_id == subject, seal),
            "message": self._messages(person),
            "audit": self._trail([subject, *person.applicants, *person.requests]),
        }
        for table, column in _pointing_at("applicant"):
            query = select(table).where(column.in_(person.applicants))
            rows = [self._facts(table, row, seal) for row in self._session.execute(query).mappings()]
            if rows:
                held[table.name] = rows
        return held

    def correct(self, subject: UUID, correction: Correction) -> None:
        """Write a correction to every row of a person, and to the requests that they sign for."""
        seal = self._keys.seal_of(subject)
        for row in self._session.scalars(select(ApplicantRow).where(ApplicantRow.subject_id == subject)):
            if correction.name is not None:
                row.name_sealed = seal.seal(correction.name.reveal(), "applicant.name")
            if correction.birth_date is not None:
                row.birth_date_sealed = seal.seal(correction.birth_date.isoformat(), "applicant.birth_date")
            if correction.phone is not None:
                row.phone_sealed = seal.seal(correction.phone.reveal(), "applicant.phone")
            if correction.needs is not None:
                row.needs_sealed = seal.seal(",".join(sorted(correction.needs)), "applicant.needs")
        for request in self._session.scalars(select(RequestRow).where(RequestRow.contact_subject_id == subject)):
            if correction.name is not None:
                request.contact_name_sealed = seal.seal(correction.name.reveal(), "request.contact_name")
            if correction.phone is not None:
                request.contact_phone_sealed = seal.seal(correction.phone.reveal(), "request.contact_phone")
        self._session.flush()

    def nik_of(self, applicant: UUID) -> Secret[str] | None:
        """Return the full NIK of an applicant whom the transaction's scope reaches; ``None`` when erased or unknown."""
        row = self._session.scalars(
            select(ApplicantRow).where(ApplicantRow.kanim == self._kanim, ApplicantRow.id == applicant)
        ).one_or_none()
        if row is None or not row.nik_sealed:
            return None
        return Secret(self._keys.seal_of(row.subject_id).open(row.nik_sealed, "applicant.nik"))

    def _rows(
        self, mapped: Any, criterion: Any, seal: SubjectSeal, *, with_seal: Iterable[UUID] | None = None
    ) -> list[Facts]:
        table: Table = mapped.__table__
        rows = self._session.execute(select(table).where(criterion)).mappings()
        theirs = None if with_seal is None else frozenset(with_seal)
        return [
            self._facts(table, row, seal if theirs is None or row["id"] in theirs else None, leaves_out_others=True)
            for row in rows
        ]

    def _facts(
        self, table: Table, row: Any, seal: SubjectSeal | None = None, *, leaves_out_others: bool = False
    ) -> Facts:
        facts: Facts = {}
        for column, value in row.items():
            if column.endswith(_INDEX) or column == "content_digest":
                continue
            if not column.endswith(_SEALED):
                facts[column] = value
            elif seal is not None or not leaves_out_others:
                name = column.removesuffix(_SEALED)
                opener = seal or self._vault
                facts[name] = opener.open(value, f"{table.name}.{name}") if value else None
        return facts

    def _messages(self, person: Whereabouts) -> list[Facts]:
        covering = select(SmsSubjectRow.intent_id).where(
            or_(SmsSubjectRow.applicant_id.in_(person.applicants), SmsSubjectRow.request_id.in_(person.contact_of))
        )
        rows = self._session.scalars(
            select(SmsIntentRow).where(SmsIntentRow.id.in_(covering.scalar_subquery())).order_by(SmsIntentRow.due_at)
        ).all()
        seals = self._keys.seals_of_messages([row.id for row in rows])
        messages: list[Facts] = []
        for row in rows:
            to, body = opened(row, seals[row.id])
            told: Facts = {"to": to.reveal(), "text": body.reveal()}
            messages.append(
                {"id": row.id, "kind": row.kind, "due_at": row.due_at, "state": row.state, "reason": row.reason} | told
            )
        return messages

    def _trail(self, about: list[UUID]) -> list[Facts]:
        query = (
            select(AuditRow.at, AuditRow.actor, AuditRow.action, AuditRow.subject)
            .where(AuditRow.kanim == self._kanim, AuditRow.subject.in_([str(one) for one in about]))
            .order_by(AuditRow.seq)
        )
        return [dict(row) for row in self._session.execute(query).mappings()]


def _pointing_at(table_name: str) -> list[tuple[Table, Any]]:
    """Return every table with a reference to another, and the column that holds it."""
    return [
        (table, key.parent)
        for table in ApplicantRow.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == table_name
    ]
