"""Accounts for tests: somebody of a role, signed in as a program or as a browser, without going through the pages."""

from datetime import timedelta
from uuid import UUID, uuid4

from api.cookies import cookie_name
from api.csrf import HEADER, csrf_token
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Caller, Role
from mobile_passport.domain.account import Organisation, SessionStage
from mobile_passport.domain.request import AskerKind
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.accounts.accounts import Accounts
from mobile_passport.persistence.accounts.sessions import Sessions
from mobile_passport.services.accounts.accounts import issue_token
from mobile_passport.services.accounts.organisations import add_organisation
from mobile_passport.services.world import World

REGENCY = "3505"
TEAM = "unit-1"


def organisation(world: World, name: str | None = None, *, regency: str = REGENCY) -> Organisation:
    """Register an organisation of a new name."""
    name = name or f"KBIHU {uuid4().hex[:8]}"
    return add_organisation(world, kind=AskerKind.KBIHU, name=name, regency=regency, actor="test", now=utc_now())


def account(
    world: World,
    role: Role,
    *,
    organisation_id: UUID | None = None,
    regency: str | None = None,
    team: str | None = None,
) -> Caller:
    """Make an account of a role; a coordinator gets an organisation and a field account a team if none is given."""
    if role is Role.COORDINATOR:
        organisation_id = organisation_id or organisation(world).id
        regency = regency or REGENCY
    if role is Role.FIELD:
        team = team or TEAM
    with world.database.transaction() as session:
        added = Accounts(session, world.vault, world.kanim).add(
            f"{role.value}-{uuid4().hex[:8]}",
            display_name=Secret("Orang Uji"),
            role=role,
            organisation_id=organisation_id,
            regency=regency,
            team=team,
            now=utc_now(),
        )
    return added.caller


def bearer(world: World, caller: Caller) -> dict[str, str]:
    """Return headers with an API token of an account."""
    token = issue_token(world, caller.login, label="test", days=1, actor="test", now=utc_now())
    return {"Authorization": f"Bearer {token.reveal()}"}


def browser(world: World, caller: Caller, *, csrf: bool = True) -> dict[str, str]:
    """Return headers of a browser that is signed in completely, with the CSRF token unless told otherwise."""
    now = utc_now()
    with world.database.transaction() as session:
        token = Sessions(session, world.kanim).open(
            caller.account_id,
            stage=SessionStage.COMPLETE,
            device="computer",
            now=now,
            expires_at=now + timedelta(hours=1),
        )
    headers = {"Cookie": f"{cookie_name(world.public_url)}={token.reveal()}"}
    return headers | ({HEADER: csrf_token(token.reveal())} if csrf else {})
