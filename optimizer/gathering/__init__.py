"""Gathering: which groups come together at which venue, before routes are planned."""

from optimizer.gathering.check import Violation, ViolationCode, check_clusters
from optimizer.gathering.params import GatherParams, Progress
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
from optimizer.gathering.solve import gather
from optimizer.gathering.validate import validate_gathering
from optimizer.gathering.wire import (
    read_clusters,
    read_gathering_problem,
    write_clusters,
    write_gathering_problem,
)

__all__ = [
    "Cluster",
    "Clusters",
    "GatherParams",
    "GatheringProblem",
    "Group",
    "Part",
    "Progress",
    "UnservedCode",
    "UnservedGroup",
    "UnservedReason",
    "Venue",
    "Violation",
    "ViolationCode",
    "check_clusters",
    "gather",
    "read_clusters",
    "read_gathering_problem",
    "validate_gathering",
    "write_clusters",
    "write_gathering_problem",
]
