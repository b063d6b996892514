"""Step 0005 on a database with people in it: nothing is lost on the way up, nor on the way down."""

import secrets
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import MetaData, select

from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.messages.message_report import all_messages
from mobile_passport.persistence.privacy.key_rotation import KeyRotation
from mobile_passport.persistence.privacy.subject_erasure import SubjectErasure
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.persistence.requests.requests import PersonOnSheet, Requests

SECRET = "the secret of a deployment of the first version"
VAULT = Vault(SECRET)
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NIKS = ("3505010101600001", "3505010101600002", "3505010101600001")  # the first person is in two requests


def sealed_by_the_first_version(value: str, column: str) -> bytes:
    """What was written before envelopes named their key."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mobile-passport/seal").derive(SECRET.encode())
    nonce = secrets.token_bytes(12)
    return b"\x01" + nonce + AESGCMSIV(key).encrypt(nonce, value.encode(), column.encode())


@pytest.fixture
def people(database: Database) -> list[UUID]:
    """Applicants and a message as a database of step 0004 holds them; afterwards it has the present schema."""
    schema.downgrade(database, "0004")
    old = MetaData()
    old.reflect(database.engine, only=["request", "applicant", "sms_intent", "sms_subject"])
    ids = [uuid4() for _ in NIKS]
    with database.engine.begin() as connection:
        for number, (person, nik) in enumerate(zip(ids, NIKS, strict=True)):
            request = uuid4()
            connection.execute(old.tables["request"].insert().values(_typed(old, "request", _request(request, number))))
            values = _applicant(person, request, nik, "served" if number == 2 else "waiting")
            connection.execute(old.tables["applicant"].insert().values(_typed(old, "applicant", values)))
        intent = uuid4()
        connection.execute(old.tables["sms_intent"].insert().values(_typed(old, "sms_intent", _intent(intent))))
        subject = {"id": uuid4(), "kanim": "blitar", "intent_id": intent, "applicant_id": ids[0], "revision": 1}
        subject |= {"kind": "slot", "lead_days": 0, "occurrence": 0}
        connection.execute(old.tables["sms_subject"].insert().values(_typed(old, "sms_subject", subject)))
    schema.upgrade(database)
    return ids


def test_what_was_there_is_readable_and_one_nik_is_one_person(database: Database, people: list[UUID]) -> None:
    assert [one.nik.reveal() for one in read(database, people)] == list(NIKS)
    with database.transaction() as session:
        assert [one.body.reveal() for one in all_messages(session, VAULT, kanim="blitar")] == ["Yth Siti"]
        keys = SubjectKeys(session, VAULT, "blitar")
        person = keys.find(NIKS[0])
        assert person
        found = SubjectErasure(session, "blitar").find(person)
        assert found
        assert set(found.applicants) == {people[0], people[2]}


def test_down_and_up_again_loses_nothing_once_persons_have_keys(database: Database, people: list[UUID]) -> None:
    with database.transaction() as session:
        rotation = KeyRotation(session, VAULT, "blitar", batch=100)
        assert rotation.wrap_keys().keys == 2 + 3
        assert rotation.seal_persons().values == 3 * 4 + 3 * 2 + 2
    before = read(database, people)
    with pytest.raises(Exception, match="needs the secret"):
        schema.downgrade(database, "0004")
    assert read(database, people) == before
    schema.downgrade(database, "0004", VAULT)
    with database.engine.connect() as connection:
        applicant = MetaData()
        applicant.reflect(connection, only=["applicant"])
        table = applicant.tables["applicant"]
        rows = connection.execute(select(table.c.nik_sealed, table.c.nik_index)).all()
    assert sorted(VAULT.open(bytes(sealed), "applicant.nik") for sealed, _ in rows) == sorted(NIKS)
    assert {bytes(index) for _, index in rows} == {VAULT.blind_index(nik, "nik") for nik in NIKS}
    schema.upgrade(database)
    assert read(database, people) == before


def test_who_was_erased_stays_so_on_the_way_down(database: Database, people: list[UUID]) -> None:
    with database.transaction() as session:
        person = SubjectKeys(session, VAULT, "blitar").find(NIKS[1])
        assert person
        erasure = SubjectErasure(session, "blitar")
        found = erasure.find(person)
        assert found
        erasure.erase(person, found, now=AT)
    schema.downgrade(database, "0004", VAULT)
    schema.upgrade(database)
    shown = read(database, [people[0]])
    assert shown[0].nik.reveal() == NIKS[0]
    with database.transaction() as session:
        assert SubjectKeys(session, VAULT, "blitar").find(NIKS[1]) is None


def read(database: Database, people: list[UUID]) -> list[PersonOnSheet]:
    with database.transaction() as session:
        shown = Requests(session, VAULT, "blitar").on_sheet(people)
    return [shown[person] for person in people]


def _typed(old: MetaData, table: str, values: dict[str, Any]) -> dict[str, Any]:
    """As the reflected columns take them: SQLite keeps identifiers and moments as text."""
    text = {"CHAR": lambda value: value.hex if isinstance(value, UUID) else value}
    columns = old.tables[table].columns
    return {
        name: text.get(str(columns[name].type).split("(")[0], lambda value: value)(value)
        for name, value in values.items()
    }


def _request(request: UUID, number: int) -> dict[str, Any]:
    return {
        "id": request,
        "kanim": "blitar",
        "reference": f"BLI-2026-{number}",
        "external_reference": str(number),
        "content_digest": "0" * 32,
        "asker_kind": "village",
        "asker_name": "Desa",
        "contact_name_sealed": sealed_by_the_first_version("Pak Kontak", "request.contact_name"),
        "contact_phone_sealed": sealed_by_the_first_version("+6281200000001", "request.contact_phone"),
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
    seal = sealed_by_the_first_version
    return {
        "id": person,
        "kanim": "blitar",
        "request_id": request,
        "position": 0,
        "name_sealed": seal("Siti", "applicant.name"),
        "nik_sealed": seal(nik, "applicant.nik"),
        "nik_index": VAULT.blind_index(nik, "nik"),
        "birth_date_sealed": seal("1960-01-01", "applicant.birth_date"),
        "needs_sealed": seal("", "applicant.needs"),
        "sex": "female",
        "passport_case": "new",
        "is_carer": False,
        "status": status,
    }


def _intent(intent: UUID) -> dict[str, Any]:
    seal = sealed_by_the_first_version
    values: dict[str, Any] = {"id": intent, "kanim": "blitar", "kind": "slot", "lead_days": 0, "template_version": 1}
    values |= {"people": 1, "to_index": b"i" * 16, "marker": "ABCDEFGH", "segments": 1, "state": "pending"}
    values |= {"to_sealed": seal("+628121", "sms_intent.to"), "body_sealed": seal("Yth Siti", "sms_intent.body")}
    return values | dict.fromkeys(("created_at", "due_at", "not_after", "next_try_at"), AT)
