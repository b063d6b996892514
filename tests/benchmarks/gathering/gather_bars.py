"""Measure gathering against its bars and its peers.

    python -m tests.benchmarks.gathering.gather_bars [--small-only]

Bars, two cores: 60 groups × 30 venues optimal within 5 s; 400 × 150 within 1 % of a proved bound in 30 s; never worse
than agglomerative clustering (complete linkage), k-means, or greedy opening with interchange.
"""

import sys
import time

from optimizer.gathering import GatherParams, check_clusters, gather
from optimizer.plan import Status
from tests.benchmarks.gathering.instances import build_case
from tests.benchmarks.gathering.peers import agglomerative, greedy_and_interchange, k_means

SMALL, LARGE = (60, 30, 5.0), (400, 150, 30.0)
LARGE_GAP = 0.01


def measure(groups: int, venues: int, limit_s: float, seed: int) -> bool:
    """Print one line of figures; return whether the bars are met."""
    case = build_case(groups, venues, seed)
    started = time.perf_counter()
    found = gather(case.problem, GatherParams(time_limit_s=limit_s, seed=seed, threads=2))
    took_s = time.perf_counter() - started
    gap = (found.objective - (found.bound or 0.0)) / found.objective
    others = {
        "complete linkage": agglomerative(case),
        "k-means": k_means(case, seed),
        "greedy + interchange": greedy_and_interchange(case),
    }
    proved = found.status is Status.OPTIMAL if groups <= SMALL[0] else gap <= LARGE_GAP
    met = proved and not check_clusters(case.problem, found) and found.objective <= min(others.values())
    peers = ", ".join(f"{name} {cost / found.objective - 1:+.1%}" for name, cost in others.items())
    sys.stdout.write(
        f"{groups} × {venues} seed {seed}: {found.objective:.1f} {found.status} gap {gap:.3%} in {took_s:.1f} s; "
        f"{peers}; {'met' if met else 'MISSED'}\n"
    )
    return met


def main() -> int:
    """Run all cases; the exit code says whether every bar is met."""
    outcomes = [measure(*SMALL, seed) for seed in range(1, 6)]
    if "--small-only" not in sys.argv:
        outcomes += [measure(*LARGE, seed) for seed in (1, 2)]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    raise SystemExit(main())
