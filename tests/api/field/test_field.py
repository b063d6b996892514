"""The sync endpoint: what a phone takes along, and an answer to every operation."""

from datetime import timedelta
from uuid import UUID, uuid4

from fastapi.testclient import TestClient

from mobile_passport.domain.access import Role
from mobile_passport.services.world import World
from tests.accounts import account, bearer
from tests.api.field.conftest import ApiPhone, Clock
from tests.field_team import HALL, MORNING


def people_of(phone: ApiPhone) -> list[UUID]:
    """Appointments at the hall, in the order of the list."""
    stops = phone.days().json()["days"][0]["stops"]
    hall = next(stop for stop in stops if stop["key"] == str(HALL))
    return [UUID(person["appointment_id"]) for person in hall["people"]]


def test_the_package_is_today_and_tomorrow_of_the_own_team(phone: ApiPhone) -> None:
    answer = phone.days()
    package = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert [day["date"] for day in package["days"]] == ["2026-12-01", "2026-12-02"]
    assert package["team"] == "unit-1"
    hall = package["days"][0]["stops"][1]
    assert hall["contacts"] == [["Bu Kontak", "+6281399990000"]] * len({person["request"] for person in hall["people"]})
    slots = [person["slot_at"] for person in hall["people"]]
    assert slots == sorted(slots)
    assert package["days"][0]["map_svg"].startswith("<svg")


def test_no_whole_nik_travels(phone: ApiPhone) -> None:
    text = phone.days().text
    assert "3505010101" not in text
    home = phone.days().json()["days"][0]["stops"][0]
    assert sorted(person["nik_tail"] for person in home["people"]) == ["0301", "0302"]
    assert home["people"][0]["needs"] + home["people"][1]["needs"] == ["bedridden"]
    assert all("Surat keterangan dokter" in " ".join(person["documents"]) for person in home["people"])


def test_another_team_and_another_day_see_nothing_of_it(client: TestClient, office: World, clock: Clock) -> None:
    other = ApiPhone(client, office, team="unit-2")
    other.enrol()
    assert other.days().json()["days"] == []
    own = ApiPhone(client, office)
    own.enrol()
    clock.now = MORNING - timedelta(days=5)
    assert own.days().json()["days"] == []


def test_every_operation_has_its_own_result(phone: ApiPhone) -> None:
    person = people_of(phone)[0]
    done = phone.operation("done", person)
    gap = phone.operation("note", person, device_seq=9, payload={"text": "datang siang"})
    answer = phone.send(done, gap, {**done, "type": "absent"}).json()
    assert [one["status"] for one in answer["receipts"]] == [201, 202, 409]
    assert answer["watermark"] == 1
    assert phone.send(done).json()["receipts"][0]["status"] == 200


def test_what_was_sent_is_on_the_list_of_the_other_phone(client: TestClient, office: World, phone: ApiPhone) -> None:
    person = people_of(phone)[0]
    phone.send(phone.operation("incomplete", person, payload={"reason": "data_mismatch"}))
    other = ApiPhone(client, office)
    other.enrol()
    report = other.days().json()["days"][0]["stops"][1]["people"][0]["report"]
    assert (report["outcome"], report["reason"], report["is_present"]) == ("incomplete", "data_mismatch", True)
    other.send(other.operation("absent", person))
    assert phone.days().json()["days"][0]["stops"][1]["people"][0]["report"]["is_disputed"]


def test_a_supervisor_sees_a_dispute_and_decides_it_by_naming_it(
    client: TestClient, office: World, phone: ApiPhone
) -> None:
    person = people_of(phone)[0]
    other = ApiPhone(client, office)
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
    assert phone.days().json()["days"][0]["stops"][1]["people"][0]["report"]["outcome"] == "done"


def test_a_revoked_phone_reads_nothing_and_what_it_sends_waits_for_a_supervisor(
    client: TestClient, office: World, phone: ApiPhone
) -> None:
    person = people_of(phone)[0]
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
    client: TestClient, office: World, phone: ApiPhone
) -> None:
    planner = bearer(office, account(office, Role.PLANNER))
    assert client.get("/api/v1/field/days", headers=phone.headers | planner).status_code == 403
    assert client.get("/api/v1/field/review", headers=phone.headers).status_code == 403
    assert client.get("/api/v1/field/session").status_code == 401


def test_an_operation_names_a_person_or_a_stop(phone: ApiPhone) -> None:
    both = phone.operation("note", uuid4(), stop=str(HALL))
    assert phone.send(both).status_code == 422
    assert phone.send(phone.operation("arrived", "kemarin")).status_code == 422


def test_the_run_sheet_is_the_own_teams(client: TestClient, office: World, phone: ApiPhone) -> None:
    answer = client.get("/lapangan/lembar/2026-12-01.pdf", headers=phone.headers)
    assert answer.content.startswith(b"%PDF")
    assert client.get("/lapangan/lembar/2026-12-24.pdf", headers=phone.headers).status_code == 404
    other = ApiPhone(client, office, team="unit-2")
    assert client.get("/lapangan/lembar/2026-12-01.pdf", headers=other.headers).status_code == 404


def test_the_shell_and_its_worker_name_every_file_that_a_phone_keeps(client: TestClient) -> None:
    shell = client.get("/lapangan")
    assert shell.status_code == 200
    worker = client.get("/lapangan/sw.js").text
    for file in ("/lapangan", "/static/lapangan/app.js", "/static/lapangan/lapangan.css", "/static/style.css"):
        assert f'"{file}"' in worker
        assert client.get(file).status_code == 200
    assert client.get("/lapangan/manifest.webmanifest").json()["scope"] == "/lapangan"
