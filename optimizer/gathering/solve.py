"""The one door into gathering: a problem in, clusters with a proved bound out.

OR-Tools stands behind it and is loaded by the first search, see `optimizer.solve`.
"""

from optimizer.gathering.params import GatherParams
from optimizer.gathering.problem import Clusters, GatheringProblem

__all__ = ["GatherParams", "gather"]


def gather(problem: GatheringProblem, params: GatherParams) -> Clusters:
    """Choose which groups come together at which venue.

    Parameters
    ----------
    problem
        Groups, venues, travel and costs.
    params
        Seed and limits. With a time limit that does not cut the search, the answer depends on the seed only.

    Returns
    -------
    Clusters
        Every group is gathered, at home, or unserved with a reason. `bound` is a proved lower bound of the cost;
        `status` is optimal when the gap is proved below 1e-6.

    Raises
    ------
    InvalidProblem
        With every finding.
    """
    from optimizer.gathering.search import run  # not above: see the head of this module

    return run(problem, params)
