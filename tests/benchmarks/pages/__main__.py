"""What every page costs: the server's work, the bytes, and how long a reader with one bar of signal waits.

The server's work is processor time of this process, which other programs on the machine hardly change; a client without
a network asks for each page. Waiting is measured in Chromium with its emulation of slow 3G (400 ms there and back,
400 kbit/s), on the first visit and on the next one, and needs a quiet machine.

    python -m tests.benchmarks.pages --demo FOLDER --no-browser
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import asdict
from itertools import repeat
from pathlib import Path
from typing import Any

from tests.apps import app_at
from tests.benchmarks.pages.office import NOW, Page, open_office, pages_of
from tests.benchmarks.pages.server import Cost, cost_of
from tests.benchmarks.pages.waiting import Visit, visits_of

OUT = Path("out/bench/pages.json")
MOST_CPU_MS, MOST_USABLE_S, MOST_BYTES = 300.0, 2.0, 200_000


def told(pages: Iterable[Page], costs: Iterable[Cost], waited: Iterable[tuple[Visit, ...]]) -> list[dict[str, Any]]:
    """Write a line a page as soon as it is known; return the same for other programs."""
    sys.stdout.write(f"{'page':24}  first     cpu stmts   kB" + "   usable  trips crit kB  all kB" * 2 + "\n")
    rows = []
    for page, cost, visits in zip(pages, costs, waited, strict=False):
        too_dear = is_too_dear(cost, visits)
        said = f"{page.name:24} {cost.first_ms:4.0f} ms {cost.cpu_ms:4.0f} ms {cost.statements:4}"
        said += f" {cost.html_bytes / 1000:5.1f}"
        for visit in visits:
            sizes = f"{visit.critical_bytes / 1000:7.1f} {visit.all_bytes / 1000:7.1f}"
            said += f"   {visit.usable_s:4.2f} s {visit.round_trips:5} {sizes}"
        sys.stdout.write(said + ("  !" if too_dear else "") + "\n")
        sys.stdout.flush()
        rows.append(
            {
                "page": page.name,
                "path": page.path,
                "server": asdict(cost),
                "visits": [asdict(one) for one in visits],
                "too_dear": too_dear,
            }
        )
    return rows


def is_too_dear(cost: Cost, visits: tuple[Visit, ...]) -> bool:
    """Whether a page breaks one of the promises."""
    waits = any(visit.usable_s >= MOST_USABLE_S or visit.all_bytes >= MOST_BYTES for visit in visits)
    return cost.cpu_ms > MOST_CPU_MS or waits


def main() -> int:
    """Measure; return whether a page breaks a promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", type=Path, help="folder in which `mobile-passport demo` ran; by default it runs now")
    parser.add_argument("--loads", type=int, default=5, help="how often the server is asked for each page")
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--no-browser", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        world = open_office(folder, options.demo)
        stack.callback(world.database.close)
        pages = [page for page in pages_of(world, folder) if options.only in page.name]
        clock = [NOW]
        app = app_at(world, lambda: clock[0])
        costs = []
        for page in pages:
            clock[0] = page.now
            costs.append(cost_of(app, world, page, loads=options.loads))
        if options.no_browser:
            rows = told(pages, costs, repeat(()))
        else:
            with closing(visits_of(app, world, pages, clock)) as waited:  # before the database is
                rows = told(pages, costs, waited)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1) + "\n")
    return int(any(row["too_dear"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
