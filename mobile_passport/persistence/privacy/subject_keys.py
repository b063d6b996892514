"""The keys of persons: who has which, and what they seal together. Everything personal is read through here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mobile_passport.domain.subject import SubjectKind
from mobile_passport.persistence.messages.message_tables import SmsSubjectRow
from mobile_passport.persistence.privacy.subject_tables import SubjectRow
from mobile_passport.persistence.privacy.vault import SubjectSeal, Vault, new_data_key
from mobile_passport.persistence.tables import ApplicantRow, RequestRow

NIK_PURPOSE = "nik"
_IDS_A_QUERY = 500


class SubjectKeys:
    """Keys of the persons of one office, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim

    def nik_indexes(self, nik: str) -> tuple[bytes, ...]:
        """Return the blind indexes by which a NIK may be known; the first is the one for new rows."""
        return self._vault.blind_indexes(nik, NIK_PURPOSE)

    def find(self, nik: str) -> UUID | None:
        """Return the person with a NIK; ``None`` when there is none, or none any more."""
        return self._session.scalar(
            select(SubjectRow.id).where(
                SubjectRow.kanim == self._kanim, SubjectRow.nik_index.in_(self.nik_indexes(nik))
            )
        )

    def take_in(self, niks: Sequence[str], *, now: datetime) -> tuple[UUID, ...]:
        """Return the person of each NIK, with a key; who is new is made."""
        indexes = {nik: self.nik_indexes(nik) for nik in niks}
        known = self._known(indexes)
        new = [
            self._values(SubjectKind.PERSON, nik_index=indexes[nik][0], now=now) for nik in indexes if nik not in known
        ]
        if new:
            dialect = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
            self._session.execute(dialect.insert(SubjectRow).on_conflict_do_nothing(), new)
            known = self._known(indexes)  # another transaction may have been first with one of them
        self._give_keys(known.values())
        return tuple(known[nik] for nik in niks)

    def take_in_contact(self, *, now: datetime) -> UUID:
        """Make a person who signs for a request."""
        values = self._values(SubjectKind.CONTACT, nik_index=None, now=now)
        self._session.execute(insert(SubjectRow), [values])
        subject: UUID = values["id"]
        return subject

    def seal_of(self, subject: UUID) -> SubjectSeal:
        """Return the seal of one person."""
        return self.seals_of([subject])[subject]

    def seals_of(self, subjects: Collection[UUID]) -> dict[UUID, SubjectSeal]:
        """Return the seal of each person."""
        seals: dict[UUID, SubjectSeal] = {}
        ordered = sorted(set(subjects))
        for start in range(0, len(ordered), _IDS_A_QUERY):
            query = select(SubjectRow.id, SubjectRow.wrapped_key).where(
                SubjectRow.id.in_(ordered[start : start + _IDS_A_QUERY])
            )
            seals |= {subject: self.seal(subject, key) for subject, key in self._session.execute(query)}
        return seals

    def seal(self, subject: UUID, wrapped_key: bytes | None) -> SubjectSeal:
        """Return the seal of a person whose row was read already."""
        return SubjectSeal(self._vault, {subject: wrapped_key})

    def seal_for(self, applicants: Collection[UUID], requests: Collection[UUID]) -> SubjectSeal:
        """Return the seal for a message to these applicants, or to the contacts of these requests."""
        people = select(ApplicantRow.subject_id).where(ApplicantRow.id.in_(applicants))
        contacts = select(RequestRow.contact_subject_id).where(RequestRow.id.in_(requests))
        subjects = frozenset(self._session.scalars(people.union(contacts)))
        self._give_keys(subjects)
        query = select(SubjectRow.id, SubjectRow.wrapped_key).where(SubjectRow.id.in_(subjects))
        return SubjectSeal(self._vault, dict(self._session.execute(query).all()))

    def seals_of_applicants(self, applicants: Collection[UUID]) -> Mapping[UUID, SubjectSeal]:
        """Return the seal of the person of each row of a list."""
        seals: dict[UUID, SubjectSeal] = {}
        ordered = sorted(applicants)
        for start in range(0, len(ordered), _IDS_A_QUERY):
            query = (
                select(ApplicantRow.id, SubjectRow.id, SubjectRow.wrapped_key)
                .join(SubjectRow, SubjectRow.id == ApplicantRow.subject_id)
                .where(ApplicantRow.id.in_(ordered[start : start + _IDS_A_QUERY]))
            )
            seals |= {one: self.seal(subject, key) for one, subject, key in self._session.execute(query)}
        return seals

    def seals_of_contacts(self, requests: Collection[UUID]) -> Mapping[UUID, SubjectSeal]:
        """Return the seal of the contact of each request."""
        query = (
            select(RequestRow.id, SubjectRow.id, SubjectRow.wrapped_key)
            .join(SubjectRow, SubjectRow.id == RequestRow.contact_subject_id)
            .where(RequestRow.id.in_(requests))
        )
        return {request: self.seal(contact, key) for request, contact, key in self._session.execute(query)}

    def seals_of_messages(self, intents: Collection[UUID]) -> Mapping[UUID, SubjectSeal]:
        """Return the seal of each message: of everybody whom it tells something, together.

        A message about a topic tells nobody of the applicants anything: the deployment's secret alone opens it.
        """
        keys: dict[UUID, dict[UUID, bytes | None]] = defaultdict(dict)
        ordered = sorted(set(intents))
        for start in range(0, len(ordered), _IDS_A_QUERY):
            query = (
                select(SmsSubjectRow.intent_id, SubjectRow.id, SubjectRow.wrapped_key)
                .outerjoin(ApplicantRow, ApplicantRow.id == SmsSubjectRow.applicant_id)
                .outerjoin(RequestRow, RequestRow.id == SmsSubjectRow.request_id)
                .join(
                    SubjectRow, SubjectRow.id == func.coalesce(ApplicantRow.subject_id, RequestRow.contact_subject_id)
                )
                .where(SmsSubjectRow.intent_id.in_(ordered[start : start + _IDS_A_QUERY]))
            )
            for intent, subject, key in self._session.execute(query):
                keys[intent][subject] = key
        return {intent: SubjectSeal(self._vault, keys[intent]) for intent in ordered}

    def _values(self, kind: SubjectKind, *, nik_index: bytes | None, now: datetime) -> dict[str, Any]:
        subject = uuid4()
        return {
            "id": subject,
            "kanim": self._kanim,
            "kind": kind,
            "nik_index": nik_index,
            "wrapped_key": self._vault.wrap(new_data_key(), subject),
            "created_at": now,
            "erased_at": None,
        }

    def _known(self, indexes: Mapping[str, tuple[bytes, ...]]) -> dict[str, UUID]:
        nik_of = {index: nik for nik, of_nik in indexes.items() for index in of_nik}
        known: dict[str, UUID] = {}
        ordered = sorted(nik_of)
        for start in range(0, len(ordered), _IDS_A_QUERY):
            query = select(SubjectRow.nik_index, SubjectRow.id).where(
                SubjectRow.kanim == self._kanim, SubjectRow.nik_index.in_(ordered[start : start + _IDS_A_QUERY])
            )
            known |= {nik_of[index]: subject for index, subject in self._session.execute(query) if index}
        return known

    def _give_keys(self, subjects: Iterable[UUID]) -> None:
        """Give a key to persons from before there were keys; who was erased gets none."""
        ordered = sorted(subjects)
        for start in range(0, len(ordered), _IDS_A_QUERY):
            without = select(SubjectRow.id).where(
                SubjectRow.id.in_(ordered[start : start + _IDS_A_QUERY]),
                SubjectRow.wrapped_key.is_(None),
                SubjectRow.erased_at.is_(None),
            )
            for subject in self._session.scalars(without.with_for_update()).all():
                self.give_key(subject)

    def give_key(self, subject: UUID) -> None:
        """Give a key to one person who has none; the row is locked."""
        self._session.execute(
            update(SubjectRow)
            .where(SubjectRow.id == subject, SubjectRow.wrapped_key.is_(None), SubjectRow.erased_at.is_(None))
            .values(wrapped_key=self._vault.wrap(new_data_key(), subject)),
            execution_options={"synchronize_session": False},
        )
