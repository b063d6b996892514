"""The report of a benchmark run: ratios and gaps by family, and objective against time."""

from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.benchmarks.planning.__main__ import Result


def table(results: "Sequence[Result]") -> str:
    """Write two Markdown tables: one line a family, and one line an instance."""
    solvers = list(dict.fromkeys(result.solver for result in results))
    lines = [
        "| family | instances | ours / best peer: mean | worst | gap: mean | worst | seconds / limit |",
        "|" + "---|" * 7,
    ]
    families = dict.fromkeys(result.family for result in results)
    lines += [_family(family, [result for result in results if result.family == family]) for family in families]
    lines += ["", "| instance | " + " | ".join(solvers) + " | bound |", "|" + "---|" * (len(solvers) + 2)]
    for instance in dict.fromkeys(result.instance for result in results):
        own = {result.solver: result for result in results if result.instance == instance}
        cells = [f"{own[solver].objective:.0f}" if solver in own else "" for solver in solvers]
        bound = own["ours"].bound if "ours" in own else None
        lines.append(f"| {instance} | " + " | ".join(cells) + f" | {'' if bound is None else f'{bound:.0f}'} |")
    return "\n".join(lines) + "\n"


def _family(name: str, results: "Sequence[Result]") -> str:
    ratios, gaps, shares = [], [], []
    for instance in dict.fromkeys(result.instance for result in results):
        ours = next((r for r in results if r.instance == instance and r.solver == "ours"), None)
        peers = [r.objective for r in results if r.instance == instance and r.solver != "ours"]
        if ours is None:
            continue
        shares.append(ours.seconds / ours.limit_s)
        if peers and max(peers) > 0:
            ratios.append(ours.objective / max(peers))
        if ours.bound:
            gaps.append((ours.bound - ours.objective) / abs(ours.bound))
    ratio = f"{mean(ratios):.4f} | {min(ratios):.4f}" if ratios else " | "
    gap = f"{mean(gaps):.2%} | {max(gaps):.2%}" if gaps else " | "
    return f"| {name} | {len(shares)} | {ratio} | {gap} | {mean(shares) if shares else 0:.2f} |"


_COLOURS = {"ours": "#0b4f8a", "vroom": "#b34700", "pyvrp": "#2e7d32", "routing": "#7b3fa0"}


def draw(results: "Sequence[Result]", path: Path) -> None:
    """Draw objective against time of the first instance of every family: ours as it went, peers where they ended."""
    from matplotlib import pyplot

    families = list(dict.fromkeys(result.family for result in results))
    figure, axes = pyplot.subplots(1, len(families), figsize=(5 * len(families), 4), squeeze=False)
    for axis, family in zip(axes[0], families, strict=True):
        own = [result for result in results if result.family == family]
        for result in (result for result in own if result.instance == own[0].instance):
            if result.trace:
                times, objectives = zip(*result.trace, (result.seconds, result.objective), strict=True)
                axis.step(times, objectives, where="post", label="ours", color=_COLOURS["ours"])
            else:
                axis.plot([result.seconds], [result.objective], "o", label=result.solver, color=_COLOURS[result.solver])
            if result.bound is not None:
                axis.axhline(result.bound, linestyle=":", label="bound, proved", color=_COLOURS["ours"])
        axis.set(title=own[0].instance, xlabel="seconds", ylabel="objective, points")
    handles = {
        label: handle for axis in axes[0] for handle, label in zip(*axis.get_legend_handles_labels(), strict=True)
    }
    figure.legend(handles.values(), handles.keys(), loc="lower center", ncols=len(handles), frameon=False)
    figure.tight_layout(rect=(0, 0.07, 1, 1))
    figure.savefig(path, dpi=120)
