"""Planted people go through everything the service does; afterwards they are looked for where they must not be."""

import base64
import hashlib
import hmac
import io
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from psycopg import sql
from sqlalchemy import select, text

from api.app import create_app
from mobile_passport.demo_outputs import write_outputs
from mobile_passport.domain.access import Role
from mobile_passport.domain.person import Need, PersonForm, Sex
from mobile_passport.domain.request import AskerKind, Category, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.subject import CaseKind, Correction, RevealPurpose
from mobile_passport.intake.columns import Column
from mobile_passport.intake.findings import RefusedFile
from mobile_passport.messaging.desk import Desk
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.tables import ApplicantRow, RequestRow
from mobile_passport.persistence.venues.venues import Venues
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.remind import remind
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.privacy.reveal import reveal_nik
from mobile_passport.services.privacy.subjects import correct_person, export_person, open_case
from mobile_passport.services.requests.import_requests import AlreadyBooked, import_file, import_requests
from mobile_passport.services.world import World
from tests.accounts import account, bearer
from tests.databases import MIGRATED, Databases, files_of
from tests.fakes.provider import ScriptedProvider
from tests.fakes.timing import HandTiming
from tests.mobile_passport.intake.lists import LETTER, PERSON, listing
from tests.mobile_passport.services.privacy.conftest import OFFICER, SECRET, applicants, keyed
from tests.mobile_passport.services.seasons import NOW, hall_of, letter, person, plan_and_publish, shipped, small_season

NAME, FAMILY = "Zubaidah Kanariwati", "Keluarga Zubaidah Kanariwati"
BEDRIDDEN = PersonForm(
    name=Secret(NAME),
    nik=Secret("3505014107459871"),
    birth_date=date(1945, 7, 1),
    sex=Sex.FEMALE,
    phone=Secret("+6281298761234"),
    passport_case=person(1).passport_case,
    needs=frozenset({Need.BEDRIDDEN}),
    party=FAMILY,
)
COMPANION = replace(
    BEDRIDDEN, name=Secret("Kanariono"), nik=Secret("3505010107459872"), needs=frozenset(), is_carer=True, phone=None
)
IN_A_CROWD = replace(
    BEDRIDDEN,
    name=Secret("Mbah Kanarisih"),
    nik=Secret("3505014107459873"),
    needs=frozenset({Need.WHEELCHAIR}),
    phone=Secret("+6281298765678"),
)
WINDOW = 12
"""Bytes by which a hash is recognised: fewer would be found by chance."""
PLANTED = (BEDRIDDEN, COMPANION, IN_A_CROWD)
CONTACT = ("Haji Kanaridin", "+6281298760000")
NIKS = tuple(one.nik.reveal() for one in PLANTED)
PHONES = ("+6281298761234", "+6281298765678", CONTACT[1])
NAMES = (NAME, "Kanariono", "Mbah Kanarisih", CONTACT[0])


def spellings() -> frozenset[bytes]:
    """Every planted value as people, programs and dumps may write it; texts in lower case."""
    numbers = {*NIKS, *PHONES}
    for nik in NIKS:
        numbers |= {f"{nik[:6]} {nik[6:12]} {nik[12:]}", f"{nik[:6]}.{nik[6:12]}.{nik[12:]}", nik[6:]}
    for phone in PHONES:
        local = "0" + phone[3:]
        numbers |= {phone[1:], local, f"{local[:4]}-{local[4:8]}-{local[8:]}", f"+62 {phone[3:]}", phone[3:]}
    words = {*NAMES, *(name.split()[-1] for name in NAMES), "bedridden", "wheelchair", "terbaring", "kursi roda"}
    plain = {one.lower() for one in numbers | words}
    coded = {one.encode().hex() for one in (*NIKS, *PHONES, *NAMES)}
    coded |= {base64.b64encode(one.encode()).decode().rstrip("=").lower() for one in (*NIKS, *PHONES, *NAMES)}
    return frozenset(one.encode() for one in plain | coded)


def found_in(haystack: bytes, needles: Iterable[bytes] = spellings()) -> list[bytes]:
    lowered = haystack.lower()
    return sorted(needle for needle in needles if needle in lowered)


@dataclass
class Flown:
    """What the flows left behind."""

    world: World
    dump: bytes
    log: str
    public: dict[str, bytes]
    staff: dict[str, bytes]
    errors: list[str]
    provider: ScriptedProvider


@pytest.fixture(scope="module")
def flown(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flown]:
    """Import, refuse, plan, publish, send, remind, show, answer and reveal, with every log at its most talkative."""
    folder = tmp_path_factory.mktemp("canary")
    url = databases.copy_of(MIGRATED)
    database = Database(url)
    world = keyed(replace(shipped(), database=database), SECRET)
    stream = io.StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        errors = take_in(world)
        plan_and_publish(world)
        provider, desk = send(world)
        errors += answer(world)
        client = TestClient(create_app(world, desk), raise_server_exceptions=False)
        public = documents(world, desk, folder / "out") | fetch(world, client, None)
        staff = {
            f"{role.value} {path}": body
            for role in (Role.VERIFIER, Role.PLANNER)
            for path, body in fetch(world, client, role).items()
        }
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    dump = dump_of(world, url)
    yield Flown(world, dump, stream.getvalue(), public, staff, errors, provider)
    database.close()


def take_in(world: World) -> list[str]:
    """Take in the season with the planted people in it; returns what was said about files that were refused."""
    with world.database.transaction() as session:
        Venues(session, world.kanim).put(map(hall_of, world.gazetteer.villages), now=NOW)
    first = small_season()[0]
    contact = {"contact_name": Secret(CONTACT[0]), "contact_phone": Secret(CONTACT[1])}
    home = letter(
        "77/2026",
        "RT 02 RW 01 Ds. Ngoran, Kec. Nglegok",
        [BEDRIDDEN, COMPANION],
        visit_kind=VisitKind.HOME,
        category=Category.ELDERLY_HOME,
        asker_kind=AskerKind.FAMILY,
        asker_name=FAMILY,
        **contact,
    )
    crowd = replace(first, people=(*first.people, IN_A_CROWD), **contact)
    import_requests((crowd, home), world, actor="test", now=NOW)
    said = []
    row = {**PERSON, Column.NAME: NAME, Column.PHONE: "0812-9876-1234", Column.NEEDS: "Terbaring"}
    for nik in ("3505 0141 0745 9871", "350501410745987", "3505014107459871x"):
        changed = {**LETTER, **row, Column.NIK: nik, Column.CONTACT_NAME: CONTACT[0]}
        try:
            import_file(listing(changed), "daftar.csv", world, received_date=date(2026, 11, 23), actor="test", now=NOW)
        except (RefusedFile, AlreadyBooked) as refused:
            said.append(str(refused))
    return said


def send(world: World) -> tuple[ScriptedProvider, Desk]:
    """Send everything, and the reminders; returns the provider with what it was handed."""
    timing = HandTiming(NOW)
    provider = ScriptedProvider(timing)
    desk = Desk(
        kanim=world.kanim,
        office=world.rulebook.office,
        rules=world.rulebook.messages,
        vault=world.vault,
        database=world.database,
        provider=provider,
        timing=timing,
        public_url=world.public_url,
    )
    for _ in range(2):
        remind(desk)
        deliver_messages(desk)
        timing.advance(86_400)
    return provider, desk


def answer(world: World) -> list[str]:
    """Serve one planted person about their own data."""
    case = open_case(world, CaseKind.CORRECTION, BEDRIDDEN.nik, caller=OFFICER, now=NOW)
    export_person(world, case.number, caller=OFFICER, now=NOW)
    correct_person(world, case.number, Correction(name=BEDRIDDEN.name), caller=OFFICER, now=NOW)
    reveal_nik(world, applicants(world)[0], purpose=RevealPurpose.ANSWER_PERSON, caller=OFFICER, now=NOW)
    return [repr(BEDRIDDEN), repr(case)]


def documents(world: World, desk: Desk, out: Path) -> dict[str, bytes]:
    """The files that anybody may have."""
    view = show_plan(world)
    assert view
    write_outputs(world, view, desk, out)
    return {name: (out / name).read_bytes() for name in ("plan.json", "problem.json", "plan.ics", "plan.png")}


def fetch(world: World, client: TestClient, role: Role | None) -> dict[str, bytes]:
    """Ask for every address of the service that can be asked for, as somebody."""
    headers = bearer(world, account(world, role)) if role else {}
    with world.database.transaction() as session:
        query = select(RequestRow.reference, ApplicantRow.id).join(
            ApplicantRow, ApplicantRow.request_id == RequestRow.id
        )
        reference, someone = session.execute(query.where(RequestRow.external_reference == "77/2026")).all()[0]
    paths = client.get("/openapi.json").json()["paths"] | {"/": {}, "/openapi.json": {}, "/metrics": {}}
    addresses = {
        path.split("{")[0] + name + path.split("}")[-1] if "{" in path else path
        for path in paths
        for name in (reference, str(someone), "1", "2026-12-08")
    }
    answers = {
        address: client.get(address, headers=headers | {"Accept": "text/html, application/json"}).content
        for address in sorted(addresses)
    }
    answers["malformed"] = client.post(
        "/api/v1/requests", headers=headers, json={"nik": NIKS[0], "name": NAME, "phone": PHONES[0]}
    ).content
    return answers


def dump_of(world: World, url: str) -> bytes:
    """Everything that lies in the database: the bytes of the files, or what COPY says of every table."""
    if world.database.is_sqlite:
        return b"".join(path.read_bytes() for path in files_of(url))
    out = bytearray()
    with world.database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        tables = cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in tables.fetchall():
            statement = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.Identifier(table))
            with cursor.copy(statement) as copy:
                for block in copy:
                    out += bytes(block)
    return bytes(out)


def test_nothing_of_a_planted_person_lies_in_the_database_in_clear(flown: Flown) -> None:
    assert len(flown.dump) > 100_000
    assert found_in(flown.dump) == []


def test_the_search_finds_what_lies_in_clear(flown: Flown) -> None:
    with flown.world.database.engine.connect() as connection:  # rolled back at the end of the block
        connection.execute(text("UPDATE request SET place_text = :planted"), {"planted": f"Rumah Bu {NAME} {NIKS[1]}"})
        rows = connection.execute(text("SELECT place_text FROM request")).all()
    assert found_in(str(rows).encode()) == sorted(
        {NIKS[1].encode(), NIKS[1][6:].encode(), NAME.lower().encode(), b"kanariwati"}
    )


def test_nothing_of_a_planted_person_is_said_in_any_log_or_error(flown: Flown) -> None:
    assert len(flown.log) > 1_000
    assert found_in(flown.log.encode()) == []
    assert len(flown.errors) == 5
    assert found_in("".join(flown.errors).encode()) == []


def test_nothing_of_a_planted_person_is_public(flown: Flown) -> None:
    described = flown.public["/openapi.json"]  # names every need there is
    assert found_in(described) == [b"bedridden", b"wheelchair"]
    others = {name: body for name, body in flown.public.items() if body != described}
    assert {name: found for name, body in others.items() if (found := found_in(body))} == {}


def test_no_member_of_the_staff_is_shown_a_full_nik_by_any_address(flown: Flown) -> None:
    numbers = [needle for needle in spellings() if any(nik[6:].encode() in needle for nik in NIKS)]
    assert {name: found for name, body in flown.staff.items() if (found := found_in(body, numbers))} == {}
    assert any(b"kanariwati" in body.lower() for body in flown.staff.values())  # the addresses do show people


def test_messages_name_people_by_their_given_name_and_say_nothing_else_of_them(flown: Flown) -> None:
    bodies = b"\n".join(one.body.encode() for one in flown.provider.taken)
    assert b"Zubaidah" in bodies
    assert found_in(bodies) in ([], [b"kanariono"])  # a name of one word is the given name
    assert found_in(bodies, [nik.encode() for nik in NIKS]) == []


def test_a_thousand_known_niks_cannot_be_confirmed_from_a_dump(flown: Flown) -> None:
    known = [*NIKS, *(f"350501010160{number:04d}" for number in range(1, 1000 - len(NIKS) + 1))]
    assert confirmed(flown.dump, known) == 0


def test_the_guess_confirms_a_nik_that_was_hashed_without_a_key() -> None:
    plain = hashlib.sha256(NIKS[0].encode()).digest()[:16]
    assert confirmed(b"....." + plain + b"....", NIKS) == 1
    assert confirmed(plain.hex().encode(), NIKS) == 1


def confirmed(dump: bytes, niks: Iterable[str]) -> int:
    """How many NIKs somebody who has the dump alone could confirm: hashed in the usual ways, raw or in hexadecimals."""
    begins: dict[bytes, str] = {}
    for nik in niks:
        for guess in (nik.encode(), f"nik:{nik}".encode()):
            digests = [hashlib.new(kind, guess).digest() for kind in ("md5", "sha1", "sha256", "sha512")]
            digests += [hmac.digest(key, guess, "sha256") for key in (b"", b"nik", b"mobile-passport/lookup")]
            begins |= {begin: nik for digest in digests for begin in (digest[:WINDOW], digest.hex().encode()[:WINDOW])}
    windows = (dump[at : at + WINDOW] for at in range(len(dump) - WINDOW + 1))
    return len({begins[window] for window in windows if window in begins})
