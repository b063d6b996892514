"""What persons ask about their own data, from the command line. A NIK is typed, never given as an argument."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from mobile_passport.cli.surroundings import opened_world
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Caller, Role, Scope
from mobile_passport.domain.nik import NikFault, read_nik
from mobile_passport.domain.person import Need
from mobile_passport.domain.phone import PhoneFault, normalise_phone
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.subject import CaseKind, CaseOutcome, Correction
from mobile_passport.services.privacy.forget_copies import count_copies
from mobile_passport.services.privacy.replay_erasures import list_erased, replay_erasures
from mobile_passport.services.privacy.retention import list_due
from mobile_passport.services.privacy.subjects import (
    close_case,
    correct_person,
    erase_subject,
    export_person,
    list_cases,
    open_case,
    open_contact_case,
)
from mobile_passport.services.world import World

LOGIN = "command-line"
EXIT_UNFINISHED = 1
EXIT_WRONG = 2

Case = Annotated[int, typer.Argument(help="Number of the case.")]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands as a group of their own."""
    group = typer.Typer(help="What persons ask about their own data; each within 3 x 24 hours.", no_args_is_help=True)
    group.command("open")(open_)
    group.command("list")(list_)
    for command in (export, correct, erase, close, due, export_erasures, replay):
        group.command()(command)
    app.add_typer(group, name="subjects")


def open_(
    kind: CaseKind,
    contact: Annotated[
        str | None, typer.Option(help="The person is the contact of the request with this reference.")
    ] = None,
) -> None:
    """Write down what a person asks. Their NIK is read from standard input."""
    with _world() as (world, caller):
        if contact is not None:
            case = open_contact_case(world, kind, contact, caller=caller, now=utc_now())
        else:
            case = open_case(world, kind, _read_nik(), caller=caller, now=utc_now())
        zone = world.rulebook.office.zone
    held = "" if case.subject_id else "  Nothing is held about this person: tell them, then close it with nothing_held."
    typer.echo(f"Case {case.number}, to be answered by {case.due_at.astimezone(zone):%Y-%m-%d %H.%M %Z}.{held}")


def list_(
    closed: Annotated[bool, typer.Option("--closed", help="Those that were answered.")] = False,
) -> None:
    """List cases, the earliest due first; late ones are marked."""
    now = utc_now()
    with _world() as (world, caller):
        cases = list_cases(world, is_open=not closed, caller=caller)
        copies = count_copies(world, caller=caller)
        zone = world.rulebook.office.zone
    for case in cases:
        late = "  OVERDUE" if case.is_overdue(now) else ""
        outcome = case.outcome.value if case.outcome else "open"
        due_at = f"{case.due_at.astimezone(zone):%Y-%m-%d %H.%M}"
        typer.echo(f"{case.number:5}  {case.kind.value:10}  due {due_at}  {outcome}{late}")
    if copies:
        typer.echo(f"{copies} messages to people who were erased are still with the provider; the worker asks again.")
    overdue = sum(case.is_overdue(now) for case in cases)
    typer.echo(f"{len(cases)} cases, {overdue} of them late")


def export(
    case: Case, out: Annotated[Path, typer.Option(help="File for the JSON; only its owner may read it.")]
) -> None:
    """Write everything that is held about the person of a case to a file, for them alone."""
    with _world() as (world, caller):
        document = export_person(world, case, caller=caller, now=utc_now())
    out.touch(mode=0o600)
    out.write_text(document, encoding="utf-8")
    typer.echo(f"{out}: hand it over, delete it, then close case {case} with exported.")


def correct(
    case: Case,
    name: Annotated[bool, typer.Option("--name", help="Read a name.")] = False,
    birth_date: Annotated[bool, typer.Option("--birth-date", help="Read a date: 1960-01-31.")] = False,
    phone: Annotated[bool, typer.Option("--phone", help="Read a mobile number.")] = False,
    needs: Annotated[bool, typer.Option("--needs", help="Read needs, separated by commas; none for none.")] = False,
) -> None:
    """Correct the data of the person of a case. The right values are read from standard input, in the order above."""
    correction = Correction(
        name=Secret(_ask("Name")) if name else None,
        birth_date=_parsed(date.fromisoformat, _ask("Birth date")) if birth_date else None,
        phone=_read_phone() if phone else None,
        needs=frozenset(_parsed(_needs, _ask("Needs"))) if needs else None,
    )
    with _world() as (world, caller):
        written = correct_person(world, case, correction, caller=caller, now=utc_now())
    typer.echo(f"Corrected; {written.messages} new messages. Tell the person, then close case {case} with corrected.")


def erase(case: Case) -> None:
    """Erase the person of a case: booking and messages are taken back, and the data is destroyed for good."""
    with _world() as (world, caller):
        erase_subject(world, case, caller=caller, now=utc_now())
    typer.echo(f"Erased. Case {case} is closed.")


def close(case: Case, outcome: CaseOutcome) -> None:
    """Say that the person of a case was answered, and how."""
    with _world() as (world, caller):
        close_case(world, case, outcome, caller=caller, now=utc_now())
    typer.echo(f"Case {case} is closed.")


def due() -> None:
    """List whose data the worker will erase tonight because it was kept long enough. Changes nothing."""
    with opened_world() as world:
        people = list_due(world, now=utc_now())
    for person in people:
        what = "served" if person.was_served else "not served"
        typer.echo(f"{person.subject_id}  {what} until {person.closed_date}, to be erased on {person.erase_date}")
    typer.echo(f"{len(people)} people")


def export_erasures(
    out: Annotated[Path, typer.Option(help="File of identifiers, kept apart from the backups; it only grows.")],
) -> None:
    """Note who was erased, so that a backup that is restored can forget them again."""
    before = _read_subjects(out) if out.exists() else ()
    with opened_world() as world:
        everybody = dict.fromkeys((*before, *list_erased(world)))
    new = out.with_name(f"{out.name}.new")
    new.write_text("".join(f"{subject}\n" for subject in everybody), encoding="utf-8")
    new.replace(out)
    typer.echo(f"{out}: {len(everybody)} erased, {len(everybody) - len(before)} of them new")


def replay(
    from_: Annotated[Path, typer.Option("--from", exists=True, help="What export-erasures wrote.")],
) -> None:
    """Erase again whom a restored backup still knows. Doing it twice changes nothing more."""
    subjects = _read_subjects(from_)
    with opened_world() as world:
        replayed = replay_erasures(world, subjects, actor=LOGIN, now=utc_now())
    typer.echo(f"{replayed.erased} erased again, {replayed.gone} not known or erased already")
    if replayed.waiting:
        typer.echo(
            f"{replayed.waiting} wait for a message that is being sent; run this again in half an hour", err=True
        )
        raise typer.Exit(EXIT_UNFINISHED)


def _read_subjects(file: Path) -> tuple[UUID, ...]:
    try:
        return tuple(map(UUID, file.read_text(encoding="utf-8").split()))
    except ValueError as error:
        raise _wrong(f"{file} is no list of identifiers; nothing was changed.") from error


@contextmanager
def _world() -> Iterator[tuple[World, Caller]]:
    """Whoever has the secret and the database may do this; the record says that it was done from a command line."""
    with opened_world() as world:
        yield (
            world,
            Caller(account_id=UUID(int=0), login=LOGIN, role=Role.PRIVACY, scope=Scope(kanim=world.kanim)),
        )


def _read_nik() -> Secret[str]:
    text = "".join(_ask("NIK").split())
    if isinstance(read_nik(text), NikFault):
        raise _wrong("That is no NIK: it has 16 digits, with a date in the middle.")
    return Secret(text)


def _read_phone() -> Secret[str]:
    phone = normalise_phone(_ask("Phone"))
    if isinstance(phone, PhoneFault):
        raise _wrong(f"That is no number for SMS: {phone.value}.")
    return phone


def _needs(text: str) -> list[Need]:
    return [Need(code.strip()) for code in text.split(",") if code.strip() != "none"]


def _parsed[T](read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise _wrong("That value cannot be read; nothing was changed.") from error


def _ask(what: str) -> str:
    answer: str = typer.prompt(what, hide_input=sys.stdin.isatty())
    return answer.strip()


def _wrong(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(EXIT_WRONG)
