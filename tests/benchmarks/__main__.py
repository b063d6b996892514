"""Run every benchmark in turn; results in out/bench. MP_TOPTW_DIR names a folder of the public TOPTW instances."""

import os
import subprocess
import sys
from pathlib import Path

OUT = Path("out/bench")


def main() -> int:
    """Run all; return the number of those that failed."""
    planning = ["tests.benchmarks.planning", "--out", str(OUT / "planning")]
    if toptw := os.environ.get("MP_TOPTW_DIR"):
        planning += ["--families", "month,season,home,year,toptw", "--toptw", toptw]
    else:
        planning += ["--families", "month,season,home,year"]
    commands = [
        planning,
        ["tests.benchmarks.gathering.gather_bars"],
        ["tests.benchmarks.gathering.spopt_oracle"],
        ["tests.benchmarks.slots.slot_bars"],
        ["tests.benchmarks.joint"],
        ["tests.benchmarks.punctuality"],
        ["tests.benchmarks.geo.geocoder_rate"],
        ["tests.benchmarks.geo.matrix_times"],
        ["tests.benchmarks.intake.parse_speed"],
    ]
    failed = 0
    for command in commands:
        sys.stdout.write(f"\n== {command[0]}\n")
        sys.stdout.flush()
        failed += subprocess.run([sys.executable, "-m", *command], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
