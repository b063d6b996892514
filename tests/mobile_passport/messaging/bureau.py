"""An office with people, appointments, a message desk and a fake provider, for tests of messages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.status import ApplicantStatus, AppointmentStatus
from mobile_passport.messaging.desk import Desk, Transactions
from mobile_passport.messaging.provider import SmsProvider
from mobile_passport.messaging.written import Written
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.messages.message_tables import SmsAttemptRow, SmsEventRow, SmsIntentRow, SmsSubjectRow
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.persistence.schema import METADATA
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow, RequestRow
from mobile_passport.rules.loading import load_rules
from mobile_passport.rules.messages import MessageRules, load_messages
from mobile_passport.rules.office import Office
from tests.fakes.provider import ScriptedProvider
from tests.fakes.timing import HandTiming

KANIM = "blitar"
PUBLIC_URL = "https://paspor.example"
SECRET = "a secret of the tests, long enough"
MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""09.00 WIB, a Tuesday."""
_IDS = UUID("00000000-0000-0000-0000-00000000beef")
RULES = load_messages(KANIM)
OFFICE = load_rules(Office, "office", office=KANIM)


class Bureau:
    """Rows as the services write them, and a desk over the same database."""

    def __init__(
        self,
        database: Database,
        timing: HandTiming,
        provider: SmsProvider | None = None,
        *,
        rules: MessageRules = RULES,
        office: Office = OFFICE,
    ) -> None:
        self.database = database
        self.timing = timing
        self.provider = provider or ScriptedProvider(timing)
        self.vault = Vault(SECRET)
        self.rules = rules
        self.office = office
        self._serial = 0
        self._desks: dict[tuple[int, ...], Desk] = {}

    def create_tables(self) -> None:
        """Make the schema, without migrations: they have tests of their own."""
        METADATA.create_all(self.database.engine)

    def desk(self, *, database: Transactions | None = None, provider: SmsProvider | None = None) -> Desk:
        """Return the desk, or one that sees a wrapped database or provider."""
        parts = (database or self.database, provider or self.provider, self.rules, self.office)
        key = tuple(id(part) for part in parts)
        if key not in self._desks:  # a desk checks all wordings when it is made: once a test is enough
            self._desks[key] = Desk(
                kanim=KANIM,
                office=self.office,
                rules=self.rules,
                vault=self.vault,
                database=parts[0],
                provider=parts[1],
                timing=self.timing,
                public_url=PUBLIC_URL,
            )
        return self._desks[key]

    def add_request(
        self,
        people: Sequence[tuple[str, str | None]],
        *,
        contact_phone: str = "+6281200000001",
        category: str = "hajj",
        visit_kind: str = "collective",
        village_code: str = "3505010001",
    ) -> tuple[UUID, list[UUID]]:
        """Store a request with people as (name, phone); returns its id and theirs."""
        self._serial += 1
        request_id = uuid5(_IDS, f"request {self._serial}")
        with self.database.transaction() as session:
            self._keys = SubjectKeys(session, self.vault, KANIM)
            session.add(self._request(request_id, contact_phone, category, visit_kind, village_code))
            session.flush()
            rows = [self._applicant(request_id, position, *one) for position, one in enumerate(people)]
            session.add_all(rows)
            session.flush()
            return request_id, [row.id for row in rows]

    def book(
        self, slots: dict[UUID, datetime], *, venue: str = "Balai Desa Karangsono", kind: str = "collective"
    ) -> Written:
        """Promise slots, or move them, and announce that in the same transaction."""
        with self.database.transaction() as session:
            for applicant_id, slot_at in slots.items():
                revision = self._retire(session, applicant_id, AppointmentStatus.SUPERSEDED) + 1
                session.add(self._appointment(applicant_id, revision, slot_at, venue, kind))
            session.flush()
            return self.desk().outbox.announce(session, list(slots), self.timing.wall())

    def cancel(self, applicants: Sequence[UUID]) -> Written:
        """Take promises back, and announce that in the same transaction."""
        with self.database.transaction() as session:
            for applicant_id in applicants:
                self._retire(session, applicant_id, AppointmentStatus.CANCELLED)
            return self.desk().outbox.announce(session, applicants, self.timing.wall())

    def intents(self) -> list[SmsIntentRow]:
        """Return every message, in order of creation."""
        with self.database.transaction() as session:
            return list(session.scalars(select(SmsIntentRow).order_by(SmsIntentRow.created_at, SmsIntentRow.id)))

    def attempts(self) -> list[SmsAttemptRow]:
        """Return every attempt, in order."""
        with self.database.transaction() as session:
            return list(session.scalars(select(SmsAttemptRow).order_by(SmsAttemptRow.started_at)))

    def subjects(self) -> list[SmsSubjectRow]:
        """Return whom the messages cover."""
        with self.database.transaction() as session:
            return list(session.scalars(select(SmsSubjectRow)))

    def events(self, event: str) -> int:
        """Count events of one kind."""
        with self.database.transaction() as session:
            return len(session.scalars(select(SmsEventRow.id).where(SmsEventRow.event == event)).all())

    def body(self, intent: SmsIntentRow) -> str:
        """Open a text."""
        with self.database.transaction() as session:
            seals = SubjectKeys(session, self.vault, KANIM).seals_of_messages([intent.id])
        return seals[intent.id].open(intent.body_sealed, "sms_intent.body")

    def states(self) -> list[str]:
        """Return the states of all messages, in order of creation."""
        return [intent.state for intent in self.intents()]

    def _retire(self, session: Session, applicant_id: UUID, status: AppointmentStatus) -> int:
        last = session.scalar(
            select(AppointmentRow.revision)
            .where(AppointmentRow.applicant_id == applicant_id)
            .order_by(AppointmentRow.revision.desc())
            .limit(1)
        )
        session.execute(
            update(AppointmentRow)
            .where(AppointmentRow.applicant_id == applicant_id, AppointmentRow.status == AppointmentStatus.ACTIVE)
            .values(status=status)
        )
        return last or 0

    def _appointment(
        self, applicant_id: UUID, revision: int, slot_at: datetime, venue: str, kind: str
    ) -> AppointmentRow:
        return AppointmentRow(
            kanim=KANIM,
            applicant_id=applicant_id,
            revision=revision,
            status=AppointmentStatus.ACTIVE,
            plan_version=revision,
            visit="v1",
            kind=kind,
            venue=venue,
            slot_at=slot_at,
            created_at=self.timing.wall(),
        )

    def _applicant(self, request_id: UUID, position: int, name: str, phone: str | None) -> ApplicantRow:
        nik = f"{uuid5(request_id, f'nik {position}').int % 10**16:016}"
        (subject,) = self._keys.take_in([nik], now=self.timing.wall())
        seal = self._keys.seal_of(subject).seal
        return ApplicantRow(
            id=uuid5(request_id, f"applicant {position}"),
            kanim=KANIM,
            request_id=request_id,
            subject_id=subject,
            position=position,
            name_sealed=seal(name, "applicant.name"),
            nik_sealed=seal(nik, "applicant.nik"),
            nik_index=self.vault.blind_index(nik, "nik"),
            birth_date_sealed=seal("1980-01-01", "applicant.birth_date"),
            phone_sealed=seal(phone, "applicant.phone") if phone else None,
            needs_sealed=seal("", "applicant.needs"),
            sex="female",
            passport_case="new",
            party=None,
            is_carer=False,
            status=ApplicantStatus.SCHEDULED,
            office_reason=None,
        )

    def _request(
        self, request_id: UUID, contact_phone: str, category: str, visit_kind: str, village_code: str
    ) -> RequestRow:
        contact = self._keys.take_in_contact(now=self.timing.wall())
        seal = self._keys.seal_of(contact).seal
        values: dict[str, Any] = {
            "id": request_id,
            "kanim": KANIM,
            "reference": f"BLT-2026-{self._serial:04d}",
            "external_reference": f"B-{self._serial}",
            "content_digest": "0" * 64,
            "asker_kind": "kbihu",
            "asker_name": "KBIHU Contoh",
            "contact_subject_id": contact,
            "contact_name_sealed": seal("Pak Kontak", "request.contact_name"),
            "contact_phone_sealed": seal(contact_phone, "request.contact_phone"),
            "category": category,
            "visit_kind": visit_kind,
            "place_text": "Ds. Karangsono kec. Kanigoro",
            "own_venue": None,
            "wished_dates": [],
            "deadline_date": None,
            "received_date": date(2026, 11, 20),
            "created_at": self.timing.wall(),
            "place_verdict": "found",
            "place_label": "Karangsono",
            "village_code": village_code,
            "lat": -8.1,
            "lon": 112.2,
            "place_candidates": [],
        }
        return RequestRow(**values)


def rules_with(**care: object) -> MessageRules:
    """Return the shipped rules with some limits of the sender changed."""
    return replace(RULES, care=replace(RULES.care, **care))  # type: ignore[arg-type]  # names are checked by replace
