"""Accounts and organisations from the command line. Nobody's password is ever typed here: people set their own."""

from datetime import datetime
from typing import Annotated

import typer

from mobile_passport.cli.surroundings import opened_world
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.domain.request import AskerKind
from mobile_passport.services.accounts.accounts import (
    Invited,
    Rights,
    add_account,
    disable_account,
    issue_token,
    list_accounts,
    reset_account,
    set_rights,
)
from mobile_passport.services.accounts.organisations import add_organisation, list_organisations, organisation_named
from mobile_passport.services.accounts.ways_in import end_sessions_of, revoke_token, tokens_of
from mobile_passport.services.world import World

ACTOR = "command-line"

RoleOption = Annotated[Role, typer.Option("--role", help="What the account is for.")]
OrganisationOption = Annotated[
    str | None, typer.Option("--organisation", help="Name of a registered organisation; a coordinator needs one.")
]
RegencyOption = Annotated[
    str | None, typer.Option("--regency", help="See only this regency, as 3505; a coordinator's is the organisation's.")
]
TeamOption = Annotated[str | None, typer.Option("--team", help="Team of a field account, as in teams.toml.")]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    users = typer.Typer(help="Who may sign in.", no_args_is_help=True)
    for command in (add, disable, reset, rights, token, tokens, sign_out):
        users.command()(command)
    users.command(name="revoke-token")(revoke_token_)
    users.command(name="list")(list_)
    app.add_typer(users, name="user")
    organisations = typer.Typer(help="Organisations whose coordinators sign in.", no_args_is_help=True)
    organisations.command(name="add")(add_organisation_)
    organisations.command(name="list")(list_organisations_)
    app.add_typer(organisations, name="organisation")


def add(
    login: str,
    role: RoleOption,
    name: Annotated[str, typer.Option("--name", help="Name of the person, for the office's lists.")] = "",
    organisation: OrganisationOption = None,
    regency: RegencyOption = None,
    team: TeamOption = None,
) -> None:
    """Make an account and print the code with which its owner sets a password, once."""
    with opened_world() as world:
        wanted = _rights(world, role, organisation, regency, team)
        _tell(world, add_account(world, login, wanted, display_name=name, actor=ACTOR, now=utc_now()))


def list_() -> None:
    """List accounts: login, role, how far they see, and what is missing."""
    with opened_world() as world:
        names = {organisation.id: organisation.name for organisation in list_organisations(world)}
        for account in list_accounts(world):
            reach = names.get(account.organisation_id) if account.organisation_id else account.team
            state = "closed" if not account.is_active else "" if account.has_password else "no password yet"
            second = "second factor" if account.has_second_factor else ""
            parts = (
                f"{account.login:24}",
                f"{account.role.value:12}",
                account.regency or "",
                reach or "",
                second,
                state,
            )
            typer.echo("  ".join(part for part in parts if part))


def disable(login: str) -> None:
    """Close an account; whoever is signed in with it is out at once, and so are its programs."""
    with opened_world() as world:
        disable_account(world, login, actor=ACTOR, now=utc_now())
    typer.echo(f"{login} is closed")


def reset(login: str) -> None:
    """Open an account again without password and second factor, and print a code as for a new one."""
    with opened_world() as world:
        _tell(world, reset_account(world, login, actor=ACTOR, now=utc_now()))


def rights(
    login: str,
    role: RoleOption,
    organisation: OrganisationOption = None,
    regency: RegencyOption = None,
    team: TeamOption = None,
) -> None:
    """Give an account another role or reach; it has to sign in again."""
    with opened_world() as world:
        wanted = _rights(world, role, organisation, regency, team)
        account = set_rights(world, login, wanted, actor=ACTOR, now=utc_now())
    typer.echo(f"{account.login} is {account.role.value}")


def token(
    login: str,
    label: Annotated[str, typer.Option(help="What the token is for.")],
    days: Annotated[int | None, typer.Option(min=1, max=366, help="How long it lives.")] = None,
) -> None:
    """Print a token with which a program acts for an account; it is shown only now."""
    with opened_world() as world:
        typer.echo(issue_token(world, login, label=label, days=days, actor=ACTOR, now=utc_now()).reveal())


def tokens(login: str) -> None:
    """List the tokens of an account: how the SHA-256 of each begins, until when it can be used, what it is for."""
    with opened_world() as world:
        zone = world.rulebook.office.zone
        for one in tokens_of(world, login, now=utc_now()):
            typer.echo(f"{one.prefix}  until {one.expires_at.astimezone(zone):%Y-%m-%d}  {one.label}")


def revoke_token_(
    login: str,
    prefix: Annotated[str, typer.Argument(help="How its SHA-256 begins: printf %s TOKEN | sha256sum")],
) -> None:
    """End one token of an account; whatever program uses it is out at once."""
    with opened_world() as world:
        label = revoke_token(world, login, prefix, actor=ACTOR, now=utc_now())
    typer.echo(f"the token for {label} is revoked")


def sign_out(login: str) -> None:
    """Sign somebody out of every browser; the account and its tokens stay."""
    with opened_world() as world:
        ended = end_sessions_of(world, login, actor=ACTOR, now=utc_now())
    typer.echo(f"{ended} sessions of {login} ended")


def add_organisation_(
    name: str,
    kind: Annotated[AskerKind, typer.Option("--kind", help="As of the asker of a request.")],
    regency: Annotated[str, typer.Option("--regency", help="Where it works, as 3505.")],
) -> None:
    """Register an organisation."""
    with opened_world() as world:
        made = add_organisation(world, kind=kind, name=name, regency=regency, actor=ACTOR, now=utc_now())
    typer.echo(f"{made.name} is registered")


def list_organisations_() -> None:
    """List organisations."""
    with opened_world() as world:
        for organisation in list_organisations(world):
            closed = "" if organisation.is_active else "  closed"
            typer.echo(f"{organisation.kind.value:14}  {organisation.regency}  {organisation.name}{closed}")


def _rights(world: World, role: Role, organisation: str | None, regency: str | None, team: str | None) -> Rights:
    owner = organisation_named(world, organisation).id if organisation else None
    return Rights(role=role, organisation_id=owner, regency=regency, team=team)


def _tell(world: World, invited: Invited) -> None:
    until: datetime = invited.expires_at.astimezone(world.rulebook.office.zone)
    typer.echo(f"Open {world.public_url}/undangan until {until:%Y-%m-%d %H.%M} and enter this code:")
    typer.echo(invited.secret.reveal())
