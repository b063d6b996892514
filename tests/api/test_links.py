"""The page behind a link: it tells little, acts on forms alone, and says the same of every link that opens nothing."""

import io
import logging
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from icalendar import Calendar
from sqlalchemy import select

from api.link_gate import LinkGate
from mobile_passport.domain.link import link_digest, link_token
from mobile_passport.domain.refusal import TooManyAttempts
from mobile_passport.log_masking import MaskingFormatter
from mobile_passport.persistence.messages.link_tables import LinkAnswerRow, LinkRow
from mobile_passport.persistence.messages.message_tables import SmsSubjectRow
from mobile_passport.persistence.tables import AppointmentRow
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.apps import app_at
from tests.databases import Filling
from tests.mobile_passport.services.seasons import NOW, SURVEYED, letter, office_on, person, plan_and_publish

FAMILY = tuple(person(number, phone=person(1).phone) for number in (1, 2))
ALONE = tuple(person(number) for number in range(11, 44))
FORMS = ("datang", "pindah", "tidak-bisa", "sms", "bukan-saya")


def promise(url: str) -> None:
    request = letter("1/2026", "Desa Karangsono, Kec. Kanigoro", (*FAMILY, *ALONE))
    with office_on(url) as opened:
        import_requests((request,), opened, actor="test", now=NOW)
        plan_and_publish(opened)


PROMISED = Filling(fill=promise, upon=SURVEYED)


@pytest.fixture
def office(copy_of: Callable[[Filling], str]) -> Iterator[World]:
    """An office that has promised slots to a family with one telephone and to others."""
    with office_on(copy_of(PROMISED)) as opened:
        yield opened


@pytest.fixture
def clock() -> Iterator[datetime]:
    """The day of the publication: every look at the clock is a second later."""
    return (NOW + timedelta(seconds=second) for second in count())


@pytest.fixture
def app(office: World, clock: Iterator[datetime]) -> FastAPI:
    """The app of the office."""
    return app_at(office, lambda: next(clock))


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A telephone's browser: it shows what a form leads to."""
    return TestClient(app)


def links(world: World, people: int) -> list[str]:
    """Return the tokens of all messages about so many people."""
    with world.database.transaction() as session:
        intents: dict[object, int] = {}
        for intent in session.scalars(
            select(SmsSubjectRow.intent_id).join(LinkRow, LinkRow.intent_id == SmsSubjectRow.intent_id)
        ):
            intents[intent] = intents.get(intent, 0) + 1
    return [link_token(world.vault.blind_index(str(one), "link")) for one, count in intents.items() if count == people]


def form_of(page: str) -> dict[str, list[str]]:
    """Return what the forms of a page send."""
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(csrf|orang)" value="([^"]+)"', page):
        fields.setdefault(name, []).append(value)
    return {name: list(dict.fromkeys(values)) for name, values in fields.items()}


def answers(world: World) -> list[str]:
    with world.database.transaction() as session:
        return list(session.scalars(select(LinkAnswerRow.answer)))


def test_the_page_says_when_where_and_what_to_bring_and_no_more(client: TestClient, office: World) -> None:
    answer = client.get(f"/j/{links(office, 1)[0]}")
    assert answer.status_code == 200
    for text in (
        "Balai Desa Karangsono",
        "WIB",
        "Kartu Keluarga asli dan fotokopi",
        "Petugas tidak menerima uang.",
        "0342-000000",
        "google.com/maps",
    ):
        assert text in answer.text
    assert "Orang" in answer.text
    for secret in ("Contoh", "35050101", "+62812", "08120000"):  # family name, NIK, number
        assert secret not in answer.text


def test_a_telephone_of_a_family_has_one_page_for_all(client: TestClient, office: World) -> None:
    (token,) = links(office, 2)
    page = client.get(f"/j/{token}").text
    form = form_of(page)
    assert len(form["orang"]) == 2
    shown = client.post(f"/j/{token}/datang", data=form)
    assert re.search(r"✓ \w[^<,]*, \w[^<,]*: akan datang. Terima kasih.", shown.text)
    assert answers(office) == ["coming", "coming"]


def test_programs_that_look_at_every_address_change_nothing(client: TestClient, office: World) -> None:
    token = links(office, 1)[0]
    before = client.get(f"/j/{token}").text
    for path in ("", "/pindah", "/tidak-bisa", "/bukan-saya", "/jadwal.ics"):
        assert client.get(f"/j/{token}{path}").status_code == 200
        assert client.head(f"/j/{token}{path}").status_code == 200
    for path in ("/datang", "/sms"):
        assert client.get(f"/j/{token}{path}").status_code in (404, 405)
    assert client.get(f"/j/{token}").text == before
    assert answers(office) == []


@pytest.mark.parametrize("form", FORMS)
def test_a_form_without_the_proof_of_the_page_is_refused(client: TestClient, office: World, form: str) -> None:
    token, other = links(office, 1)[:2]
    stolen = form_of(client.get(f"/j/{other}").text)
    for fields in ({}, {"csrf": ["x"]}, stolen):
        refused = client.post(f"/j/{token}/{form}", data=fields, headers={"Accept": "text/html"})
        assert refused.status_code == 403
        assert "Buka lagi halamannya" in refused.text
    assert answers(office) == []


def test_an_answer_is_shown_and_can_be_changed(client: TestClient, office: World) -> None:
    token = links(office, 1)[0]
    form = form_of(client.get(f"/j/{token}").text)
    assert "Terima kasih" in client.post(f"/j/{token}/datang", data=form).text
    moved = client.post(f"/j/{token}/pindah", data=form | {"alasan": "away"})
    assert "minta hari lain" in moved.text
    assert answers(office) == ["move"]
    given_up = client.post(f"/j/{token}/tidak-bisa", data=form | {"lagi": "true"})
    assert "Kami carikan hari lain" in given_up.text
    assert answers(office) == ["not_that_day"]
    assert form_of(given_up.text).get("orang") is None


def test_an_answer_from_an_old_page_is_not_taken_for_the_new_appointment(client: TestClient, office: World) -> None:
    token = links(office, 1)[0]
    form = form_of(client.get(f"/j/{token}").text)
    with office.database.transaction() as session:
        for row in session.scalars(select(AppointmentRow)):
            row.revision += 1
    assert "Jadwal baru saja berubah" in client.post(f"/j/{token}/datang", data=form).text
    assert answers(office) == []


@pytest.mark.parametrize("orang", ["", "x", "0", "9.9", "-1.1", "0.1" * 500, "٠.١"])
def test_nonsense_in_a_form_answers_for_nobody(client: TestClient, office: World, orang: str) -> None:
    token = links(office, 1)[0]
    form = form_of(client.get(f"/j/{token}").text) | {"orang": [orang]}
    assert client.post(f"/j/{token}/datang", data=form).status_code == 200
    assert set(answers(office)) <= ({"coming"} if orang == "٠.١" else set())


def test_messages_are_stopped_and_wanted_again(client: TestClient, office: World) -> None:
    token = links(office, 1)[0]
    form = form_of(client.get(f"/j/{token}").text)
    assert "Kirim SMS lagi" in client.post(f"/j/{token}/sms", data=form | {"mau": "false"}).text
    assert "Berhenti mengirim SMS" in client.post(f"/j/{token}/sms", data=form | {"mau": "true"}).text


def test_unknown_ended_and_disowned_links_are_answered_alike(client: TestClient, office: World) -> None:
    disowned, ended = links(office, 1)[:2]
    page = client.get(f"/j/{disowned}").text
    assert f'action="/j/{disowned}/bukan-saya' not in page  # asked once more on a page of its own
    asked = client.get(f"/j/{disowned}/bukan-saya").text
    assert "Orang" in asked
    assert f'action="/j/{disowned}/bukan-saya' in asked
    form = form_of(asked)
    assert "mencari nomor yang benar" in client.post(f"/j/{disowned}/bukan-saya", data=form).text
    with office.database.transaction() as session:
        session.get_one(LinkRow, link_digest(ended)).expires_at = NOW
    unknown = link_token(secrets.token_bytes(16))
    for path in ("", "/pindah", "/tidak-bisa", "/bukan-saya", "/jadwal.ics"):
        seen = [client.get(f"/j/{token}{path}") for token in (unknown, ended, disowned, "x", "x" * 500)]
        assert {(one.status_code, one.text) for one in seen} == {(404, seen[0].text)}
    assert "Tautan tidak berlaku" in client.get(f"/j/{unknown}").text


def test_nothing_of_these_pages_is_kept_found_or_told_on(client: TestClient, office: World) -> None:
    token = links(office, 1)[0]
    for path in (f"/j/{token}", f"/j/{token}/pindah", "/j/unknown", f"/j/{token}/datang"):
        headers = client.get(path).headers
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert "noindex" in headers["x-robots-tag"]
        assert "set-cookie" not in headers
    assert client.get("/layanan").headers["referrer-policy"] == "same-origin"


def test_the_page_is_read_in_english_without_a_cookie(client: TestClient, office: World) -> None:
    token = links(office, 1)[0]
    page = client.get(f"/j/{token}?bahasa=en").text
    assert "I will come" in page
    assert "Saya akan datang" not in page
    shown = client.post(f"/j/{token}/datang?bahasa=en", data=form_of(page))
    assert "is coming. Thank you." in shown.text
    assert "Tomorrow: mobile passport service" in client.get(f"/j/{token}/jadwal.ics?bahasa=en").text


def test_the_calendar_names_nobody_and_moves_with_the_appointment(client: TestClient, office: World) -> None:
    token = links(office, 1)[0]
    text = client.get(f"/j/{token}/jadwal.ics").text
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert (str(event["SUMMARY"]), event["SEQUENCE"]) == ("Paspor keliling", 1)
    assert "Balai Desa Karangsono" in str(event["LOCATION"])
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=45)
    assert "Selesai kira-kira" in str(event["DESCRIPTION"])
    (alarm,) = event.walk("VALARM")
    assert (str(alarm["ACTION"]), alarm.decoded("TRIGGER")) == ("DISPLAY", timedelta(days=-1))
    assert "Orang" not in text
    assert token not in text


def test_many_requests_wait_a_minute(app: FastAPI, client: TestClient, office: World) -> None:
    token = links(office, 1)[0]
    most = office.rulebook.messages.links.a_minute_to_link
    codes = [client.get(f"/j/{token}/jadwal.ics").status_code for _ in range(most + 1)]
    assert codes == [200] * most + [429]
    refused = client.get(f"/j/{token}")
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert refused.headers["cache-control"] == "no-store"


def test_one_sender_gets_only_so_many_guesses_a_minute(office: World) -> None:
    now_s = [0.0]
    gate = LinkGate(office.rulebook.messages.links, clock_s=lambda: now_s[0])
    most = office.rulebook.messages.links.a_minute_from_source
    for guess in range(most):
        gate.admit("198.51.100.7", link_digest(str(guess)))
    with pytest.raises(TooManyAttempts):
        gate.admit("198.51.100.7", link_digest("one more"))
    gate.admit("198.51.100.8", link_digest("somebody else"))
    now_s[0] = 60.0
    gate.admit("198.51.100.7", link_digest("a minute later"))


def test_the_log_of_a_server_never_holds_a_token() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(MaskingFormatter(logging.Formatter("%(message)s")))
    logger = logging.getLogger("uvicorn.access")
    logger.addHandler(handler)
    try:
        token = link_token(secrets.token_bytes(16))
        logger.warning('%s - "%s %s HTTP/%s" %d', "127.0.0.1:1", "GET", f"/j/{token}/datang", "1.1", 200)
    finally:
        logger.removeHandler(handler)
    assert token not in stream.getvalue()
    assert "/j/<link>/datang" in stream.getvalue()
