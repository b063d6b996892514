"""Exports through the API: on the record, masked where they should be, and free of formulas whatever was stored."""

import csv
import io
import json
from datetime import timedelta
from itertools import cycle

import openpyxl
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.persistence.audit.audit_table import AuditRow
from mobile_passport.persistence.tables import PlanVisitRow, RequestRow
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.api.resources.office import Person, somebody
from tests.mobile_passport.documents.test_exports import DANGEROUS, PAYLOADS
from tests.mobile_passport.services.seasons import NOW

_TEXTS = ("asker_name", "external_reference", "place_text", "own_venue", "place_label")
_KINDS = ({"kind": "plan", "version": 1}, {"kind": "slots", "version": 1}, {"kind": "requests"})

HEADING = "Banyak berkas diekspor hari ini"


def export(by: Person, file_format: str, kind: str, **query: object) -> bytes:
    answer = by.get(f"/api/v1/exports/{kind}", format=file_format, purpose="field_work", **query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    return answer.content


def store_everywhere(world: World, payloads: tuple[str, ...]) -> None:
    """Put payloads in every text that an export shows, past all that refuses them at the door."""
    texts = cycle(text for text in payloads if text and "\0" not in text)
    with world.database.transaction() as session:
        for row in session.scalars(select(RequestRow)):
            for column in _TEXTS:
                setattr(row, column, next(texts))
        for visit in session.scalars(select(PlanVisitRow)):
            visit.venue = next(texts)


@pytest.mark.parametrize("turn", [0, 12, 24])
def test_no_export_holds_a_formula_whatever_was_stored(planner: Person, season: World, turn: int) -> None:
    store_everywhere(season, PAYLOADS[turn:] + PAYLOADS[:turn])
    shown = set()
    for query in _KINDS:
        text = export(planner, "csv", **query).decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        workbook = openpyxl.load_workbook(io.BytesIO(export(planner, "xlsx", **query)))
        for row in workbook.active.iter_rows():  # type: ignore[union-attr]
            assert all(cell.data_type in "sn" and cell.hyperlink is None for cell in row)
            cells += [str(cell.value) for cell in row if cell.data_type == "s"]
        assert [cell for cell in cells if cell.strip().startswith(DANGEROUS)] == []
        shown.update(cells)
    assert sum(cell.startswith("'") for cell in shown) > 10


def test_each_export_leaves_one_record_with_its_purpose(planner: Person, season: World) -> None:
    for query in _KINDS:
        export(planner, "json", **query)
    with season.database.reading() as session:
        records = session.scalars(select(AuditRow).where(AuditRow.action == "take_export"))
        told = [(one.actor, one.subject, one.detail["purpose"]) for one in records]
    assert told == [(planner.caller.login, query["kind"], "field_work") for query in _KINDS]
    assert planner.get("/api/v1/exports/requests", format="csv").status_code == 422  # no purpose


def test_contacts_are_clear_for_whoever_calls_and_masked_for_others(planner: Person, season: World) -> None:
    auditor = somebody(planner.client, season, Role.AUDITOR)
    clear, masked = (json.loads(export(one, "json", kind="requests"))["rows"][0] for one in (planner, auditor))
    assert (clear["contact_name"], clear["contact_phone"]) == ("Bu Kontak", "+6281399990000")
    assert (masked["contact_name"], masked["contact_phone"]) == ("B*** K***", "***********000")


def test_a_coordinator_takes_nothing_out(kbihu: Person) -> None:
    answer = kbihu.get("/api/v1/exports/requests", format="csv", purpose="reporting")
    assert answer.status_code == 403


def test_the_plan_is_also_a_map_and_a_calendar(planner: Person) -> None:
    features = json.loads(export(planner, "geojson", kind="plan", version=1))["features"]
    assert {feature["geometry"]["type"] for feature in features} == {"Point"}
    assert export(planner, "ics", kind="plan", version=1).startswith(b"BEGIN:VCALENDAR")
    assert planner.get("/api/v1/exports/slots", format="ics", version=1, purpose="audit").status_code == 422
    assert planner.get("/api/v1/exports/plan", format="csv", version=9, purpose="audit").status_code == 404


def test_slots_leave_without_names(planner: Person) -> None:
    text = export(planner, "json", kind="slots", version=1).decode()
    assert "Orang Contoh" not in text
    assert "3505010101" not in text


def test_an_account_takes_out_ten_files_a_day_and_others_hear_of_it(
    planner: Person, season: World, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.state.desk = build_desk(season, Settings())
    supervisor = somebody(planner.client, season, Role.SUPERVISOR)
    most = season.rulebook.privacy.exports.most_a_day
    for taken in range(1, most + 1):
        export(planner, "json", kind="slots", version=1)
        shown = supervisor.get("/ikhtisar").text
        assert (planner.caller.login in shown) is (HEADING in shown) is (taken > most / 2)
    refused = planner.get("/api/v1/exports/slots", format="json", purpose="field_work", version=1)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_exports")
    assert int(refused.headers["retry-after"]) == 14 * 3_600  # from 10.00 to midnight
    assert HEADING not in planner.get("/ikhtisar").text
    with season.database.reading() as session:
        told = [one.detail for one in session.scalars(select(AuditRow).where(AuditRow.action == "export_many"))]
    assert told == [{"today": most // 2 + 1}]
    export(supervisor, "json", kind="slots", version=1)
    monkeypatch.setitem(app.dependency_overrides, utc_now, lambda: NOW + timedelta(days=1))
    export(planner, "json", kind="slots", version=1)
