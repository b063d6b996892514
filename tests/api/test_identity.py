from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from api.errors import add_error_handlers
from api.identity import allowed
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Caller, Operation, Role
from mobile_passport.services.accounts.accounts import disable_account
from mobile_passport.services.rules.in_force import RulesInForce
from mobile_passport.services.world import World
from tests.accounts import account, bearer, browser


@pytest.fixture
def guarded(world: World) -> TestClient:
    """An app with one thing to read and one to change, both a planner's."""
    app = FastAPI()
    app.state.world = world
    app.state.rules = RulesInForce()

    @app.get("/thing")
    def read(caller: Annotated[Caller, Depends(allowed(Operation.PLANS_RUN))]) -> str:
        return caller.login

    @app.post("/thing")
    def change(caller: Annotated[Caller, Depends(allowed(Operation.PLANS_RUN))]) -> str:
        return caller.login

    add_error_handlers(app)
    return TestClient(app)


def test_nobody_is_asked_to_sign_in(guarded: TestClient) -> None:
    answer = guarded.get("/thing")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_a_token_acts_for_its_account(world: World, guarded: TestClient) -> None:
    planner = account(world, Role.PLANNER)
    assert guarded.get("/thing", headers=bearer(world, planner)).json() == planner.login
    assert guarded.post("/thing", headers=bearer(world, planner)).json() == planner.login


def test_a_browser_changes_things_only_with_proof_that_our_page_sent_it(world: World, guarded: TestClient) -> None:
    planner = account(world, Role.PLANNER)
    assert guarded.get("/thing", headers=browser(world, planner, csrf=False)).status_code == 200
    assert guarded.post("/thing", headers=browser(world, planner, csrf=False)).json()["code"] == "cross_site"
    assert guarded.post("/thing", headers=browser(world, planner)).status_code == 200


def test_another_role_is_told_that_it_may_not(world: World, guarded: TestClient) -> None:
    answer = guarded.get("/thing", headers=bearer(world, account(world, Role.AUDITOR)))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_who_is_disabled_is_out_at_once(world: World, guarded: TestClient) -> None:
    planner = account(world, Role.PLANNER)
    ways_in = (bearer(world, planner), browser(world, planner))
    disable_account(world, planner.login, actor="test", now=utc_now())
    assert [guarded.get("/thing", headers=way).status_code for way in ways_in] == [401, 401]
