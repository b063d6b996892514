"""The audit log from the command line: checkpoints, verification, export."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from mobile_passport.cli.surroundings import opened_world, settings
from mobile_passport.clock import utc_now
from mobile_passport.domain.refusal import NotFound
from mobile_passport.services.audit.audit_log import (
    Witness,
    describe_break,
    export_log,
    make_checkpoint,
    read_checkpoints,
    verify_export,
    verify_log,
)
from mobile_passport.services.audit.audit_witness import build_witness

ACTOR = "command-line"
EXIT_BROKEN = 1

_LOG, _ORDER = "audit.jsonl", "order.json"


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands as a group of their own."""
    group = typer.Typer(
        help="The audit log: checkpoints, verification, export, order of service.", no_args_is_help=True
    )
    for command in (checkpoint, verify, export, rank, key):
        group.command()(command)
    app.add_typer(group, name="audit")


def checkpoint(
    out: Annotated[Path | None, typer.Option(help="Folder to keep it in instead of MP_AUDIT_DIR.")] = None,
) -> None:
    """Sign where the log ends, and keep that outside the database."""
    witness = _witness(out)
    with opened_world() as world:
        made, path = make_checkpoint(world.database, world.kanim, witness, now=utc_now())
    typer.echo(made.text + f"Kept in {path}. Copy it to where no administrator of the database can write.")


def verify(
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint kept elsewhere; those of MP_AUDIT_DIR are read too.")
    ] = None,
    trusted_key: Annotated[
        str | None, typer.Option("--key", help="Public key that signed --checkpoint, if not this deployment's.")
    ] = None,
    exported: Annotated[
        Path | None,
        typer.Option("--export", help="Verify an exported audit.jsonl; no database is opened.", exists=True),
    ] = None,
) -> None:
    """Read the whole log and name the first record at which it is broken."""
    witness, office = _witness(None), settings().office
    given = read_checkpoints(checkpoint or (), trusted_key=trusted_key or witness.key.public)
    checkpoints = sorted((*witness.checkpoints(office), *given), key=lambda one: one.seq)
    if exported:
        with exported.open(encoding="utf-8") as lines:
            found = verify_export(lines, office, checkpoints)
    else:
        with opened_world() as world:
            found = verify_log(world.database, world.kanim, checkpoints)
    if found.broken:
        typer.echo(f"Broken: {describe_break(found.broken)}.", err=True)
        raise typer.Exit(EXIT_BROKEN)
    last = checkpoints[-1] if checkpoints else None
    typer.echo(f"Sound: {found.records} records, the last with hash {found.hash}.")
    if last is None:
        typer.echo("No checkpoint was given: a log recomputed from somewhere to its end would look the same.")
    else:
        typer.echo(
            f"{len(checkpoints)} checkpoints agree, the last of record {last.seq}, {last.at:%Y-%m-%d %H:%M} UTC."
        )
        if utc_now() - last.at > timedelta(hours=2):
            typer.echo("That is more than two hours ago. Is the worker running?")


def export(
    folder: Annotated[Path, typer.Argument(help="Folder for the files.", file_okay=False)],
    version: Annotated[
        int | None, typer.Option(help="Plan whose order is exported; by default the one that holds.")
    ] = None,
) -> None:
    """Write the log, and what a plan's order follows from, to a folder, to be verified anywhere by anybody."""
    from mobile_passport.services.audit.order_export import export_order, write_order_export

    folder.mkdir(parents=True, exist_ok=True)
    with opened_world() as world:
        count = export_log(world.database, world.kanim, folder / _LOG, actor=ACTOR, now=utc_now())
        typer.echo(f"{folder / _LOG}: {count} records; mobile-passport audit verify --export {folder / _LOG}")
        try:
            exported = export_order(world, version)
        except NotFound as none:
            typer.echo(f"No order of service: {none}")
            return
    (folder / _ORDER).write_text(write_order_export(exported), encoding="utf-8")
    typer.echo(f"{folder / _ORDER}: plan {exported.version}; mobile-passport audit rank --from {folder}")


def rank(
    source: Annotated[
        Path | None,
        typer.Option("--from", help="Folder of an export; no database is opened.", file_okay=False, exists=True),
    ] = None,
    version: Annotated[int | None, typer.Option(help="Plan to judge; by default the one that holds.")] = None,
) -> None:
    """Recompute the order of service and explain everybody who is served before somebody who ranks higher."""
    from mobile_passport.services.audit.audit_rank import audit_exported, audit_stored, describe_order

    if source:
        report = audit_exported(source / _ORDER, source / _LOG)
    else:
        with opened_world() as world:
            report = audit_stored(world, version)
    for line in describe_order(report):
        typer.echo(line)
    if not report.is_sound:
        raise typer.Exit(EXIT_BROKEN)


def key() -> None:
    """Print the public key that verifies this deployment's checkpoints; keep it where the log is judged."""
    typer.echo(_witness(None).key.public)


def _witness(folder: Path | None) -> Witness:
    witness = build_witness(settings())
    return Witness(folder=folder, key=witness.key) if folder else witness
