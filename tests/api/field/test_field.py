"""The sync endpoint: what a phone takes along, and an answer to every operation."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

from fastapi.testclient import TestClient

from mobile_passport.domain.access import Role
from mobile_passport.domain.request import VisitKind
from mobile_passport.services.world import World
from tests.accounts import account, bearer, browser
from tests.api.field.conftest import ApiPhone, Clock
from tests.field_team import Trip, first_trip


def stop_of(phone: ApiPhone, trip: Trip) -> dict[str, Any]:
    """A stop as the phone has it."""
    stops = [stop for day in phone.days().json()["days"] for stop in day["stops"]]
    return next(stop for stop in stops if stop["key"] == str(trip.stop))


def people_of(phone: ApiPhone, trip: Trip) -> list[UUID]:
    """Appointments at a stop, in the order of the list."""
    return [UUID(person["appointment_id"]) for person in stop_of(phone, trip)["people"]]


def test_the_package_is_today_of_the_own_team(phone: ApiPhone, trip: Trip) -> None:
    answer = phone.days()
    package = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert package["days"][0]["date"] == trip.day.isoformat()
    assert package["team"] == trip.team
    hall = stop_of(phone, trip)
    assert hall["contacts"] == [["Bu Kontak", "+6281399990000"]]
    slots = [person["slot_at"] for person in hall["people"]]
    assert slots == sorted(slots)


def test_the_map_of_a_day_comes_on_its_own_and_only_of_the_own_days(
    client: TestClient, office: World, phone: ApiPhone, trip: Trip
) -> None:
    path = f"/api/v1/field/days/{trip.day}/map"
    answer = client.get(path, headers=phone.headers)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["svg"].startswith("<svg")
    assert client.get("/api/v1/field/days/2027-06-01/map", headers=phone.headers).status_code == 404
    other = ApiPhone(client, office, team="unit-9")
    assert client.get(path, headers=other.headers).json()["code"] == "unknown_device"
    other.enrol()
    assert client.get(path, headers=other.headers).status_code == 404
    assert "svg" not in phone.days().text


def test_tomorrow_is_in_the_package_and_what_comes_later_is_not(phone: ApiPhone, trip: Trip, clock: Clock) -> None:
    clock.now = trip.morning - timedelta(days=1)
    assert phone.days().json()["days"][0]["date"] == trip.day.isoformat()
    clock.now = trip.morning - timedelta(days=2)
    assert trip.day.isoformat() not in [day["date"] for day in phone.days().json()["days"]]


def test_no_whole_nik_travels(client: TestClient, office: World, clock: Clock) -> None:
    trip = first_trip(office, VisitKind.HOME)
    clock.now = trip.morning
    phone = ApiPhone(client, office, team=trip.team)
    phone.enrol()
    assert "3505010101" not in phone.days().text
    home = stop_of(phone, trip)
    assert home["addresses"] == ["Desa Ngoran, Kec. Nglegok"]
    assert sorted(person["nik_tail"] for person in home["people"]) == ["0301", "0302"]
    assert sorted(need for person in home["people"] for need in person["needs"]) == ["bedridden"]
    assert all("Surat keterangan dokter" in " ".join(person["documents"]) for person in home["people"])


def test_another_team_sees_nothing_of_it(client: TestClient, office: World) -> None:
    other = ApiPhone(client, office, team="unit-9")
    other.enrol()
    assert other.days().json()["days"] == []


def test_every_operation_has_its_own_result(phone: ApiPhone, trip: Trip) -> None:
    person = people_of(phone, trip)[0]
    done = phone.operation("done", person)
    gap = phone.operation("note", person, device_seq=9, payload={"text": "datang siang"})
    answer = phone.send(done, gap, {**done, "type": "absent"}).json()
    assert [one["status"] for one in answer["receipts"]] == [201, 202, 409]
    assert answer["watermark"] == 1
    assert phone.send(done).json()["receipts"][0]["status"] == 200


def test_what_was_sent_is_on_the_list_of_the_other_phone(
    client: TestClient, office: World, phone: ApiPhone, trip: Trip
) -> None:
    person = people_of(phone, trip)[0]
    phone.send(phone.operation("incomplete", person, payload={"reason": "data_mismatch"}))
    other = ApiPhone(client, office, team=trip.team)
    other.enrol()
    report = stop_of(other, trip)["people"][0]["report"]
    assert (report["outcome"], report["reason"], report["is_present"]) == ("incomplete", "data_mismatch", True)
    other.send(other.operation("absent", person))
    assert stop_of(phone, trip)["people"][0]["report"]["is_disputed"]


def test_a_supervisor_sees_a_dispute_and_decides_it_by_naming_it(
    client: TestClient, office: World, phone: ApiPhone, trip: Trip
) -> None:
    person = people_of(phone, trip)[0]
    other = ApiPhone(client, office, team=trip.team)
    other.enrol()
    phone.send(phone.operation("done", person))
    other.send(other.operation("absent", person))
    headers = bearer(office, account(office, Role.SUPERVISOR))
    disputed = client.get("/api/v1/field/review", headers=headers).json()["disputed"]
    named = [statement["op_id"] for statement in disputed[0]["statements"]]
    assert disputed[0]["name"].startswith("O*** C***")
    decision = {"appointment_id": str(person), "op_ids": named[:1], "outcome": "done"}
    key = {"Idempotency-Key": str(uuid4())}
    stale = client.post("/api/v1/field/resolutions", json=decision, headers=headers | key)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    key = {"Idempotency-Key": str(uuid4())}
    answer = client.post("/api/v1/field/resolutions", json={**decision, "op_ids": named}, headers=headers | key)
    assert answer.json()["disputed"] == []
    assert stop_of(phone, trip)["people"][0]["report"]["outcome"] == "done"


def test_a_revoked_phone_reads_nothing_and_what_it_sends_waits_for_a_supervisor(
    client: TestClient, office: World, phone: ApiPhone, trip: Trip
) -> None:
    person = people_of(phone, trip)[0]
    headers = bearer(office, account(office, Role.SUPERVISOR))
    assert client.delete(f"/api/v1/field/devices/{phone.id}", headers=headers).status_code == 204
    assert (phone.days().status_code, phone.days().json()["code"]) == (403, "device_revoked")
    assert phone.enrol().json()["code"] == "device_revoked"
    done = phone.operation("done", person)
    assert phone.send(done).json()["receipts"][0] == {
        "op_id": done["op_id"],
        "status": 202,
        "verdict": "quarantined",
    }
    kept = client.get("/api/v1/field/review", headers=headers).json()["kept_apart"]
    assert [(one["op_id"], one["state"]) for one in kept] == [(done["op_id"], "revoked")]
    path = f"/api/v1/field/operations/{done['op_id']}/admission"
    assert client.post(path, headers=headers | {"Idempotency-Key": str(uuid4())}).json() == {"counts": True}
    assert client.get("/api/v1/field/review", headers=headers).json()["kept_apart"] == []


def test_only_a_field_account_records_and_only_a_supervisor_reviews(
    client: TestClient, office: World, phone: ApiPhone, trip: Trip
) -> None:
    planner = bearer(office, account(office, Role.PLANNER))
    assert client.get("/api/v1/field/days", headers=phone.headers | planner).status_code == 403
    assert client.get("/api/v1/field/review", headers=phone.headers).status_code == 403
    assert client.get("/api/v1/field/session").status_code == 401


def test_an_operation_names_a_person_or_a_stop(phone: ApiPhone) -> None:
    both = phone.operation("note", uuid4(), stop="2026-12-01/K-001")
    assert phone.send(both).status_code == 422
    assert phone.send(phone.operation("arrived", "kemarin")).status_code == 422


def test_the_run_sheet_is_the_own_teams(client: TestClient, office: World, phone: ApiPhone, trip: Trip) -> None:
    answer = client.get(f"/lapangan/lembar/{trip.day}.pdf", headers=phone.headers)
    assert answer.content.startswith(b"%PDF")
    assert client.get("/lapangan/lembar/2027-06-01.pdf", headers=phone.headers).status_code == 404
    other = ApiPhone(client, office, team="unit-9")
    assert client.get(f"/lapangan/lembar/{trip.day}.pdf", headers=other.headers).status_code == 404


def test_the_shell_and_its_worker_name_every_file_that_a_phone_keeps(client: TestClient) -> None:
    shell = client.get("/lapangan")
    assert shell.status_code == 200
    worker = client.get("/lapangan/sw.js").text
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', shell.text)
    assert len(named) == 5
    for file in ("/lapangan", *named):
        assert f'"{file}"' in worker
        assert client.get(file).status_code == 200
    assert client.get("/lapangan/manifest.webmanifest").json()["scope"] == "/lapangan"


def test_the_shell_says_who_is_signed_in_but_not_in_the_copy_that_a_phone_keeps(
    client: TestClient, office: World, trip: Trip
) -> None:
    driver = account(office, Role.FIELD, team=trip.team)
    signed_in = browser(office, driver, csrf=False)
    said = re.search(r'<meta name="session" content="([^"]+)">', client.get("/lapangan", headers=signed_in).text)
    assert said
    asked = client.get("/api/v1/field/session", headers=signed_in).json()
    assert json.loads(unescape(said[1])) == asked
    assert (asked["login"], asked["team"]) == (driver.login, trip.team)
    planner = browser(office, account(office, Role.PLANNER), csrf=False)
    for nobody in ({}, planner):
        assert 'name="session"' not in client.get("/lapangan", headers=nobody).text
    assert 'credentials: "omit"' in client.get("/lapangan/sw.js").text


def test_enrolling_sends_the_days_along(phone: ApiPhone) -> None:
    days = phone.days().json()
    assert days["days"]
    again = phone.enrol()
    assert again.json()["days"] == days
    assert again.headers["cache-control"] == "no-store"
