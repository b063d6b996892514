"""Compilation of numeric kernels with numba: cached on disk where that is possible, in memory where it is not."""

from collections.abc import Callable

import numba


def kernel[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function to machine code that runs without holding the interpreter lock."""
    try:
        compiled: Callable[P, R] = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # no directory to cache in: a read-only installation without a home
        compiled = numba.njit(nogil=True, error_model="numpy")(function)
    return compiled
