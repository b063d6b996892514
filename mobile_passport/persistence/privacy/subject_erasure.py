"""Taking away what is kept about a person: the key, every sealed column, every blind index."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.message import IntentState
from mobile_passport.domain.request import AskerKind, VisitKind
from mobile_passport.domain.status import LIVE_STATUSES, ApplicantStatus
from mobile_passport.domain.subject import SubjectKind
from mobile_passport.persistence.field.field_tables import FieldOperationRow
from mobile_passport.persistence.messages.link_tables import MessageChoiceRow
from mobile_passport.persistence.messages.message_tables import (
    SimulatedSmsRow,
    SmsAttemptRow,
    SmsIntentRow,
    SmsSubjectRow,
)
from mobile_passport.persistence.plans.order_tables import OverrideRow
from mobile_passport.persistence.privacy.subject_tables import SubjectRow
from mobile_passport.persistence.privacy.vault import ERASED
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow, RequestRow

_BULK = {"synchronize_session": False}
GONE_TEXT = "(dihapus)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a person stands in the tables.

    Attributes
    ----------
    applicants
        Rows of the person, live or not.
    requests
        Requests that brought them, or that they sign for.
    contact_of
        Requests that they sign for.
    """

    kind: SubjectKind
    applicants: tuple[UUID, ...]
    requests: tuple[UUID, ...]
    contact_of: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """When something last happened to a person, and whether they were served then."""

    subject_id: UUID
    at: datetime
    was_served: bool


class SubjectErasure:
    """Erases persons of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def find(self, subject: UUID) -> Whereabouts | None:
        """Lock a person and tell where they stand; ``None`` when unknown or erased already."""
        row = self._session.scalars(
            select(SubjectRow)
            .where(SubjectRow.kanim == self._kanim, SubjectRow.id == subject, SubjectRow.erased_at.is_(None))
            .with_for_update()
        ).one_or_none()
        if row is None:
            return None
        people = self._session.execute(
            select(ApplicantRow.id, ApplicantRow.request_id).where(ApplicantRow.subject_id == subject)
        ).all()
        contact_of = self._session.scalars(select(RequestRow.id).where(RequestRow.contact_subject_id == subject)).all()
        return Whereabouts(
            kind=SubjectKind(row.kind),
            applicants=tuple(person for person, _ in people),
            requests=tuple(dict.fromkeys([*(request for _, request in people), *contact_of])),
            contact_of=tuple(contact_of),
        )

    def contact_of(self, reference: str) -> UUID | None:
        """Return who signs for a request; ``None`` when there is no such request."""
        return self._session.scalar(
            select(RequestRow.contact_subject_id).where(
                RequestRow.kanim == self._kanim, RequestRow.reference == reference
            )
        )

    def references(self, requests: Collection[UUID]) -> tuple[str, ...]:
        """Return the references of requests."""
        return tuple(self._session.scalars(select(RequestRow.reference).where(RequestRow.id.in_(requests))))

    def erased(self) -> tuple[UUID, ...]:
        """Return everybody who was erased, in the order in which they were."""
        query = select(SubjectRow.id).where(SubjectRow.kanim == self._kanim, SubjectRow.erased_at.is_not(None))
        return tuple(self._session.scalars(query.order_by(SubjectRow.erased_at, SubjectRow.id)))

    def messages_of(self, person: Whereabouts, *, states: Collection[IntentState] | None = None) -> tuple[UUID, ...]:
        """Lock and return the messages that tell the person something, or that tell others of them."""
        covering = select(SmsSubjectRow.intent_id).where(
            or_(
                SmsSubjectRow.applicant_id.in_(person.applicants),
                SmsSubjectRow.request_id.in_(person.contact_of),
            )
        )
        query = select(SmsIntentRow.id).where(SmsIntentRow.id.in_(covering.scalar_subquery()))
        if states is not None:
            query = query.where(SmsIntentRow.state.in_(states))
        return tuple(self._session.scalars(query.order_by(SmsIntentRow.id).with_for_update()))

    def others_in(self, messages: Collection[UUID], person: Whereabouts) -> frozenset[UUID]:
        """Return the other people whom these messages tell something."""
        query = select(SmsSubjectRow.applicant_id).where(
            SmsSubjectRow.intent_id.in_(messages), SmsSubjectRow.applicant_id.is_not(None)
        )
        return frozenset(one for one in self._session.scalars(query) if one) - set(person.applicants)

    def erase(self, subject: UUID, person: Whereabouts, *, now: datetime) -> None:
        """Take the key away, and empty everything that it sealed. Statuses and appointments stay: they name nobody."""
        self._session.execute(
            update(SubjectRow).where(SubjectRow.id == subject).values(wrapped_key=None, nik_index=None, erased_at=now),
            execution_options=_BULK,
        )
        self._session.execute(
            update(ApplicantRow)
            .where(ApplicantRow.id.in_(person.applicants))
            .values(
                name_sealed=ERASED,
                nik_sealed=ERASED,
                nik_index=None,
                birth_date_sealed=ERASED,
                phone_sealed=None,
                needs_sealed=ERASED,
                party=None,
            ),
            execution_options=_BULK,
        )
        self._erase_contact(person.contact_of)
        self._erase_messages(self.messages_of(person))
        self._erase_notes(person.applicants)
        self._erase_homes(person.requests)
        self._session.execute(  # the reason may name anybody of the request
            update(OverrideRow).where(OverrideRow.request_id.in_(person.requests)).values(reason_sealed=ERASED),
            execution_options=_BULK,
        )

    def contacts_left_alone(self, requests: Collection[UUID]) -> tuple[UUID, ...]:
        """Return the contacts of requests all of whose people are erased: nothing is left to tell them."""
        with_people = select(ApplicantRow.request_id).where(ApplicantRow.nik_sealed != ERASED)
        query = (
            select(RequestRow.contact_subject_id)
            .join(SubjectRow, SubjectRow.id == RequestRow.contact_subject_id)
            .where(RequestRow.id.in_(requests), RequestRow.id.not_in(with_people.scalar_subquery()), _is_kept())
        )
        return tuple(self._session.scalars(query))

    def closed(self, only: UUID | None = None) -> Iterator[Closed]:
        """Yield every person without a live booking, or one of them, with the last thing that happened to them."""
        last_slot = (
            select(AppointmentRow.applicant_id, func.max(AppointmentRow.slot_at).label("slot_at"))
            .where(AppointmentRow.kanim == self._kanim)
            .group_by(AppointmentRow.applicant_id)
            .subquery()
        )
        query = (
            select(
                ApplicantRow.subject_id,
                ApplicantRow.status,
                ApplicantRow.closed_at,
                RequestRow.created_at,
                last_slot.c.slot_at,
            )
            .join(RequestRow, RequestRow.id == ApplicantRow.request_id)
            .join(SubjectRow, and_(SubjectRow.id == ApplicantRow.subject_id, _is_kept()))
            .outerjoin(last_slot, last_slot.c.applicant_id == ApplicantRow.id)
            .where(ApplicantRow.kanim == self._kanim)
        )
        if only is not None:
            query = query.where(ApplicantRow.subject_id == only)
        last: dict[UUID, Closed] = {}
        live: set[UUID] = set()
        for subject, status, closed_at, created_at, slot_at in self._session.execute(query):
            if status in LIVE_STATUSES:
                live.add(subject)
                continue
            at = max(moment for moment in (closed_at, created_at, slot_at) if moment)
            was_served = status == ApplicantStatus.SERVED or (subject in last and last[subject].was_served)
            at = max(at, last[subject].at) if subject in last else at
            last[subject] = Closed(subject_id=subject, at=at, was_served=was_served)
        return (one for one in last.values() if one.subject_id not in live)

    def _erase_contact(self, requests: Collection[UUID]) -> None:
        of_contact = update(RequestRow).where(RequestRow.id.in_(requests))
        self._session.execute(
            of_contact.values(contact_name_sealed=ERASED, contact_phone_sealed=ERASED), execution_options=_BULK
        )
        self._session.execute(  # a family is named by the one who signs; the own number keeps the row unique
            of_contact.where(RequestRow.asker_kind == AskerKind.FAMILY).values(
                asker_name=GONE_TEXT, external_reference=RequestRow.reference
            ),
            execution_options=_BULK,
        )

    def _erase_messages(self, messages: Collection[UUID]) -> None:
        sids = select(SmsAttemptRow.sid).where(SmsAttemptRow.intent_id.in_(messages), SmsAttemptRow.sid.is_not(None))
        simulated = cast(Table, SimulatedSmsRow.__table__)
        self._session.execute(delete(simulated).where(simulated.c.sid.in_(sids)))
        values: dict[str, Any] = {"to_sealed": ERASED, "body_sealed": ERASED, "template_sealed": None}
        of_person = update(SmsIntentRow).where(SmsIntentRow.id.in_(messages))
        self._session.execute(of_person.values(values), execution_options=_BULK)
        self._session.execute(  # who refused messages stays known by the index alone, so that the refusal is kept
            of_person.where(
                SmsIntentRow.state != IntentState.OPTED_OUT, SmsIntentRow.id.not_in(select(MessageChoiceRow.intent_id))
            ).values(to_index=ERASED),
            execution_options=_BULK,
        )

    def _erase_notes(self, applicants: Collection[UUID]) -> None:
        of_person = update(FieldOperationRow).where(
            FieldOperationRow.applicant_id.in_(applicants), FieldOperationRow.text_sealed.is_not(None)
        )
        self._session.execute(of_person.values(text_sealed=ERASED), execution_options=_BULK)

    def _erase_homes(self, requests: Collection[UUID]) -> None:
        with_people = select(ApplicantRow.request_id).where(ApplicantRow.nik_sealed != ERASED)
        self._session.execute(
            update(RequestRow)
            .where(
                RequestRow.id.in_(requests),
                RequestRow.visit_kind == VisitKind.HOME,
                RequestRow.id.not_in(with_people.scalar_subquery()),
            )
            .values(place_text=GONE_TEXT, own_venue=None),
            execution_options=_BULK,
        )


def _is_kept() -> Any:
    return SubjectRow.erased_at.is_(None)
