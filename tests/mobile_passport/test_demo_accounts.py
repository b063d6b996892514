"""Whoever tried the demo can sign in as anybody; a second run invites nobody."""

from pathlib import Path

from mobile_passport.demo_accounts import invite_everyone
from mobile_passport.domain.access import Role
from mobile_passport.services.accounts.accounts import list_accounts
from mobile_passport.services.accounts.own_password import accept_invitation
from mobile_passport.services.world import World
from tests.mobile_passport.services.seasons import NOW
from tests.offices import surveyed

__all__ = ["surveyed"]


def test_every_role_gets_an_account_whose_code_sets_a_password(surveyed: World, tmp_path: Path) -> None:
    file = tmp_path / "out" / "accounts.txt"
    assert invite_everyone(surveyed, file, now=NOW)
    assert {account.role for account in list_accounts(surveyed)} == set(Role)
    assert file.stat().st_mode & 0o077 == 0
    code = next(line.split()[2] for line in file.read_text().splitlines() if line.startswith("perencana"))
    accept_invitation(surveyed, code, "kereta-api-pagi-hari", now=NOW)
    assert {account.login for account in list_accounts(surveyed) if account.has_password} == {"perencana"}


def test_a_second_run_leaves_accounts_and_file_alone(surveyed: World, tmp_path: Path) -> None:
    file = tmp_path / "accounts.txt"
    invite_everyone(surveyed, file, now=NOW)
    before = file.read_bytes()
    assert not invite_everyone(surveyed, file, now=NOW)
    assert file.read_bytes() == before
