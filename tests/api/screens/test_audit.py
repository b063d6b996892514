"""The page of the audit: how the log stands, what verifying it shows, and one request's way to its day."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from mobile_passport.domain.access import Role
from mobile_passport.domain.audit_checkpoint import CheckpointKey
from mobile_passport.domain.override import OverrideKind
from mobile_passport.services.audit.audit_log import Witness, make_checkpoint
from mobile_passport.services.audit.overrides import propose_override
from mobile_passport.services.world import World
from tests.accounts import account
from tests.api.screens.test_rules import Person
from tests.apps import app_at
from tests.mobile_passport.services.seasons import NOW
from tests.offices import published
from tests.tampering import disarm

__all__ = ["published"]
pytestmark = pytest.mark.database("sqlite")

PATH = "/audit"


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """Who keeps checkpoints beside the database."""
    return Witness(folder=tmp_path / "checkpoints", key=CheckpointKey(bytes(32)))


@pytest.fixture
def app(published: World, witness: Witness) -> FastAPI:
    """The app of an office, with its clock."""
    return app_at(published, lambda: NOW, witness=witness)


@pytest.fixture
def auditor(app: FastAPI, published: World) -> Person:
    """Who judges the service."""
    return Person(app, published, Role.AUDITOR)


def shown(person: Person, path: str = PATH) -> str:
    """A page's text, without its marks."""
    answer = person.client.get(path)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def verify(person: Person) -> str:
    """Press the button that verifies; returns what the page shows then."""
    (token,) = re.findall(
        r'action="/audit"><input type="hidden" name="csrf" value="([^"]*)"', person.client.get(PATH).text
    )
    assert person.client.post(PATH, data={"csrf": token}).headers["location"] == PATH
    return shown(person)


def test_the_log_and_the_order_are_verified_and_the_result_stays_on_the_page(
    auditor: Person, published: World, witness: Witness
) -> None:
    before = shown(auditor)
    assert "Belum pernah diperiksa dari halaman ini." in before
    assert "belum ada" in before
    checkpoint, _ = make_checkpoint(published.database, published.kanim, witness, now=NOW)
    after = verify(auditor)
    assert f"catatan ke-{checkpoint.seq} " in after
    assert f"Utuh: {checkpoint.count} catatan." in after
    assert re.search(r"Urutan rencana versi 1: \d+ kali .* Semuanya ada penjelasannya\.", after)
    with published.database.engine.begin() as connection:
        disarm(connection)
        connection.execute(text("UPDATE audit SET actor = 'somebody' WHERE seq = 3"))
    assert "Rusak pada catatan ke-3." in verify(auditor)


def test_a_request_is_followed_from_asking_to_its_day_without_a_name_or_a_sealed_reason(
    auditor: Person, published: World
) -> None:
    with published.database.reading() as session:
        reference = session.execute(text("SELECT min(reference) FROM request")).scalar_one()
    caller = account(published, Role.PLANNER)
    propose_override(published, reference, OverrideKind.MEDICAL_URGENCY, "Sakit berat", caller=caller, now=NOW)
    page = shown(auditor, f"{PATH}?permohonan={reference.lower()}")
    for said in (
        "Permohonan masuk",
        "Rencana versi 1: urutan ke-",
        "Perubahan urutan diusulkan",
        "menunggu persetujuan",
        caller.login,
        "berlaku",
    ):
        assert said in page
    assert "Sakit berat" not in page
    assert "Orang Contoh" not in page
    assert auditor.client.get(f"{PATH}?permohonan=TIDAK-ADA").status_code == 404


def test_who_keeps_the_accounts_reads_the_log_and_follows_nobodys_request(app: FastAPI, published: World) -> None:
    page = shown(Person(app, published, Role.ADMIN), f"{PATH}?permohonan=BLI-2026-0001")
    assert "Periksa sekarang" in page
    assert "BLI-2026-0001" not in page
    assert Person(app, published, Role.PLANNER).client.get(PATH).status_code == 403


def test_the_overview_hands_out_files_for_a_purpose_and_leads_to_the_audit(auditor: Person) -> None:
    page = auditor.client.get("/ikhtisar").text
    assert 'href="/urutan"' in page
    assert 'href="/audit"' in page
    forms = re.findall(r'action="(/api/v1/exports/\w+)".*?</form>', page, re.DOTALL)
    assert len(forms) == 3
    asked: dict[str, str | int] = {"version": 1, "format": "csv", "purpose": "audit"}
    for form in forms:
        answer = auditor.client.get(form, params=asked)
        assert answer.headers["content-disposition"].startswith("attachment")
    told = [auditor.client.get(forms[0], params=asked) for _ in range(8)][-1]
    assert told.status_code == 429
    assert "Cukup untuk hari ini" in told.text
