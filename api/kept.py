"""What is asked often and changes rarely is made at most once a minute, by one request while the others wait."""

import threading
import time
from collections.abc import Callable

LIFETIME_S = 60.0


class Kept[T]:
    """One value and when it was made.

    Parameters
    ----------
    make
        Makes the value anew; may take a while.
    clock_s
        Seconds that only go forward.
    """

    def __init__(self, make: Callable[[], T], clock_s: Callable[[], float] = time.monotonic) -> None:
        self._make = make
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._made: tuple[float, T] | None = None

    def get(self) -> T:
        """Return the value, not older than a minute."""
        with self._lock:
            if self._made is None or self._clock_s() - self._made[0] >= LIFETIME_S:
                self._made = (self._clock_s(), self._make())
            return self._made[1]
