"""An office with a published small season and two organisations, for tests of the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2 as httpx
from fastapi.testclient import TestClient

from mobile_passport.domain.access import Caller, Role
from mobile_passport.domain.account import Organisation
from mobile_passport.services.world import World
from tests.accounts import account, bearer, organisation


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with an account, as a program."""

    client: TestClient
    caller: Caller
    headers: dict[str, str]

    def get(self, address: str, **query: Any) -> httpx.Response:
        """Read."""
        return self.client.get(address, params=query, headers=self.headers)

    def post(
        self, address: str, body: Any = None, *, key: str | None = None, seen: str | None = None
    ) -> httpx.Response:
        """Send with a key."""
        headers = self.headers | {"Idempotency-Key": key or uuid4().hex} | ({"If-Match": seen} if seen else {})
        return self.client.post(address, json=body, headers=headers)

    def change(self, method: str, address: str, body: Any, *, seen: str | None) -> httpx.Response:
        """Send with the revision that was seen."""
        headers = self.headers | ({"If-Match": seen} if seen else {})
        return self.client.request(method, address, json=body, headers=headers)


def somebody(client: TestClient, world: World, role: Role, of: Organisation | None = None) -> Person:
    """Make an account of a role with a token."""
    caller = account(world, role, organisation_id=of.id if of else None)
    return Person(client=client, caller=caller, headers=bearer(world, caller))


def coordinator(client: TestClient, world: World) -> Person:
    """Make a coordinator of a new organisation."""
    return somebody(client, world, Role.COORDINATOR, organisation(world))


def letter(number: int, *, people: Sequence[int] = (1,), **changes: Any) -> dict[str, Any]:
    """One letter as JSON; its number and those of its people make NIKs."""
    return {
        "external_reference": f"B-{number}/2026",
        "contact_name": "Budi Contoh",
        "contact_phone": "081234567890",
        "category": "hajj",
        "visit_kind": "collective",
        "place_text": "Desa Karangsono, Kec. Kanigoro",
        "people": [person(number, one) for one in people],
    } | changes


def person(number: int, one: int, **changes: Any) -> dict[str, Any]:
    """One invented person as JSON."""
    return {
        "name": "Siti Contoh",
        "nik": f"350501410160{number * 20 + one:04d}",
        "birth_date": "1960-01-01",
        "sex": "female",
        "phone": "081234567890",
        "passport_case": "new",
    } | changes
