"""A clock that moves only when told to."""

from datetime import datetime, timedelta


class HandTiming:
    """Wall clock and stop-watch of one machine; `advance` moves both, `step_wall` the wall clock alone."""

    def __init__(self, start: datetime) -> None:
        self._wall = start
        self._elapsed_s = 1_000.0

    def wall(self) -> datetime:
        """Return the moment."""
        return self._wall

    def elapsed_s(self) -> float:
        """Return the stop-watch."""
        return self._elapsed_s

    def pause(self, seconds: float) -> None:
        """Wait, without waiting."""
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._wall += timedelta(seconds=seconds)
        self._elapsed_s += seconds

    def step_wall(self, seconds: float) -> None:
        """Set the wall clock, as a time server does."""
        self._wall += timedelta(seconds=seconds)
