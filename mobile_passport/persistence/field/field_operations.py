"""Operations of field teams: kept as they came, found again by person, by stop and by state."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from mobile_passport.domain.field import FieldOperation, OperationType, Outcome, OutcomeReason, Payload, StopKey
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.field.field_tables import FieldOperationRow
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.vault import BY_SUBJECT, ERASED, SubjectSeal, Vault

_TEXT = "field_operation.text"


class OperationState(StrEnum):
    """Whether an operation counts. Whatever does not is kept all the same."""

    APPLIED = "applied"
    GAP = "gap"
    """An earlier one of the same device has not come yet."""
    UNKNOWN = "unknown"
    """The appointment or stop is not known here (yet)."""
    REVOKED = "revoked"
    """Came from a device that was revoked: counts when a supervisor admits it."""
    FOREIGN = "foreign"
    """About another team's people: counts when a supervisor admits it."""
    UNREADABLE = "unreadable"


HELD = frozenset({OperationState.GAP, OperationState.UNKNOWN})
QUARANTINED = frozenset({OperationState.REVOKED, OperationState.FOREIGN, OperationState.UNREADABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDay:
    """One person on one day: what operations about people are folded by."""

    applicant_id: UUID
    service_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an operation is about: a stop, and a person there unless it is about the stop itself."""

    stop: StopKey
    applicant_id: UUID | None

    @property
    def person_day(self) -> PersonDay | None:
        """The person's day, ``None`` for a stop."""
        if self.applicant_id is None:
            return None
        return PersonDay(applicant_id=self.applicant_id, service_date=self.stop.service_date)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOperation:
    """An operation with what the office knows about it.

    Attributes
    ----------
    clock_ahead_s
        Clock of the device minus ours when it was received, seconds.
    is_forced
        Counts although an earlier operation never came.
    """

    operation: FieldOperation
    subject: Subject | None
    state: OperationState
    received_at: datetime
    clock_ahead_s: int
    is_forced: bool


class FieldOperations:
    """Operations of one office, inside one transaction.

    What is written about a person is sealed with that person's key, and about a stop with the office's: a text is gone
    as soon as its person is erased, whoever still has the row. Of people outside the transaction's scope none is read.
    """

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim
        self._keys = SubjectKeys(session, vault, kanim)

    def add(self, stored: StoredOperation) -> None:
        """Store an operation whose id is new, in a transaction that sees the person whom it is about."""
        operation, payload = stored.operation, stored.operation.payload
        stop = stored.subject.stop if stored.subject else operation.stop
        about = stored.subject.applicant_id if stored.subject else None
        self._session.add(
            FieldOperationRow(
                op_id=operation.op_id,
                kanim=self._kanim,
                device_id=operation.device_id,
                device_seq=operation.device_seq,
                type=operation.type,
                appointment_id=operation.appointment_id,
                applicant_id=about,
                service_date=stop.service_date if stop else None,
                visit=stop.visit if stop else None,
                base_version=operation.base_version,
                plan_version=operation.plan_version,
                reason=payload.reason,
                decided_outcome=payload.outcome,
                target_op_id=payload.target,
                named_op_ids=[str(op_id) for op_id in payload.op_ids],
                text_sealed=self._sealed(payload.text, about),
                device_time=operation.device_time,
                received_at=stored.received_at,
                clock_ahead_s=stored.clock_ahead_s,
                state=stored.state,
                is_forced=stored.is_forced,
            )
        )
        self._session.flush()

    def settle(self, op_id: UUID, *, state: OperationState, subject: Subject | None, is_forced: bool) -> None:
        """Write down what became of an operation that was held or quarantined."""
        row = self._session.scalars(self._query(FieldOperationRow.op_id == op_id)).one()
        row.state = state
        if subject:
            if row.text_sealed and row.text_sealed[:1] != BY_SUBJECT:  # nobody knew whom it is about
                row.text_sealed = self._sealed(Secret(self._vault.open(row.text_sealed, _TEXT)), subject.applicant_id)
            row.applicant_id = subject.applicant_id
            row.service_date, row.visit = subject.stop.service_date, subject.stop.visit
        row.is_forced = is_forced
        self._session.flush()

    def find(self, op_ids: Iterable[UUID]) -> dict[UUID, StoredOperation]:
        """Return stored operations by id."""
        return {one.operation.op_id: one for one in self._read(FieldOperationRow.op_id.in_(list(op_ids)))}

    def of_people(
        self, people: Collection[PersonDay], *, among: Select[UUID] | None = None
    ) -> dict[PersonDay, list[FieldOperation]]:
        """Return the operations that count, for every person asked for.

        Parameters
        ----------
        among
            Asks for these people, others may be with them: for many, faster than a list of their ids.
        """
        found: dict[PersonDay, list[FieldOperation]] = {person: [] for person in people}
        about = (
            FieldOperationRow.applicant_id.in_({person.applicant_id for person in people} if among is None else among),
            FieldOperationRow.service_date.in_({person.service_date for person in people}),
        )
        for one in self._read(*about, FieldOperationRow.state == OperationState.APPLIED) if people else ():
            if one.subject and one.subject.person_day in found:
                found[one.subject.person_day].append(one.operation)
        return found

    def of_stops(
        self, stops: Collection[StopKey], *, largest_skew_s: int | None = None
    ) -> dict[StopKey, list[FieldOperation]]:
        """Return the operations that count and are about stops themselves, for every stop asked for.

        Parameters
        ----------
        largest_skew_s
            Leave out what a clock said that was further off.
        """
        found: dict[StopKey, list[FieldOperation]] = {stop: [] for stop in stops}
        keys = [(stop.service_date, stop.visit) for stop in stops]
        place = tuple_(FieldOperationRow.service_date, FieldOperationRow.visit)
        is_about_stop = and_(FieldOperationRow.appointment_id.is_(None), place.in_(keys))
        for one in self._read(is_about_stop, FieldOperationRow.state == OperationState.APPLIED) if keys else ():
            is_wrong = largest_skew_s is not None and abs(one.clock_ahead_s) > largest_skew_s
            if one.operation.stop in found and not is_wrong:
                found[one.operation.stop].append(one.operation)
        return found

    def count(self) -> int:
        """Return how many operations the office has."""
        query = select(func.count()).select_from(FieldOperationRow).where(FieldOperationRow.kanim == self._kanim)
        return self._session.scalars(query).one()

    def sequence_after(self, device_id: UUID, watermark: int) -> Sequence[int]:
        """Return the numbers above the watermark that are stored, ascending."""
        query = (
            select(FieldOperationRow.device_seq)
            .where(FieldOperationRow.device_id == device_id, FieldOperationRow.device_seq > watermark)
            .order_by(FieldOperationRow.device_seq)
        )
        return self._session.scalars(query).all()

    def forced_up_to(self, device_id: UUID) -> int:
        """Return the highest number that counts although one before it never came; 0 without any."""
        query = select(func.max(FieldOperationRow.device_seq)).where(
            FieldOperationRow.device_id == device_id, FieldOperationRow.is_forced
        )
        return self._session.scalar(query) or 0

    def held(self, *, device_id: UUID | None = None, until: datetime | None = None) -> tuple[StoredOperation, ...]:
        """Return what is held, of one device or received before a moment, in the order of the devices."""
        criteria: list[ColumnElement[bool]] = [FieldOperationRow.state.in_(HELD)]
        if device_id:
            criteria.append(FieldOperationRow.device_id == device_id)
        if until:
            criteria.append(FieldOperationRow.received_at <= until)
        return self._read(*criteria)

    def to_review(self) -> tuple[StoredOperation, ...]:
        """Return what a supervisor has to look at: quarantined, of no known person, or forced."""
        return self._read(
            or_(
                FieldOperationRow.state.in_(QUARANTINED),
                and_(FieldOperationRow.is_forced, FieldOperationRow.state == OperationState.UNKNOWN),
            )
        )

    def _query(self, *criteria: ColumnElement[bool]) -> Select[FieldOperationRow]:
        return (
            select(FieldOperationRow)
            .where(FieldOperationRow.kanim == self._kanim, *criteria)
            .order_by(FieldOperationRow.device_id, FieldOperationRow.device_seq, FieldOperationRow.op_id)
        )

    def _read(self, *criteria: ColumnElement[bool]) -> tuple[StoredOperation, ...]:
        rows = self._session.scalars(self._query(*criteria)).all()
        people = {row.applicant_id for row in rows if row.applicant_id and row.text_sealed}
        seals = self._keys.seals_of_applicants(people) if people else {}
        return tuple(self._stored(row, seals.get(row.applicant_id) if row.applicant_id else None) for row in rows)

    def _sealed(self, text: Secret[str] | None, about: UUID | None) -> bytes | None:
        """Seal a text; about somebody who is erased nothing is kept."""
        if text is None:
            return None
        if about is None:
            return self._vault.seal(text.reveal(), _TEXT)
        seal = self._keys.seal_for([about], [])
        return seal.seal(text.reveal(), _TEXT) if seal.has_key else ERASED

    def _text(self, row: FieldOperationRow, seal: SubjectSeal | None) -> Secret[str] | None:
        if not row.text_sealed:
            return None
        if row.applicant_id is None:
            return Secret(self._vault.open(row.text_sealed, _TEXT))
        if seal is None or (row.text_sealed[:1] == BY_SUBJECT and not seal.has_key):
            return None
        return Secret(seal.open(row.text_sealed, _TEXT))

    def _stored(self, row: FieldOperationRow, seal: SubjectSeal | None) -> StoredOperation:
        stop = StopKey(service_date=row.service_date, visit=row.visit) if row.service_date and row.visit else None
        is_about_person = row.appointment_id is not None
        is_known = stop is not None and (row.applicant_id is not None or not is_about_person)
        return StoredOperation(
            operation=FieldOperation(
                op_id=row.op_id,
                device_id=row.device_id,
                device_seq=row.device_seq,
                appointment_id=row.appointment_id,
                stop=None if is_about_person else stop,
                base_version=row.base_version,
                plan_version=row.plan_version,
                type=OperationType(row.type),
                payload=Payload(
                    reason=OutcomeReason(row.reason) if row.reason else None,
                    outcome=Outcome(row.decided_outcome) if row.decided_outcome else None,
                    target=row.target_op_id,
                    op_ids=tuple(map(UUID, row.named_op_ids)),
                    text=self._text(row, seal),
                ),
                device_time=row.device_time,
            ),
            subject=Subject(stop=stop, applicant_id=row.applicant_id) if stop and is_known else None,
            state=OperationState(row.state),
            received_at=row.received_at,
            clock_ahead_s=row.clock_ahead_s,
            is_forced=row.is_forced,
        )
