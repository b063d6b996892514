"""Least squares that a few odd days do not sway, with intervals from resampling."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TUNING = 1.345
"""Residuals beyond so many robust deviations count less: Huber (1981), 95 % efficient where errors are normal."""
MAD_TO_SIGMA = 1.4826
"""Median absolute deviation to standard deviation, for normal errors."""
ROUNDS, SETTLED = 30, 1e-6
WORST_CONDITION = 30.0
"""Of the scaled columns; beyond it two of them can hardly be told apart (Belsley, Kuh and Welsch 1980)."""
SMALLEST_SCALE = 1e-9
RESAMPLES, SEED = 200, 1
FEWEST = 12
"""Observations below which nothing is suggested: fewer say more about those days than about days in general."""
TOO_FEW, TOO_ALIKE = "too few observations", "the observations are too alike to tell values apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value with the interval that holds it in 95 of 100 resamples of the observations."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Estimate":
        """Return the same in another unit."""
        return Estimate(value=self.value * factor, low=self.low * factor, high=self.high * factor)


def can_tell_apart(columns: NDArray[np.float64]) -> bool:
    """Whether the columns, shape (observations, values), differ enough to estimate a value for each."""
    scaled = columns / np.maximum(np.linalg.norm(columns, axis=0), SMALLEST_SCALE)
    return bool(columns.shape[0] > columns.shape[1] and np.linalg.cond(scaled) <= WORST_CONDITION)


def fit(columns: NDArray[np.float64], observed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit values >= 0 by Huber's iteratively reweighted least squares; what would be negative is left at 0."""
    kept = np.ones(columns.shape[1], dtype=np.bool_)
    values = np.zeros(columns.shape[1])
    while kept.any():
        values = np.zeros(columns.shape[1])
        values[kept] = _reweighted(columns[:, kept], observed)
        if (values >= 0).all():
            break
        kept[values.argmin()] = False
        values = np.maximum(values, 0)
    return values


def _reweighted(columns: NDArray[np.float64], observed: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = np.ones(len(observed))
    values = np.zeros(columns.shape[1])
    for _ in range(ROUNDS):
        root = np.sqrt(weights)
        before, values = values, np.linalg.lstsq(columns * root[:, None], observed * root, rcond=None)[0]
        if np.allclose(before, values, rtol=SETTLED):
            break
        residual = np.abs(observed - columns @ values)
        scale = max(MAD_TO_SIGMA * float(np.median(residual)), SMALLEST_SCALE)
        weights = np.minimum(1.0, TUNING * scale / np.maximum(residual, SMALLEST_SCALE))
    return values


def estimates(columns: NDArray[np.float64], observed: NDArray[np.float64]) -> tuple[Estimate, ...] | str:
    """Fit, and again to resamples of the observations.

    Parameters
    ----------
    columns, observed
        Shapes (n, k) and (n,).

    Returns
    -------
    tuple of Estimate or str
        k of them, or why that would be of no use.
    """
    if len(observed) < FEWEST:
        return TOO_FEW
    if not can_tell_apart(columns):
        return TOO_ALIKE
    values = fit(columns, observed)
    rows = np.random.default_rng(SEED).integers(0, len(observed), (RESAMPLES, len(observed)))
    resampled = np.array([fit(columns[row], observed[row]) for row in rows])
    low, high = np.percentile(resampled, (2.5, 97.5), axis=0)
    return tuple(
        Estimate(value=float(value), low=float(least), high=float(most))
        for value, least, most in zip(values, low, high, strict=True)
    )


def spread(values: NDArray[np.float64]) -> float:
    """Return the robust standard deviation around the median."""
    return MAD_TO_SIGMA * float(np.median(np.abs(values - np.median(values))))


def estimate_spread(values: NDArray[np.float64]) -> Estimate:
    """Return the robust standard deviation of n >= 1 values with its interval."""
    rows = np.random.default_rng(SEED).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile([spread(values[row]) for row in rows], (2.5, 97.5))
    return Estimate(value=spread(values), low=float(low), high=float(high))
