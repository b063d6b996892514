"""Requests and people through the API: handed in, seen by role, amended with what was seen, withdrawn."""

from dataclasses import replace
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from mobile_passport.domain.access import Role
from mobile_passport.persistence.tables import AppointmentRow
from mobile_passport.services.world import World
from tests.api.resources.office import Person, letter, person, somebody
from tests.mobile_passport.services.seasons import rows


def handed_in(by: Person, number: int = 1, **changes: object) -> str:
    answer = by.post("/api/v1/requests", letter(number, **changes))
    assert answer.status_code == 201, answer.text
    (reference,) = answer.json()["references"]
    return str(reference)


def test_a_request_is_handed_in_read_and_withdrawn(kbihu: Person) -> None:
    reference = handed_in(kbihu, people=(1, 2))
    read = kbihu.get(f"/api/v1/requests/{reference}")
    assert read.json()["request"]["people"] == {"waiting": 2}
    assert read.json()["request"]["view"] == "asker"
    gone = kbihu.post(f"/api/v1/requests/{reference}/withdrawal", seen=read.headers["etag"])
    assert gone.json()["request"]["people"] == {"withdrawn": 2}
    again = kbihu.post(f"/api/v1/requests/{reference}/withdrawal", seen=gone.headers["etag"])
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_withdraw")


def test_a_full_nik_is_shown_for_a_purpose_and_kept_by_nobody(kbihu: Person, client: TestClient, season: World) -> None:
    (one,) = kbihu.get(f"/api/v1/requests/{handed_in(kbihu)}/people").json()["items"]
    verifier = somebody(client, season, Role.VERIFIER)
    address = f"/api/v1/people/{one['id']}/nik-reveals"
    for looked in (1, 2):
        shown = verifier.post(address, {"purpose": "compare_documents"}, key="the same key again")
        assert (shown.status_code, shown.json()) == (201, {"nik": letter(1)["people"][0]["nik"]})
        assert shown.headers["cache-control"] == "no-store"
        assert sum("reveal_nik" in map(str, row) for row in rows(season, "audit")) == looked
    assert not [row for row in rows(season, "idempotency") if str(verifier.caller.account_id) in row]
    assert verifier.post(address, {"purpose": "curious"}).status_code == 422
    assert verifier.post(address.replace(one["id"], str(uuid4())), {"purpose": "compare_documents"}).status_code == 404
    assert kbihu.post(address, {"purpose": "compare_documents"}).status_code == 403


def test_a_file_that_exhausts_its_reader_is_refused_and_others_are_served(
    kbihu: Person, client: TestClient, season: World
) -> None:
    parsing = replace(season.intake_rules.parsing, maximum_memory_bytes=64 * 1_048_576)
    client.app.state.world = replace(season, intake_rules=replace(season.intake_rules, parsing=parsing))  # type: ignore[attr-defined]
    headers = kbihu.headers | {"Idempotency-Key": uuid4().hex, "Content-Type": "text/csv"}
    wide = b"a,b,c,d,e,f,g,h,i,j\n" * 200_000
    answer = client.post("/api/v1/requests/files?filename=daftar.csv", content=wide, headers=headers)
    assert (answer.status_code, [issue["code"] for issue in answer.json()["issues"]]) == (422, ["I114"])
    assert handed_in(kbihu)


def test_a_letter_is_judged_by_the_rules_of_spreadsheets_and_every_problem_is_told(kbihu: Person) -> None:
    wrong = letter(1, people=(1, 1, 2), contact_phone="0342555123")
    wrong["people"][2] |= {"nik": "3505014199600001", "name": "=cmd()"}
    answer = kbihu.post("/api/v1/requests", wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "refused_list")
    assert {(issue["where"][-1], issue["code"]) for issue in answer.json()["issues"]} == {
        ("contact_phone", "I323"),
        ("nik", "I307"),
        ("nik", "I305"),
        ("name", "I302"),
    }
    assert kbihu.get("/api/v1/requests").json()["items"] == []


def test_a_coordinator_asks_in_the_name_of_the_own_organisation_only(kbihu: Person, planner: Person) -> None:
    other = {"kind": "kbihu", "name": "Another"}
    answer = kbihu.post("/api/v1/requests", letter(1, asker=other))
    assert (answer.status_code, answer.json()["code"]) == (409, "asker_is_you")
    reference = handed_in(kbihu)
    seen = planner.get(f"/api/v1/requests/{reference}").json()["request"]
    assert seen["view"] == "office"
    assert seen["organisation_id"] == str(kbihu.caller.scope.organisation_id)
    assert handed_in(planner, 2, asker=other)


def test_the_same_letter_again_changes_nothing_and_another_content_is_refused(kbihu: Person) -> None:
    handed_in(kbihu)
    again = kbihu.post("/api/v1/requests", letter(1)).json()
    assert (again["references"], again["unchanged"]) == ([], 1)
    other = kbihu.post("/api/v1/requests", letter(1, people=(1, 2)))
    assert (other.status_code, other.json()["code"]) == (409, "already_imported")


def test_a_file_is_taken_whole_or_refused_whole(kbihu: Person) -> None:
    header = "Nomor Surat,Jenis Lembaga,Nama Lembaga,Nama Penanggung Jawab,HP Penanggung Jawab,Keperluan,"
    header += "Jenis Kunjungan,Lokasi,Nama,NIK,Tanggal Lahir,Jenis Kelamin,No HP,Jenis Paspor\n"
    line = '"7/2026",KBIHU,Someone Else,Budi,081234567890,Haji,Bersama,"Desa Karangsono, Kec. Kanigoro",'
    good, bad = "Siti,3505014101600001,01-01-1960,P,,Baru\n", "Ani,35,01-01-1960,P,,Baru\n"

    def upload(text: str, key: str) -> tuple[int, dict[str, object]]:
        headers = kbihu.headers | {"Idempotency-Key": key, "Content-Type": "text/csv"}
        address = "/api/v1/requests/files?filename=daftar.csv"
        answer = kbihu.client.post(address, content=BytesIO(text.encode()), headers=headers)
        return answer.status_code, answer.json()

    status, refused = upload(header + line + good + line + bad, "key-number-1")
    assert (status, refused["code"]) == (422, "refused_list")
    assert refused["issues"][0]["where"] == [3, "NIK"]  # type: ignore[index]
    status, taken = upload(header + line + good, "key-number-2")
    assert (status, taken["requests"], taken["people"]) == (201, 1, 1)
    assert upload(header + line + good, "key-number-2") == (status, taken)


def test_a_file_beyond_five_mebibytes_is_not_read(kbihu: Person) -> None:
    headers = kbihu.headers | {"Idempotency-Key": "key-number-1", "Content-Type": "text/csv"}
    address = "/api/v1/requests/files?filename=daftar.csv"
    answer = kbihu.client.post(address, content=b"a" * (5 * 1_048_576 + 1), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    answer = kbihu.change("PATCH", "/api/v1/requests/BLI-2026-0001", {"x": "a" * (5 * 1_048_576)}, seen='"x"')
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_each_kind_of_caller_sees_the_fields_it_needs(kbihu: Person, planner: Person, verifier: Person) -> None:
    reference = handed_in(kbihu, people=(1,))
    address = f"/api/v1/requests/{reference}/people"
    own, planned, reviewed = (one.get(address).json()["items"][0] for one in (kbihu, planner, verifier))
    assert (own["view"], own["name"], own["nik"]) == ("clear", "Siti Contoh", "*" * 12 + own["nik"][-4:])
    assert reviewed == own
    assert (planned["view"], planned["name"], planned["age"]) == ("planning", "S*** C***", 66)
    assert not planned.keys() & {"nik", "phone", "birth_date"}


def test_a_change_states_what_was_seen(kbihu: Person) -> None:
    reference = handed_in(kbihu)
    (one,) = kbihu.get(f"/api/v1/requests/{reference}/people").json()["items"]
    address = f"/api/v1/people/{one['id']}"
    seen = kbihu.get(address).headers["etag"]
    assert kbihu.change("PATCH", address, {"name": "Siti Baru"}, seen=None).status_code == 428
    first = kbihu.change("PATCH", address, {"name": "Siti Baru", "phone": None}, seen=seen)
    assert (first.status_code, first.json()["person"]["name"], first.json()["person"]["phone"]) == (
        200,
        "Siti Baru",
        None,
    )
    second = kbihu.change("PATCH", address, {"name": "Siti Lain"}, seen=seen)
    assert (second.status_code, second.json()["code"]) == (412, "stale")
    assert kbihu.get(address).json()["person"]["name"] == "Siti Baru"


def test_who_turns_out_to_be_a_case_for_the_office_leaves_the_queue_and_comes_back(kbihu: Person) -> None:
    reference = handed_in(kbihu)
    (one,) = kbihu.get(f"/api/v1/requests/{reference}/people").json()["items"]
    address = f"/api/v1/people/{one['id']}"
    seen = kbihu.get(address).headers["etag"]
    lost = kbihu.change("PATCH", address, {"passport_case": "lost"}, seen=seen)
    assert (lost.json()["person"]["status"], lost.json()["person"]["office_reason"]) == ("office", "lost_passport")
    back = kbihu.change("PATCH", address, {"passport_case": "new"}, seen=lost.headers["etag"])
    assert (back.json()["person"]["status"], back.json()["person"]["office_reason"]) == ("waiting", None)


def test_somebody_joins_a_request_once(kbihu: Person, rival: Person) -> None:
    reference = handed_in(kbihu)
    address = f"/api/v1/requests/{reference}/people"
    joined = kbihu.post(address, person(1, 2, party="Keluarga Haji Contoh"))
    assert joined.status_code == 201
    assert joined.json()["person"]["position"] == 1
    assert joined.json()["person"]["party"] == "A"  # what a list calls a family may be a name
    twice = kbihu.post(address, person(1, 2))
    assert (twice.status_code, twice.json()["code"]) == (409, "already_booked")
    elsewhere = rival.post("/api/v1/requests", letter(9) | {"people": [person(1, 2)]})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "already_booked")
    assert reference not in elsewhere.text


def test_wishes_can_change_until_somebody_has_an_appointment(kbihu: Person, planner: Person) -> None:
    reference = handed_in(kbihu)
    address = f"/api/v1/requests/{reference}"
    seen = kbihu.get(address).headers["etag"]
    past = kbihu.change("PATCH", address, {"deadline_date": "2026-01-01"}, seen=seen)
    assert (past.status_code, past.json()["code"]) == (409, "dates_unusable")
    changed = kbihu.change("PATCH", address, {"deadline_date": "2027-03-01"}, seen=seen)
    assert changed.json()["request"]["deadline_date"] == "2027-03-01"
    planned = planner.get("/api/v1/requests").json()["items"][0]
    assert "scheduled" in planned["people"]
    address = f"/api/v1/requests/{planned['reference']}"
    late = planner.change("PATCH", address, {"deadline_date": None}, seen=planner.get(address).headers["etag"])
    assert (late.status_code, late.json()["code"]) == (409, "already_planned")


def test_withdrawing_somebody_with_an_appointment_cancels_it_and_tells_them(planner: Person, season: World) -> None:
    slot = planner.get("/api/v1/plans/current/slots", limit=1).json()["items"][0]
    before = len(rows(season, "sms_intent"))
    address = f"/api/v1/people/{slot['person']}"
    gone = planner.post(f"{address}/withdrawal", seen=planner.get(address).headers["etag"])
    assert gone.json()["person"]["status"] == "withdrawn"
    with season.database.reading() as session:
        query = select(AppointmentRow.status).where(AppointmentRow.applicant_id == UUID(slot["person"]))
        assert list(session.scalars(query)) == ["cancelled"]
    assert len(rows(season, "sms_intent")) >= before


def test_papers_are_ticked_with_who_and_when(kbihu: Person, verifier: Person) -> None:
    reference = handed_in(kbihu)
    (one,) = kbihu.get(f"/api/v1/requests/{reference}/people").json()["items"]
    address = f"/api/v1/people/{one['id']}"
    first = verifier.get(f"{address}/readiness")
    assert first.json()["is_eligible"]
    assert not first.json()["is_ready"]
    seen = first.headers["etag"]
    for paper in first.json()["papers"]:
        ticked = verifier.change("PUT", f"{address}/papers/{paper['key']}", {"is_seen": True}, seen=seen)
        assert ticked.status_code == 200
        seen = ticked.headers["etag"]
    assert ticked.json()["is_ready"]
    assert {paper["seen_by"] for paper in ticked.json()["papers"]} == {verifier.caller.login}
    back = verifier.change("PUT", f"{address}/papers/{paper['key']}", {"is_seen": False}, seen=seen)
    assert not back.json()["is_ready"]
    unknown = verifier.change("PUT", f"{address}/papers/{'0' * 12}", {"is_seen": True}, seen=back.headers["etag"])
    assert unknown.status_code == 404
    assert kbihu.change("PUT", f"{address}/papers/{paper['key']}", {"is_seen": True}, seen=seen).status_code == 403


def test_pages_of_a_list_leave_out_what_came_after_the_first(kbihu: Person) -> None:
    before = [handed_in(kbihu, number) for number in (1, 2, 3)]
    first = kbihu.get("/api/v1/requests", limit=2).json()
    rest = kbihu.get("/api/v1/requests", limit=2, cursor=first["next"]).json()
    assert [one["reference"] for one in first["items"] + rest["items"]] == before
    assert rest["next"] is None
    assert kbihu.get("/api/v1/requests", cursor="bm9uc2Vuc2U").status_code == 422


@pytest.mark.parametrize("found", [True, False])
def test_a_place_that_is_unclear_is_settled_by_a_person(kbihu: Person, verifier: Person, found: bool) -> None:
    reference = handed_in(kbihu, place_text="Desa Entahmana")
    (waiting,) = [one for one in verifier.get("/api/v1/places").json()["items"] if one["reference"] == reference]
    assert waiting["place_verdict"] == "not_found"
    place = verifier.get("/api/v1/places/search", text="Karangsono, Kanigoro").json()["candidates"][0]
    code = place["village_code"] if found else "9999999999"
    settled = verifier.post(f"/api/v1/places/{reference}/settlement", {"village_code": code})
    assert settled.status_code == (200 if found else 409)
    assert (kbihu.get(f"/api/v1/requests/{reference}").json()["request"]["place_label"] is not None) == found
