"""Generated calls to every operation, by a planner and a coordinator: no 5xx, nothing undocumented, all as described.

A few calls for each operation and role; ``MP_CALLS`` asks for more.
"""

import os
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import one_of
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mobile_passport.domain.access import Role
from mobile_passport.services.world import World
from tests.accounts import account, bearer
from tests.apps import app_at
from tests.databases import Databases
from tests.mobile_passport.services.seasons import NOW, PUBLISHED, office_on

OF_VERIFIERS = {"reveal_nik"}
"""Operations that neither planners nor coordinators may use."""
CALLS = int(os.environ.get("MP_CALLS", "3"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="session")
def fuzzed(databases: Databases) -> Iterator[World]:
    """The season's office on a database that all calls share."""
    with office_on(databases.copy_of(PUBLISHED)) as opened:
        yield opened


@pytest.fixture(scope="session")
def fuzzed_app(fuzzed: World) -> FastAPI:
    """The app on it, with the clock of the season."""
    return app_at(fuzzed, lambda: NOW)


@pytest.fixture(scope="session")
def signed_in(fuzzed: World) -> dict[Role, dict[str, str]]:
    """Headers of each."""
    return {role: bearer(fuzzed, account(fuzzed, role)) for role in (Role.PLANNER, Role.COORDINATOR, Role.VERIFIER)}


def test_every_answer_is_as_described(fuzzed_app: FastAPI, signed_in: dict[Role, dict[str, str]]) -> None:
    wrong = []
    described = schemathesis.openapi.from_asgi("/openapi.json", fuzzed_app).include(path_regex="^/api/v1/")
    for found in described.get_all_operations():
        operation = found.ok()
        try:
            calls_of(operation, signed_in)()
        except (FailureGroup, Failure) as failure:
            wrong.append(f"{operation.label}: {failure}")
    assert not wrong, "\n\n".join(wrong)


def calls_of(operation: APIOperation, signed_in: dict[Role, dict[str, str]]) -> Callable[[], None]:
    """Make calls of one operation, valid and invalid ones, with a key of its own for each."""

    @settings(
        max_examples=CALLS,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)))
    def call(case: Case) -> None:
        for role, headers in signed_in.items():
            if (role is Role.VERIFIER) is not (operation.definition.raw["operationId"] in OF_VERIFIERS):
                continue
            sent = dict(headers)
            if "Idempotency-Key" in (case.headers or {}):
                sent["Idempotency-Key"] = uuid4().hex
            case.call_and_validate(headers=sent, checks=CHECKS)

    return call
