"""Accounts with which the screens can be tried after the demo: one a role, each with a code that sets its password."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from mobile_passport.domain.access import Role
from mobile_passport.domain.account import Organisation
from mobile_passport.domain.request import AskerKind
from mobile_passport.services.accounts.accounts import Rights, add_account, list_accounts
from mobile_passport.services.accounts.organisations import add_organisation
from mobile_passport.services.world import World

ACTOR = "demo"
_REGENCY = "3504"
_ORGANISATION = "Kemenag Kab. Tulungagung"
_LOGINS: Mapping[str, Role] = {
    "koordinator": Role.COORDINATOR,
    "verifikator": Role.VERIFIER,
    "perencana": Role.PLANNER,
    "lapangan": Role.FIELD,
    "penyelia": Role.SUPERVISOR,
    "auditor": Role.AUDITOR,
    "privasi": Role.PRIVACY,
    "admin": Role.ADMIN,
}


def invite_everyone(world: World, file: Path, *, now: datetime) -> bool:
    """Make the accounts once and write their codes to a file; tell whether there was anything to make."""
    if list_accounts(world):
        return False
    organisation = add_organisation(
        world, kind=AskerKind.KEMENAG, name=_ORGANISATION, regency=_REGENCY, actor=ACTOR, now=now
    )
    invited = {
        login: add_account(world, login, _rights(role, organisation, world), display_name=login, actor=ACTOR, now=now)
        for login, role in _LOGINS.items()
    }
    lines = [f"{login:12} {_LOGINS[login].value:12} {one.secret.reveal()}" for login, one in invited.items()]
    until = min(one.expires_at for one in invited.values()).astimezone(world.rulebook.office.zone)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(
        f"Open {world.public_url}/undangan until {until:%d %b %Y %H.%M %Z}, enter a code and choose a password.\n"
        "A code works once; mobile-passport user reset LOGIN makes another one.\n\n" + "\n".join(lines) + "\n"
    )
    return True


def _rights(role: Role, organisation: Organisation, world: World) -> Rights:
    if role is Role.COORDINATOR:
        return Rights(role=role, organisation_id=organisation.id)
    if role is Role.FIELD:
        return Rights(role=role, team=world.rulebook.teams.teams[0].id)
    return Rights(role=role)
