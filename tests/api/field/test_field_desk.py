"""The supervisor's page: what phones disagree about is decided there, and lost phones are revoked."""

import re

from fastapi.testclient import TestClient

from mobile_passport.domain.access import Role
from mobile_passport.services.world import World
from tests.accounts import account, browser
from tests.api.field.conftest import ApiPhone
from tests.api.field.test_field import people_of, stop_of
from tests.field_team import Trip


def form_of(page: str, wanted: str) -> tuple[str, dict[str, str | list[str]]]:
    """Action and fields of the form whose button says something."""
    form = next(part for part in page.split("<form ")[1:] if wanted in part.split("</form>")[0])
    action = re.search(r'action="([^"]*)"', form)
    assert action
    fields: dict[str, str | list[str]] = {}
    for name, value in re.findall(r'name="([^"]*)" value="([^"]*)"', form.split("</form>")[0]):
        before = fields.get(name)
        fields[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
    return action[1], fields


def press(client: TestClient, page: str, wanted: str, headers: dict[str, str]) -> str:
    """Press a button of the page, and return the page that it leads to."""
    action, fields = form_of(page, wanted)
    answer = client.post(action, data=fields, headers=headers, follow_redirects=False)
    assert answer.status_code == 303
    return client.get(answer.headers["location"], headers=headers).text


def test_a_dispute_is_shown_and_decided(client: TestClient, office: World, phone: ApiPhone, trip: Trip) -> None:
    person = people_of(phone, trip)[0]
    other = ApiPhone(client, office, team=trip.team)
    other.enrol()
    phone.send(phone.operation("incomplete", person, payload={"reason": "data_mismatch"}))
    other.send(other.operation("absent", person))
    headers = browser(office, account(office, Role.SUPERVISOR))
    page = client.get("/tinjauan-lapangan", headers=headers).text
    assert "berkas belum lengkap (data tidak cocok)" in page
    assert "Orang Contoh" not in page
    action, fields = form_of(page, ">selesai dilayani<")
    other.send(other.operation("deferred", person, payload={"reason": "outage"}))
    stale = client.post(action, data=fields, headers=headers)
    assert stale.status_code == 409
    assert "Lihat lagi" in stale.text
    assert "Semua ponsel sependapat" in press(client, stale.text, ">selesai dilayani<", headers)
    assert stop_of(phone, trip)["people"][0]["report"]["outcome"] == "done"


def test_a_lost_phone_is_revoked_and_what_it_sends_is_looked_at(
    client: TestClient, office: World, phone: ApiPhone, trip: Trip
) -> None:
    person = people_of(phone, trip)[0]
    headers = browser(office, account(office, Role.SUPERVISOR))
    assert "dicabut" in press(client, client.get("/tinjauan-lapangan", headers=headers).text, "Cabut", headers)
    phone.send(phone.operation("done", person))
    page = client.get("/tinjauan-lapangan", headers=headers).text
    action, fields = form_of(page, "Hitung catatan ini")
    assert "Hitung catatan ini" not in press(client, page, "Hitung catatan ini", headers)
    assert client.post(action, data=fields, headers=headers).status_code == 409


def test_only_a_supervisor_opens_it(client: TestClient, office: World) -> None:
    headers = browser(office, account(office, Role.PLANNER))
    assert client.get("/tinjauan-lapangan", headers=headers).status_code == 403
