"""What the sender asks of clocks, so that tests can be their master."""

import time
from datetime import datetime
from typing import Protocol

from mobile_passport.clock import utc_now


class Timing(Protocol):
    """Three questions and a pause."""

    def wall(self) -> datetime:
        """Return the moment by this machine's clock, UTC."""
        ...

    def elapsed_s(self) -> float:
        """Return seconds since some fixed moment; never goes back, and counts while the machine sleeps."""
        ...

    def pause(self, seconds: float) -> None:
        """Wait."""
        ...


class MachineTiming:
    """The machine's own clocks."""

    def wall(self) -> datetime:
        """Return the moment by this machine's clock, UTC."""
        return utc_now()

    def elapsed_s(self) -> float:
        """Return seconds since boot; ``monotonic`` stands still while a virtual machine is frozen."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()

    def pause(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
