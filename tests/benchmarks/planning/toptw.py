"""Public TOPTW instances (team orienteering with time windows) as planning problems."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from optimizer.problem import Location, Matrix, Objective, Problem, Shift, Visit, Window

TOPTW_LIMIT_S = 10.0
FIELDS = 7
"""Leading columns that are read by position: i x y d S f a; the last two of a line are the window."""


def read_toptw(path: Path, teams: int) -> Problem:
    """Read a file of Solomon's (c, r, rc) or Cordeau's (pr) points for a number of teams.

    Distances are rounded down to one decimal (Solomon) or two (Cordeau), so times are in tenths or hundredths.
    """
    unit = 100 if path.stem.startswith("pr") else 10
    lines = [line.split() for line in path.read_text().splitlines()]
    points = [line for line in lines[1:] if len(line) > FIELDS]
    x, y = (np.array([float(point[axis]) for point in points]) for axis in (1, 2))
    travel = np.floor(np.hypot(x[:, None] - x, y[:, None] - y) * unit + 1e-9).astype(np.int64)
    names = [f"{int(point[0]):03d}" for point in points]
    return Problem(
        horizon_start_at=datetime(2027, 1, 4, tzinfo=UTC),
        locations=tuple(Location(id=name) for name in names),
        matrix=Matrix(duration_s=travel, distance_m=travel),
        shifts=tuple(
            Shift(
                id=f"team-{team + 1}",
                team=f"team-{team + 1}",
                start_s=0,
                end_s=round(float(points[0][-1]) * unit),
                start_location=names[0],
                end_location=names[0],
            )
            for team in range(teams)
        ),
        visits=tuple(
            Visit(
                id=name,
                location=name,
                service_s=round(float(point[3]) * unit),
                reward=float(point[4]),
                windows=(Window(start_s=round(float(point[-2]) * unit), end_s=round(float(point[-1]) * unit)),),
            )
            for name, point in zip(names[1:], points[1:], strict=True)
        ),
        objective=Objective(travel_cost_per_hour=0.0),
    )
