"""The optimizer as files in, files out: solve, check, gather. Formats are described in README."""

from pathlib import Path
from typing import Annotated

import typer

from optimizer.check import check as check_plan
from optimizer.gathering import GatherParams, read_gathering_problem, write_clusters
from optimizer.gathering import gather as gather_groups
from optimizer.solve import SolveParams, warm_up
from optimizer.solve import solve as solve_problem
from optimizer.validate import InvalidProblem
from optimizer.wire import read_plan, read_problem, write_plan

EXIT_VIOLATIONS = 1
EXIT_INVALID = 2

TimeLimit = Annotated[float, typer.Option(help="Seconds of wall-clock time.", min=0.1)]
Seed = Annotated[int, typer.Option(help="Same seed, same problem, one thread and a work limit: same answer.")]
Threads = Annotated[int, typer.Option(min=1, help="Processor cores to use.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="Write here instead of standard output.")]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(solve)
    app.command()(check)
    app.command()(gather)


def solve(
    problem: Path,
    time_limit: TimeLimit = 10.0,
    work_limit: Annotated[
        int | None, typer.Option(min=1, help="Deterministic limit in units of work; with it, time is not looked at.")
    ] = None,
    seed: Seed = 1,
    threads: Threads = 2,
    output: Output = None,
) -> None:
    """Plan routes for a planning problem (JSON)."""

    try:
        parsed = read_problem(_read(problem))
        warm_up()
        params = SolveParams(
            time_limit_s=None if work_limit else time_limit, work_limit=work_limit, seed=seed, threads=threads
        )
        _write(write_plan(solve_problem(parsed, params)), output)
    except InvalidProblem as invalid:
        _tell_invalid(problem, invalid)


def check(problem: Path, plan: Path) -> None:
    """Check a plan against its problem: exit 0 and the objective, or exit 1 and every violation."""

    try:
        report = check_plan(read_problem(_read(problem)), read_plan(_read(plan)))
    except InvalidProblem as invalid:
        _tell_invalid(problem, invalid)
        return
    for violation in report.violations:
        typer.echo(f"{violation.code} {violation.where}: {violation.detail}")
    if report.violations:
        raise typer.Exit(EXIT_VIOLATIONS)
    typer.echo(f"objective {report.objective}")


def gather(
    problem: Path, time_limit: TimeLimit = 10.0, seed: Seed = 1, threads: Threads = 2, output: Output = None
) -> None:
    """Gather groups at venues (JSON)."""

    try:
        clusters = gather_groups(
            read_gathering_problem(_read(problem)),
            GatherParams(time_limit_s=time_limit, seed=seed, threads=threads),
        )
        _write(write_clusters(clusters), output)
    except InvalidProblem as invalid:
        _tell_invalid(problem, invalid)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        typer.echo(f"{path}: {error.strerror}", err=True)
        raise typer.Exit(EXIT_INVALID) from error


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


def _tell_invalid(path: Path, invalid: InvalidProblem) -> None:
    for issue in invalid.issues:
        typer.echo(str(issue), err=True)
    typer.echo(f"{path}: {len(invalid.issues)} findings, nothing was computed", err=True)
    raise typer.Exit(EXIT_INVALID)
