"""A client generated from /openapi.json does the main work of the service, and whoever writes it reads no code of ours.

What the test knows besides is what the description says in words: an ETag that was read goes into If-Match as it is,
and a POST takes a key of one's own choice.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from api.app import create_app
from mobile_passport.domain.access import Caller
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.plans.run_planning import make_next_plan
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.accounts import bearer
from tests.api.resources.office import Person
from tests.api.resources.test_plans import second_draft
from tests.mobile_passport.services.seasons import NOW, shipped

PACKAGE = "generated_client"
LIST = (
    "Nomor Surat,Jenis Lembaga,Nama Lembaga,Nama Penanggung Jawab,HP Penanggung Jawab,Keperluan,Jenis Kunjungan,"
    "Lokasi,Nama,NIK,Tanggal Lahir,Jenis Kelamin,No HP,Jenis Paspor\n"
    '"7/2026",KBIHU,Siapa Saja,Budi,081234567890,Haji,Bersama,"Desa Karangsono, Kec. Kanigoro",'
    "Siti,3505014101600777,01-01-1960,P,,Baru\n"
)


class InProcess(httpx.BaseTransport):
    """Carries what the client sends to the app, and back."""

    def __init__(self, app: FastAPI) -> None:
        self._app = TestClient(app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Take one request there."""
        headers = dict(request.headers) | {"accept-encoding": "identity"}
        answer = self._app.request(request.method, str(request.url), headers=headers, content=request.read())
        return httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)


@dataclass(frozen=True)
class Program:
    """A program of somebody with an API token."""

    app: FastAPI
    token: str

    def call(self, operation: str, *path: Any, **sent: Any) -> Any:
        """Call an operation, ``tag.name``, of the generated client."""
        signed_in = import_module(f"{PACKAGE}.client").AuthenticatedClient(
            base_url="http://testserver",
            token=self.token,
            raise_on_unexpected_status=True,
            httpx_args={"transport": InProcess(self.app)},
        )
        return import_module(f"{PACKAGE}.api.{operation}").sync_detailed(*path, client=signed_in, **sent)


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The models of the client, made from the description with nothing to warn of."""
    app = create_app(shipped(), build_desk(shipped(), Settings()))
    folder = tmp_path_factory.mktemp("generated")
    description = folder / "openapi.json"
    description.write_text(json.dumps(app.openapi()), encoding="utf-8")
    config = Config.from_sources(
        ConfigFile(post_hooks=[]), MetaType.NONE, description, "utf-8", overwrite=False, output_path=folder / PACKAGE
    )
    assert [(found.header, found.detail) for found in generate(config=config)] == []
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(folder)
        yield import_module(f"{PACKAGE}.models")
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def program(app: FastAPI, world: World, caller: Caller) -> Program:
    """Sign a program in."""
    return Program(app, bearer(world, caller)["Authorization"].removeprefix("Bearer "))


def key() -> str:
    """A key of one's own choice."""
    return uuid4().hex


def letter(models: Any) -> Any:
    """A letter with one person who can be served and one who cannot."""
    people = [
        models.PersonIn(
            name="Siti Contoh",
            nik=f"350501410160000{number}",
            birth_date=date(1960, 1, 1),
            sex=models.Sex.FEMALE,
            passport_case=case,
        )
        for number, case in enumerate((models.PassportCase.NEW, models.PassportCase.LOST), start=1)
    ]
    return models.RequestIn(
        external_reference="B-1/2026",
        contact_name="Budi Contoh",
        contact_phone="081234567890",
        category=models.Category.HAJJ,
        visit_kind=models.VisitKind.COLLECTIVE,
        place_text="Desa Karangsono, Kec. Kanigoro",
        people=people,
    )


def test_an_organisation_hands_in_people_and_a_file_and_reads_who_can_be_served(
    generated: Any, app: FastAPI, season: World, kbihu: Person
) -> None:
    mine = program(app, season, kbihu.caller)
    handed_in = mine.call("requests.hand_in_request", body=letter(generated), idempotency_key=key())
    (reference,) = handed_in.parsed.references
    people = mine.call("people.list_people", reference).parsed
    ready = [mine.call("people.read_readiness", one.id).parsed for one in people.items]
    assert [one.is_eligible for one in ready] == [True, False]
    assert (ready[0].papers, ready[1].office_reason) != ([], None)
    assert isinstance(people.items[0], generated.PersonInClear)

    as_file = generated_file(LIST)
    taken = mine.call("requests.hand_in_file", body=as_file, filename="daftar.csv", idempotency_key=key()).parsed
    assert (taken.requests, taken.people) == (1, 1)
    listed = mine.call("requests.list_requests", limit=1).parsed
    rest = mine.call("requests.list_requests", cursor=listed.next_).parsed
    assert {one.reference for one in (*listed.items, *rest.items)} == {reference, *taken.references}
    days = mine.call("bookings.list_days", from_=date(2026, 12, 1), to=date(2026, 12, 7)).parsed
    assert len(days) == 7


def test_a_planner_asks_for_a_plan_reads_it_and_makes_it_hold(
    generated: Any, app: FastAPI, season: World, planner: Person
) -> None:
    mine = program(app, season, planner.caller)
    second_draft(season)
    asked = mine.call("planning_runs.ask_for_plan", body=generated.RunIn(time_limit_s=1), idempotency_key=key())
    assert asked.parsed.state is generated.RunState.QUEUED
    make_next_plan(season, clock=lambda: NOW)
    run = mine.call("planning_runs.read_planning_run", asked.parsed.id).parsed
    assert run.state is generated.RunState.FINISHED
    draft = mine.call("plans.read_plan", run.plan_version).parsed
    assert draft.version == run.plan_version
    seen = mine.call("plans.read_publication").headers["ETag"]
    published = mine.call("plans.publish_plan", draft.version, if_match=seen, idempotency_key=key())
    assert published.parsed.promised > 0
    visits = mine.call("plans.list_visits", "current").parsed
    slots = mine.call("plans.list_slots", draft.version, limit=3).parsed
    assert (visits.plan_version, slots.plan_version, len(slots.items)) == (draft.version, draft.version, 3)
    assert {one.visit for one in slots.items} <= {one.visit for one in visits.items}


def test_what_is_refused_comes_as_a_problem_with_its_code(
    generated: Any, app: FastAPI, season: World, kbihu: Person, planner: Person
) -> None:
    theirs, mine = program(app, season, kbihu.caller), program(app, season, planner.caller)
    wrong = letter(generated)
    wrong.people[0].nik = "35"
    refusals = (
        theirs.call("requests.hand_in_request", body=wrong, idempotency_key=key()),
        theirs.call("plans.publish_plan", 1, if_match='"1"', idempotency_key=key()),
        theirs.call("people.read_person", uuid4()),
        mine.call("plans.publish_plan", 1, if_match='"1"', idempotency_key=key()),
        mine.call("plans.publish_plan", second_draft(season), if_match='"7"', idempotency_key=key()),
        Program(app, "unknown").call("requests.list_requests"),
    )
    assert all(isinstance(answer.parsed, generated.Problem) for answer in refusals)
    assert [(answer.parsed.status, answer.parsed.code) for answer in refusals] == [
        (422, "refused_list"),
        (403, "forbidden"),
        (404, "not_found"),
        (409, "not_publishable"),
        (412, "published_by_other"),
        (401, "not_signed_in"),
    ]
    assert refusals[0].parsed.issues[0].where == [1, "nik"]


def test_a_table_comes_as_text_and_a_workbook_as_its_bytes(
    generated: Any, app: FastAPI, season: World, planner: Person
) -> None:
    mine = program(app, season, planner.caller)
    purpose = generated.ExportPurpose.REPORTING
    table = mine.call("exports.export_slots", version=1, format_=generated.ExportSlotsFormat.CSV, purpose=purpose)
    book = mine.call("exports.export_slots", version=1, format_=generated.ExportSlotsFormat.XLSX, purpose=purpose)
    assert "slot_at" in table.parsed.partition("\n")[0]
    assert book.content.startswith(b"PK")


def generated_file(text: str) -> Any:
    """A file as the generated client sends it."""
    return import_module(f"{PACKAGE}.types").File(payload=BytesIO(text.encode()))
