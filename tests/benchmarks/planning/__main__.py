"""Run the benchmark: every solver on every instance in turn, a table of ratios and a picture."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from optimizer.check import check
from optimizer.problem import Problem
from optimizer.solve import Progress, SolveParams, solve, warm_up
from tests.benchmarks.planning.instances import FAMILIES, generate
from tests.benchmarks.planning.report import draw, table
from tests.benchmarks.planning.scorer import Routes, score
from tests.benchmarks.planning.toptw import TOPTW_LIMIT_S, read_toptw

SOLVERS = ("ours", "vroom", "pyvrp", "routing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One solver on one instance; `trace` is (seconds, objective) on the way, ours only."""

    family: str
    instance: str
    solver: str
    limit_s: float
    seconds: float
    objective: float
    bound: float | None = None
    trace: tuple[tuple[float, float], ...] = ()


def main() -> None:
    """Parse the command line, run, print the table, write results and picture."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.planning", description=__doc__)
    parser.add_argument("--families", default="month,season,home", help="also: year, toptw")
    parser.add_argument("--seeds", default="1,2,3", help="seeds of the generated instances")
    parser.add_argument("--toptw", type=Path, help="folder of public TOPTW files (c101.txt, …, pr10.txt)")
    parser.add_argument("--toptw-names", default="c101,c105,r101,r105,r109,rc101,rc105,pr01,pr05", help="files to use")
    parser.add_argument("--teams", default="1,2,3,4", help="numbers of teams for TOPTW")
    parser.add_argument("--solvers", default=",".join(SOLVERS))
    parser.add_argument("--out", type=Path, default=Path("planning-benchmark"), help="folder for results")
    options = parser.parse_args()
    warm_up()
    results = []
    for family, name, problem, limit_s in _instances(options):
        for solver in options.solvers.split(","):
            result = _run(family, name, problem, limit_s, solver)
            results.append(result)
            sys.stderr.write(f"{name} {solver}: {result.objective:.1f} of {result.bound} in {result.seconds:.1f} s\n")
            sys.stderr.flush()
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "results.json").write_text(json.dumps([asdict(result) for result in results], indent=1))
    report = table(results)
    (options.out / "table.md").write_text(report)
    draw(results, options.out / "objective-over-time.png")
    sys.stdout.write(report)


def _instances(options: argparse.Namespace) -> "list[tuple[str, str, Problem, float]]":
    wanted = options.families.split(",")
    instances = [
        (family.name, f"{family.name}-{seed}", generate(family, int(seed)), family.limit_s)
        for family in FAMILIES
        if family.name in wanted
        for seed in options.seeds.split(",")
    ]
    if options.toptw and "toptw" in wanted:
        for name in options.toptw_names.split(","):
            for teams in map(int, options.teams.split(",")):
                problem = read_toptw(options.toptw / f"{name}.txt", teams)
                instances.append(("toptw", f"{name}-m{teams}", problem, TOPTW_LIMIT_S))
    return instances


def _run(family: str, name: str, problem: Problem, limit_s: float, solver: str) -> Result:
    if solver == "ours":
        return _run_ours(family, name, problem, limit_s)
    from tests.benchmarks.planning.peers import PEERS

    begin = time.monotonic()
    peer: Callable[[Problem, float], Routes] = PEERS[solver]
    routes = peer(problem, limit_s)
    seconds = time.monotonic() - begin
    objective = score(problem, routes)
    return Result(family=family, instance=name, solver=solver, limit_s=limit_s, seconds=seconds, objective=objective)


def _run_ours(family: str, name: str, problem: Problem, limit_s: float) -> Result:
    trace: list[tuple[float, float]] = []

    def note(progress: Progress) -> None:
        if not trace or progress.objective > trace[-1][1]:
            trace.append((round(progress.elapsed_s, 3), progress.objective))

    begin = time.monotonic()
    plan = solve(problem, SolveParams(time_limit_s=limit_s, seed=1, threads=2, on_progress=note))
    seconds = time.monotonic() - begin
    broken = check(problem, plan).violations
    if broken:
        raise SystemExit(f"our plan of {name} breaks rules: {broken}")
    routes = {route.shift: [stop.visit for stop in route.stops] for route in plan.routes}
    return Result(
        family=family,
        instance=name,
        solver="ours",
        limit_s=limit_s,
        seconds=seconds,
        objective=score(problem, routes),
        bound=plan.bound,
        trace=tuple(trace),
    )


if __name__ == "__main__":
    main()
