"""Messages as the office watches and steers them: how the queue stands, whom to call, stop and start."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any

import typer

from mobile_passport.cli.surroundings import opened_world, settings
from mobile_passport.domain.secret import Secret, mask_name, mask_phone
from mobile_passport.messaging.desk import Desk
from mobile_passport.services.messages.conversations import by_telephone
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.messages.list_calls import list_calls
from mobile_passport.services.messages.list_team_calls import list_team_calls
from mobile_passport.services.messages.preview_messages import preview_messages
from mobile_passport.services.messages.steer_sender import (
    hold_sender,
    release_hold,
    start_sender,
    stop_sender,
)
from mobile_passport.services.messages.watch_messages import watch_messages

ACTOR = "command-line"

Unmasked = Annotated[bool, typer.Option("--unmasked", help="Names and numbers in full, for whoever makes the calls.")]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    messages = typer.Typer(help="How messages stand, whom to call, stop and start the sender.", no_args_is_help=True)
    for command in (preview, status, calls, stop, start, hold, release):
        messages.command()(command)
    app.add_typer(messages, name="messages")


def preview(
    registration: Annotated[
        bool,
        typer.Option("--registration", help="The wording with its gaps, for the operators and WhatsApp."),
    ] = False,
) -> None:
    """Show every kind of message on each channel: its text with sample values, its segments and what one costs."""
    with _desk() as desk:
        previews = preview_messages(desk)
    for one in previews:
        whatsapp = one.whatsapp
        if registration:
            typer.echo(f"{one.name} v{one.version}\n    SMS: {one.wording}")
            if whatsapp is not None:
                typer.echo(f"    WhatsApp: {whatsapp.wording}")
            continue
        typer.echo(f"{one.name} v{one.version}\n    SMS, {one.segments} segments, Rp{one.cost_rupiah:,}: {one.text}")
        if whatsapp is not None:
            switch = "on" if whatsapp.is_on else "off"
            typer.echo(f"    WhatsApp ({switch}), Rp{whatsapp.cost_rupiah:,}: {whatsapp.text}")


def status() -> None:
    """Say how the queue and the sender stand: backlog, unknown ends, spending, and deliveries by operator."""
    with _desk() as desk:
        watch = watch_messages(desk)
    for state, count in watch.by_state.items():
        typer.echo(f"{state:24} {count}")
    typer.echo(f"{'backlog_age_s':24} {watch.backlog_age_s}")
    for figures in (watch.backlog, watch.unknowns, watch.spending, watch.sender):
        for field in fields(figures):
            typer.echo(f"{field.name:24} {_shown(getattr(figures, field.name))}")
    for one in watch.deliveries:
        share = f"{one.delivered} of {one.accepted} delivered, {one.failed} failed"
        typer.echo(f"{one.operator or '(no operator)':24} {share}")


def calls(unmasked: Unmasked = False) -> None:
    """List which numbers a person has to call, most urgent first: about whom, why, and what to say."""
    with _desk() as desk:
        listed, teams, zone = by_telephone(list_calls(desk)), list_team_calls(desk), desk.office.zone
    for one in listed:
        number = one.number.reveal() if one.number else None
        phone = "no number" if number is None else number if unmasked else mask_phone(number)
        who = f"  contact {_shown_name(one.contact.name, unmasked)}" if one.contact else ""
        typer.echo(f"{phone}{who}  {' '.join(one.references)}")
        for topic in one.topics:
            for call in topic.calls:
                until = f"{call.urgent_until.astimezone(zone):%Y-%m-%d %H.%M}" if call.urgent_until else "-"
                about = _shown_name(call.name, unmasked) if call.applicant_id else "(the request)"
                typer.echo(f"    {until:16}  {about}  {call.reason}")
            if unmasked:
                typer.echo(f"        {topic.say.reveal()}")
    for team in teams:
        phone = team.phone.reveal()
        typer.echo(f"{team.day:%Y-%m-%d}        {team.team}  {phone if unmasked else mask_phone(phone)}  {team.reason}")
        if unmasked:
            typer.echo(f"    {team.say.reveal()}")
    typer.echo(f"{len(listed) + len(teams)} calls to make")


def _shown_name(name: Secret[str] | None, unmasked: bool) -> str:
    if name is None:
        return "(erased)"
    return name.reveal() if unmasked else mask_name(name.reveal())


def stop(reason: str) -> None:
    """Stop sending until `messages start`; what is under way is still settled."""
    with _desk() as desk:
        stop_sender(desk, reason=reason, actor=ACTOR)


def start() -> None:
    """Send again after a stop."""
    with _desk() as desk:
        start_sender(desk, actor=ACTOR)


def hold(backup_at: Annotated[datetime, typer.Argument(help="Moment of the restored backup, local time.")]) -> None:
    """After a restore, before any worker starts: look every message up at the provider before it may go."""
    with _desk() as desk:
        hold_sender(desk, backup_at=backup_at.replace(tzinfo=desk.office.zone), actor=ACTOR)


def release() -> None:
    """Send again without looking up: when the last message of the lost time has become useless."""
    with _desk() as desk:
        release_hold(desk, actor=ACTOR)


@contextmanager
def _desk() -> Iterator[Desk]:
    with opened_world() as world:
        yield build_desk(world, settings())


def _shown(value: Any) -> str:
    return "-" if value is None else str(value)
