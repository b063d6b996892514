"""Every route, every role: generated from the app, so that a new route is judged the day it is added."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from api.app import create_app
from api.csrf import HEADER, SAFE_METHODS
from api.identity import Allowed
from mobile_passport.domain.access import Caller, Operation, Role, may
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.accounts import account, bearer, browser

PUBLIC = {
    "GET /healthz",
    "GET /readyz",
    "GET /api/v1/plans/current",
    "GET /",
    "GET /layanan",
    "GET /urutan",
    "GET /peta.svg",
    "GET /peta/dasar.svg",
    "GET /rencana.ics",
    "GET /bahasa/{language}",
    "GET /favicon.ico",
    "GET /lapangan",
    "GET /lapangan/sw.js",
    "GET /lapangan/manifest.webmanifest",
}
"""Shows what is published, and nothing about anybody."""
OTHERWISE_PROVED = {
    "GET /metrics": "this machine, or a token",
    "POST /hooks/twilio/{token}": "signature of the provider",
    "GET /masuk": "nobody yet",
    "POST /masuk": "password",
    "GET /masuk/kode": "session of the password",
    "POST /masuk/kode": "second factor",
    "GET /masuk/kantor": "nobody yet",
    "GET /masuk/kantor/kembali": "the office's sign-in service",
    "GET /undangan": "nobody yet",
    "POST /undangan": "invitation",
    "POST /keluar": "the session that ends",
    **dict.fromkeys(
        (
            "GET /j/{token}",
            "GET /j/{token}/pindah",
            "GET /j/{token}/tidak-bisa",
            "GET /j/{token}/bukan-saya",
            "GET /j/{token}/jadwal.ics",
            "POST /j/{token}/datang",
            "POST /j/{token}/pindah",
            "POST /j/{token}/tidak-bisa",
            "POST /j/{token}/sms",
            "POST /j/{token}/bukan-saya",
        ),
        "token of a link",
    ),
    "GET /akun": "own session",
    "POST /akun/sesi/lain": "own session",
    "POST /akun/sesi/{session}": "own session",
    "GET /akun/sandi": "own session",
    "GET /isian/{form}": "own session, and a form of the same account",
    "POST /akun/sandi": "own session and old password",
}
"""Asks for something else than a role: what proves who it is."""
_PARAMETERS = {"day": "2026-12-01", "version": "1", "paper": "ktp", "reference": "BLI-2026-0001", "code": "3505110003"}


@dataclass(frozen=True)
class Door:
    """One method of one route, and the operation that it is."""

    method: str
    path: str
    operation: Operation | None

    @property
    def name(self) -> str:
        """As in the lists above."""
        return f"{self.method} {self.path}"

    @property
    def address(self) -> str:
        """The path with something in it that does not exist."""
        return re.sub(r"\{(\w+)\}", lambda found: _PARAMETERS.get(found[1], str(uuid4())), self.path)


@pytest.fixture(scope="module")
def app(world: World) -> FastAPI:
    """The whole app."""
    return create_app(world, build_desk(world, Settings()))


@pytest.fixture(scope="module")
def doors(app: FastAPI) -> tuple[Door, ...]:
    """Everything that can be asked of it."""
    return tuple(
        Door(method, route.path, _operation(route.dependant))
        for route in routes_of(app.routes)
        for method in sorted(route.methods - {"HEAD"})
    )


@pytest.fixture(scope="module")
def staff(world: World) -> dict[Role, Caller]:
    """Somebody of every role."""
    return {role: account(world, role) for role in Role}


def routes_of(routes: list) -> Iterator[APIRoute]:  # type: ignore[type-arg]
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes)


def _operation(dependant: Dependant) -> Operation | None:
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Allowed):
            return dependency.call.operation
        if found := _operation(dependency):
            return found
    return None


def test_every_route_names_its_operation_or_is_known_to_need_none(doors: tuple[Door, ...]) -> None:
    without = {door.name for door in doors if door.operation is None}
    assert without == PUBLIC | OTHERWISE_PROVED.keys()
    assert len(doors) - len(without) > 40, "the walk finds the routes"


def test_nobody_gets_in_without_signing_in(app: FastAPI, doors: tuple[Door, ...]) -> None:
    client = TestClient(app)
    guarded = [door for door in doors if door.operation]
    answers = {door.name: client.request(door.method, door.address).status_code for door in guarded}
    assert answers == {door.name: 401 for door in guarded}


@pytest.mark.parametrize("role", Role)
def test_a_role_gets_in_exactly_where_the_table_says(
    world: World, app: FastAPI, doors: tuple[Door, ...], staff: dict[Role, Caller], role: Role
) -> None:
    client = TestClient(app, headers=bearer(world, staff[role]))
    for door in doors:
        if door.operation is None:
            continue
        answer = client.request(door.method, door.address)
        is_refused = answer.status_code == 403 and answer.json()["code"] == "forbidden"
        assert is_refused is not may(role, door.operation), f"{role} at {door.name}: {answer.status_code}"
        assert answer.status_code not in (401, 500), f"{role} at {door.name}"


def test_no_change_is_taken_from_a_browser_without_proof_of_its_origin(
    world: World, app: FastAPI, doors: tuple[Door, ...], staff: dict[Role, Caller]
) -> None:
    cookies = {role: browser(world, caller, csrf=False) for role, caller in staff.items()}
    changing = [door for door in doors if door.method not in SAFE_METHODS and "hooks" not in door.path]
    assert len(changing) > 20
    client = TestClient(app)
    for door in changing:
        role = next(role for role in Role if door.operation is None or may(role, door.operation))
        for proof in ({}, {HEADER: ""}, {HEADER: "0" * 64}):
            answer = client.request(door.method, door.address, headers=cookies[role] | proof)
            assert (answer.status_code, answer.json()["code"]) == (403, "cross_site"), door.name


def test_every_role_may_do_something_and_every_operation_somebody_does() -> None:
    assert all(any(may(role, operation) for operation in Operation) for role in Role)
    assert all(any(may(role, operation) for role in Role) for operation in Operation)
