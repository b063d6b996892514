from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
from typer.testing import CliRunner, Result

from mobile_passport.cli.app import app
from mobile_passport.cli.surroundings import opened_world, settings
from mobile_passport.clock import utc_now
from mobile_passport.domain.refusal import Conflict, NotFound, NotSignedIn, Refusal
from mobile_passport.services.accounts.own_password import accept_invitation
from mobile_passport.services.accounts.sessions import caller_of_session, caller_of_token
from tests.accounts import browser
from tests.databases import MIGRATED, Filling

PASSWORD = "kuda lari sawah hijau"


@pytest.fixture(autouse=True)
def office(copy_of: Callable[[Filling], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An office without accounts."""
    monkeypatch.setenv("MP_DATABASE_URL", copy_of(MIGRATED))
    monkeypatch.setenv("MP_ARGON2_MEMORY_KIB", "32")
    monkeypatch.setenv("MP_ARGON2_TIME_COST", "1")
    settings.cache_clear()
    yield
    settings.cache_clear()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_the_first_administrator_is_made_by_a_command_and_sets_the_own_password() -> None:
    made = run("user", "add", "Siti.Admin", "--role", "admin", "--name", "Siti Contoh")
    place, code = made.output.splitlines()
    assert "/undangan until" in place
    assert "no password yet" in run("user", "list").output
    with opened_world() as world:
        assert accept_invitation(world, code, PASSWORD, now=utc_now()) == "siti.admin"
    listed = run("user", "list").output
    assert "siti.admin" in listed
    assert "no password yet" not in listed


def test_a_coordinator_belongs_to_a_registered_organisation() -> None:
    assert run("organisation", "add", "KBIHU Contoh", "--kind", "kbihu", "--regency", "3505").exit_code == 0
    assert run("user", "add", "budi", "--role", "coordinator", "--organisation", "KBIHU Contoh").exit_code == 0
    assert "KBIHU Contoh" in run("user", "list").output
    assert "KBIHU Contoh" in run("organisation", "list").output


REFUSED = (
    ("user", "add", "budi", "--role", "coordinator"),
    ("user", "add", "budi", "--role", "coordinator", "--organisation", "Yang Tidak Ada"),
    ("user", "add", "unit", "--role", "field"),
    ("user", "add", "unit", "--role", "field", "--team", "unit-99"),
    ("user", "add", "budi", "--role", "verifier", "--regency", "9999"),
    ("user", "add", "b", "--role", "planner"),
    ("user", "disable", "siapa"),
    ("organisation", "add", "KBIHU Contoh", "--kind", "kbihu", "--regency", "9999"),
)


def test_what_does_not_fit_together_is_refused() -> None:
    for arguments in REFUSED:
        assert isinstance(run(*arguments).exception, Refusal), arguments
    assert run("user", "list").output == ""


def test_a_token_acts_until_the_account_gets_other_rights() -> None:
    run("user", "add", "rencana", "--role", "planner")
    token = run("user", "token", "rencana", "--label", "test").output.strip()
    with opened_world() as world:
        assert caller_of_token(world, token, now=utc_now()).login == "rencana"
        assert run("user", "rights", "rencana", "--role", "auditor").output == "rencana is auditor\n"
        with pytest.raises(NotSignedIn):
            caller_of_token(world, token, now=utc_now())


def test_a_token_that_was_found_somewhere_is_told_by_its_digest_and_revoked_alone() -> None:
    run("user", "add", "rencana", "--role", "planner")
    kept, found = (run("user", "token", "rencana", "--label", label).output.strip() for label in ("laporan", "peta"))
    begins = sha256(found.encode()).hexdigest()[:8]
    listed = run("user", "tokens", "rencana").output.splitlines()
    assert [line.split()[-1] for line in listed] == ["peta", "laporan"]
    assert listed[0].startswith(begins)
    assert isinstance(run("user", "revoke-token", "rencana", "").exception, Conflict)
    assert isinstance(run("user", "revoke-token", "rencana", "zzzz").exception, NotFound)
    assert run("user", "revoke-token", "rencana", begins).output == "the token for peta is revoked\n"
    with opened_world() as world:
        assert caller_of_token(world, kept, now=utc_now()).login == "rencana"
        with pytest.raises(NotSignedIn):
            caller_of_token(world, found, now=utc_now())
    assert run("user", "tokens", "rencana").output.count("\n") == 1


def test_somebody_is_signed_out_everywhere_and_the_tokens_stay() -> None:
    run("user", "add", "rencana", "--role", "planner")
    token = run("user", "token", "rencana", "--label", "test").output.strip()
    with opened_world() as world:
        caller = caller_of_token(world, token, now=utc_now())
        own = browser(world, caller)["Cookie"].partition("=")[2]
        assert run("user", "sign-out", "rencana").output == "1 sessions of rencana ended\n"
        with pytest.raises(NotSignedIn):
            caller_of_session(world, own, now=utc_now())
        assert caller_of_token(world, token, now=utc_now()) == caller
