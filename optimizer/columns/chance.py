"""A small random number generator for compiled kernels: same seed, same numbers, on every platform."""

import numpy as np
from numpy.typing import NDArray

from optimizer.columns.compiled import kernel


def new_generator(seed: int) -> NDArray[np.uint64]:
    """Return the state of a generator; seeds that differ give unrelated states."""
    return np.array([np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] | np.uint64(1)], dtype=np.uint64)


@kernel
def draw(generator: NDArray[np.uint64]) -> np.uint64:
    """Advance xorshift64* [1]_ and return 64 bits.

    References
    ----------
    .. [1] Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled", 2016.
    """
    bits = generator[0]
    bits ^= bits >> np.uint64(12)
    bits ^= bits << np.uint64(25)
    bits ^= bits >> np.uint64(27)
    generator[0] = bits
    return np.uint64(bits * np.uint64(2685821657736338717))


@kernel
def unit(generator: NDArray[np.uint64]) -> float:
    """Draw a number in (0, 1)."""
    return (np.float64(draw(generator) >> np.uint64(11)) + 0.5) * 2.0**-53


@kernel
def below(generator: NDArray[np.uint64], limit: int) -> int:
    """Draw an integer in [0, limit)."""
    return int(unit(generator) * limit)
