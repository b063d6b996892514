"""The gathering contract as JSON: reading reports every finding, writing is stable."""

import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.gathering.problem import (
    Cluster,
    Clusters,
    GatheringProblem,
    Group,
    Part,
    UnservedCode,
    UnservedGroup,
    UnservedReason,
    Venue,
)
from optimizer.gathering.validate import validate_gathering
from optimizer.parsing import Findings, read_document
from optimizer.plan import Status
from optimizer.validate import InvalidProblem, IssueCode

GATHERING_FORMAT = "mobile-passport/gathering-problem@1"
CLUSTERS_FORMAT = "mobile-passport/clusters@1"


def read_gathering_problem(text: str | bytes) -> GatheringProblem:
    """Read and validate a gathering problem.

    Raises
    ------
    InvalidProblem
        With every finding, whatever the text is.
    """
    found = Findings()
    problem = _problem(found, read_document(found, text, GATHERING_FORMAT))
    issues = (*found.issues, *validate_gathering(problem))
    if issues:
        raise InvalidProblem(issues)
    return problem


def _problem(found: Findings, document: dict[str, Any]) -> GatheringProblem:
    groups = tuple(_group(found, where, item) for where, item in found.objects(document, "groups"))
    venues = tuple(
        Venue(
            id=found.text(item, f"{where}/id"),
            capacity=found.integer(item, f"{where}/capacity"),
            step_free=found.flag(item, f"{where}/step_free"),
        )
        for where, item in found.objects(document, "venues")
    )
    return GatheringProblem(
        groups=groups,
        venues=venues,
        travel_s=_travel(found, document.get("travel_s"), len(groups), len(venues)),
        min_applicants=found.integer(document, "min_applicants"),
        venue_cost=found.number(document, "venue_cost"),
        travel_cost_per_applicant_hour=found.number(document, "travel_cost_per_applicant_hour"),
        unserved_cost_per_applicant=found.number(document, "unserved_cost_per_applicant"),
    )


def _group(found: Findings, where: str, item: dict[str, Any]) -> Group:
    return Group(
        id=found.text(item, f"{where}/id"),
        applicants=found.integer(item, f"{where}/applicants"),
        max_travel_s=found.integer(item, f"{where}/max_travel_s"),
        needs_step_free=found.flag(item, f"{where}/needs_step_free"),
        home_only=found.flag(item, f"{where}/home_only"),
        vulnerable=found.flag(item, f"{where}/vulnerable"),
    )


def _travel(found: Findings, rows: object, groups: int, venues: int) -> NDArray[np.float64]:
    neutral = np.zeros((groups, venues))
    if rows is None:
        found.add(IssueCode.MISSING, "travel_s", "the field is missing", "add it")
        return neutral
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        found.add(IssueCode.WRONG_TYPE, "travel_s", "it is not a list of rows", "give a list of rows")
        return neutral
    ragged = [index for index, row in enumerate(rows) if len(row) != venues]
    if len(rows) != groups or ragged:
        cause = f"it has {len(rows)} rows for {groups} groups"
        if ragged:
            cause += f", and row {ragged[0]} has {len(rows[ragged[0]])} cells for {venues} venues"
        found.add(IssueCode.MATRIX_SHAPE, "travel_s", cause, "give one row per group and one column per venue")
        return neutral
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            if not _is_seconds(value):
                cell = f"travel_s[{index}][{column}]"
                cause = f"{str(value)[:40]!r} is not a travel time"
                action = "give non-negative seconds, or null where no way leads"
                found.add(IssueCode.MATRIX_VALUE, cell, cause, action)
                return neutral
    cells = [[math.inf if value is None else float(value) for value in row] for row in rows]
    return np.array(cells, dtype=np.float64).reshape(groups, venues)


def _is_seconds(value: object) -> bool:
    if value is None:
        return True
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value < 2**53


def write_gathering_problem(problem: GatheringProblem) -> str:
    """Write a gathering problem so that reading it back gives an equal one."""
    document = {
        "format": GATHERING_FORMAT,
        "groups": [
            {
                "id": group.id,
                "applicants": group.applicants,
                "max_travel_s": group.max_travel_s,
                "needs_step_free": group.needs_step_free,
                "home_only": group.home_only,
                "vulnerable": group.vulnerable,
            }
            for group in problem.groups
        ],
        "venues": [
            {"id": venue.id, "capacity": venue.capacity, "step_free": venue.step_free} for venue in problem.venues
        ],
        "travel_s": [
            [None if math.isinf(cell) else int(cell) if cell == int(cell) else cell for cell in row]
            for row in problem.travel_s.tolist()
        ],
        "min_applicants": problem.min_applicants,
        "venue_cost": problem.venue_cost,
        "travel_cost_per_applicant_hour": problem.travel_cost_per_applicant_hour,
        "unserved_cost_per_applicant": problem.unserved_cost_per_applicant,
    }
    return json.dumps(document, ensure_ascii=False) + "\n"


def write_clusters(clusters: Clusters) -> str:
    """Write clusters as the contract's JSON."""
    document = {
        "format": CLUSTERS_FORMAT,
        "status": clusters.status.value,
        "objective": clusters.objective,
        "bound": clusters.bound,
        "clusters": [
            {
                "venue": cluster.venue,
                "groups": [{"id": part.id, "applicants": part.applicants} for part in cluster.groups],
            }
            for cluster in clusters.clusters
        ],
        "home": list(clusters.home),
        "unserved": [
            {
                "id": group.id,
                "applicants": group.applicants,
                "reason": {"code": group.reason.code.value, "detail": group.reason.detail},
            }
            for group in clusters.unserved
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read_clusters(text: str | bytes) -> Clusters:
    """Read clusters, of this solver or another, for checking.

    Raises
    ------
    InvalidProblem
        With every finding, whatever the text is.
    """
    found = Findings()
    document = read_document(found, text, CLUSTERS_FORMAT)
    has_bound = document.get("bound") is not None
    clusters = Clusters(
        status=found.choice(document, "status", Status, default=Status.FEASIBLE),
        objective=found.number(document, "objective"),
        bound=found.number(document, "bound") if has_bound else None,
        clusters=tuple(
            Cluster(venue=found.text(item, f"{where}/venue"), groups=_parts(found, item, f"{where}/groups"))
            for where, item in found.objects(document, "clusters")
        ),
        home=tuple(name for name in document.get("home", []) if isinstance(name, str)),
        unserved=tuple(_unserved(found, where, item) for where, item in found.objects(document, "unserved")),
    )
    if found.issues:
        raise InvalidProblem(found.issues)
    return clusters


def _parts(found: Findings, item: dict[str, Any], where: str) -> tuple[Part, ...]:
    return tuple(
        Part(id=found.text(part, f"{path}/id"), applicants=found.integer(part, f"{path}/applicants"))
        for path, part in found.objects(item, where)
    )


def _unserved(found: Findings, where: str, item: dict[str, Any]) -> UnservedGroup:
    reason = found.object(item, f"{where}/reason")
    code = found.choice(reason, f"{where}/reason/code", UnservedCode, default=UnservedCode.COSTS_MORE)
    return UnservedGroup(
        id=found.text(item, f"{where}/id"),
        applicants=found.integer(item, f"{where}/applicants"),
        reason=UnservedReason(code=code, detail=found.text(reason, f"{where}/reason/detail")),
    )
