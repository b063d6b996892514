"""Rows as a database of the first version (steps 0001 and 0002) holds them: put in by their columns of that time."""

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import MetaData

from mobile_passport.persistence.database import Database
from mobile_passport.persistence.privacy.vault import Vault

SECRET = "the secret of a deployment of the first version"
VAULT = Vault(SECRET)
KANIM = "blitar"
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SLOT = datetime(2026, 11, 30, 23, 45, tzinfo=UTC)  # half an hour later it is another day
NIKS = ("3505010101600001", "3505010101600002", "3505010101600001")  # the first person is in two requests


class FirstVersion:
    """Writes into a database that has been taken back to an early step.

    Attributes
    ----------
    people
        Applicants in the order of `NIKS`; the third is served already.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tables = MetaData()
        self._tables.reflect(database.engine)
        self.people = [uuid4() for _ in NIKS]
        self.intent = uuid4()

    def take_in(self) -> "FirstVersion":
        """Store requests with their people, and a message to the first of them."""
        for number, (person, nik) in enumerate(zip(self.people, NIKS, strict=True)):
            request = uuid4()
            self.put("request", _request(request, number))
            self.put("applicant", _applicant(person, request, nik, "served" if number == 2 else "waiting"))
        self.put("sms_intent", _intent(self.intent))
        promise = {"intent_id": self.intent, "applicant_id": self.people[0], "revision": 1}
        self.put("sms_subject", promise | {"kind": "slot", "lead_days": 0, "occurrence": 0})
        return self

    def plan(self) -> "FirstVersion":
        """Store what a published plan leaves: of its two visits one is at a home, and a third is served by nobody."""
        plan = uuid4()
        self.put("plan", _plan(plan))
        self.put("current_plan", {"version": 1}, has_id=False)
        for person, kind in zip(self.people, ("home", "collective", "collective"), strict=True):
            visit, served = uuid4(), person != self.people[2]
            self.put("plan_visit", _visit(visit, plan, kind, served))
            member = {"plan_id": plan, "plan_visit_id": visit, "applicant_id": person}
            self.put("plan_member", member | {"slot_at": SLOT if served else None})
            if served:
                self.put("appointment", _appointment(person, kind))
        return self

    def work(self) -> "FirstVersion":
        """Store what the office's work leaves besides: records of the log, a sent message, a venue, counters."""
        for action in ("import", "draft_plan", "publish_plan"):
            record = {"at": AT, "actor": "petugas", "action": action, "subject": "1", "detail": {"people": 3}}
            self.put("audit", record, has_id=False)
        attempt = uuid4()
        sent = {"intent_id": self.intent, "token": "t" * 32, "provider": "simulated", "state": "accepted"}
        self.put("sms_attempt", {"id": attempt, "started_at": AT, "sid": "SM1"} | sent)
        event = {"at": AT, "intent_id": self.intent, "attempt_id": attempt, "event": "accepted", "actor": "worker"}
        self.put("sms_event", event | {"detail": {}}, has_id=False)
        self.put("venue", _VENUE)
        self.put("counter", {"series": "plan", "value": 1}, has_id=False)
        self.put("tick", {"name": "remind", "slot": "2026-11-24", "taken_at": AT}, has_id=False)
        return self

    def put(self, table: str, values: dict[str, Any], *, has_id: bool = True) -> None:
        """Insert a row; an identifier is made unless it has one or its table numbers rows itself."""
        row = ({"id": uuid4()} if has_id else {}) | {"kanim": KANIM} | values
        with self._database.engine.begin() as connection:
            connection.execute(self._tables.tables[table].insert().values(self._typed(table, row)))

    def _typed(self, table: str, values: dict[str, Any]) -> dict[str, Any]:
        """As the reflected columns take them: SQLite keeps identifiers as text."""
        columns = self._tables.tables[table].columns
        is_text = {name for name in values if str(columns[name].type).startswith("CHAR")}
        return {name: value.hex if name in is_text else value for name, value in values.items()}


def sealed(value: str, column: str) -> bytes:
    """What was written before envelopes named their key."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mobile-passport/seal").derive(SECRET.encode())
    nonce = secrets.token_bytes(12)
    return b"\x01" + nonce + AESGCMSIV(key).encrypt(nonce, value.encode(), column.encode())


def _request(request: UUID, number: int) -> dict[str, Any]:
    return {
        "id": request,
        "reference": f"BLI-2026-{number}",
        "external_reference": str(number),
        "content_digest": "0" * 32,
        "asker_kind": "village",
        "asker_name": "Desa",
        "contact_name_sealed": sealed("Pak Kontak", "request.contact_name"),
        "contact_phone_sealed": sealed("+6281200000001", "request.contact_phone"),
        "category": "hajj",
        "visit_kind": "collective",
        "place_text": "Desa",
        "wished_dates": [],
        "received_date": date(2026, 11, 20),
        "created_at": AT,
        "place_verdict": "not_found",
        "place_candidates": [],
    }


def _applicant(person: UUID, request: UUID, nik: str, status: str) -> dict[str, Any]:
    return {
        "id": person,
        "request_id": request,
        "position": 0,
        "name_sealed": sealed("Siti", "applicant.name"),
        "nik_sealed": sealed(nik, "applicant.nik"),
        "nik_index": VAULT.blind_index(nik, "nik"),
        "birth_date_sealed": sealed("1960-01-01", "applicant.birth_date"),
        "needs_sealed": sealed("", "applicant.needs"),
        "sex": "female",
        "passport_case": "new",
        "is_carer": False,
        "status": status,
    }


def _intent(intent: UUID) -> dict[str, Any]:
    values: dict[str, Any] = {"id": intent, "kind": "slot", "lead_days": 0, "template_version": 1, "people": 1}
    values |= {"to_index": b"i" * 16, "marker": "ABCDEFGH", "segments": 1, "state": "pending"}
    values |= {"to_sealed": sealed("+628121", "sms_intent.to"), "body_sealed": sealed("Yth Siti", "sms_intent.body")}
    return values | dict.fromkeys(("created_at", "due_at", "not_after", "next_try_at"), AT)


def _plan(plan: UUID) -> dict[str, Any]:
    values: dict[str, Any] = {"id": plan, "version": 1, "status": "published", "inputs_digest": "d" * 64}
    values |= {"created_at": AT, "published_at": AT, "first_date": AT.date(), "last_date": SLOT.date()}
    return values | {"travel_is_estimate": True, "problem_json": "{}", "plan_json": "{}"}


def _visit(visit: UUID, plan: UUID, kind: str, served: bool) -> dict[str, Any]:
    values = {"id": visit, "plan_id": plan, "visit": visit.hex[:8], "kind": kind, "venue": "Desa"}
    values |= {"village_code": "3505010001", "lat": -8.1, "lon": 112.2}
    if not served:
        return values | {"reason_code": "displaced"}
    stop = {"team": f"unit-{kind}", "shift": "s", "starts_at": SLOT, "ends_at": SLOT + timedelta(hours=2)}
    return values | stop


def _appointment(person: UUID, kind: str) -> dict[str, Any]:
    values: dict[str, Any] = {"applicant_id": person, "revision": 1, "status": "active", "plan_version": 1}
    return values | {"visit": "v", "kind": kind, "venue": "Desa", "slot_at": SLOT, "created_at": AT}


_VENUE = {
    "code": "3505010001",
    "label": "Balai Desa",
    "kind": "village_hall",
    "village_code": "3505010001",
    "lat": -8.1,
    "lon": 112.2,
    "capacity_a_day": 100,
    "step_free": True,
    "power": True,
    "internet": True,
    "survey_state": "surveyed",
    "source": "test",
    "changed_at": AT,
}
