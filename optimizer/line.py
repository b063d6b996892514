"""The line at a venue — documents, interview, biometrics — simulated on many days at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An applicant with the seconds that each station needs for them.

    Attributes
    ----------
    priority
        Higher is served earlier: elderly, pregnant and disabled people above 0.
    party
        People of one party, a family or a person and a companion, arrive together; None for someone alone.
    earliest_s, latest_s
        When the person can arrive, None for no limit.
    """

    id: str
    documents_s: int
    interview_s: int
    biometrics_s: int
    priority: int = 0
    party: str | None = None
    earliest_s: int | None = None
    latest_s: int | None = None

    @property
    def services_s(self) -> tuple[int, int, int]:
        """Seconds at each station, in the order of the line."""
        return self.documents_s, self.interview_s, self.biometrics_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Stations:
    """How many applicants each station serves at the same time."""

    document_desks: int
    interview_desks: int
    biometric_kits: int

    @property
    def desks(self) -> tuple[int, int, int]:
        """Places at each station, in the order of the line."""
        return self.document_desks, self.interview_desks, self.biometric_kits


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A break of the whole team; no service runs into it."""

    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHours:
    """When people are served; breaks are sorted and disjoint."""

    opens_s: int
    closes_s: int
    breaks: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """How days differ from the nominal one.

    Attributes
    ----------
    duration_spread
        Each service takes its nominal duration times a number drawn evenly from 1 ± this.
    no_show
        Share of people who do not come.
    incomplete
        Share of people whose papers turn out incomplete at the documents station: they leave the line there.
    """

    duration_spread: float = 0.3
    no_show: float = 0.1
    incomplete: float = 0.0


NOMINAL = Variation(duration_spread=0.0, no_show=0.0, incomplete=0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedSession:
    """What happened on D days to n people.

    Attributes
    ----------
    waiting_s
        float64, shape (D, n): seconds in the line without being served, breaks included; NaN for who did not come.
    start_s, end_s
        float64, shape (D, n): first service begins, last service ends; NaN for who did not come.
    finish_s
        float64, shape (D,): the last service of the day ends.
    """

    waiting_s: NDArray[np.float64]
    start_s: NDArray[np.float64]
    end_s: NDArray[np.float64]
    finish_s: NDArray[np.float64]

    def mean_waiting_s(self) -> float:
        """Return the mean over people and days, 0 when nobody came."""
        came = self.waiting_s[~np.isnan(self.waiting_s)]
        return float(came.mean()) if came.size else 0.0

    def waiting_percentile_s(self, percent: float) -> float:
        """Return a percentile over people and days, 0 when nobody came."""
        came = self.waiting_s[~np.isnan(self.waiting_s)]
        return float(np.percentile(came, percent)) if came.size else 0.0


def simulate_session(
    people: tuple[Person, ...],
    arrivals_s: tuple[int, ...],
    stations: Stations,
    hours: SessionHours,
    variation: Variation = NOMINAL,
    *,
    days: int = 1,
    seed: int = 0,
) -> SimulatedSession:
    """Simulate the line: first come, first served at each station, no service running into a break.

    Parameters
    ----------
    people
        n people; who arrives at the same moment is served in this order.
    arrivals_s
        Their n arrivals; nobody is served before the session opens.
    days
        D >= 1 days, drawn with `seed`; equal arguments give equal days.
    """
    random = np.random.default_rng(seed)
    shape = (days, len(people))
    came = random.random(shape) >= variation.no_show
    complete = random.random(shape) >= variation.incomplete
    arrival = np.broadcast_to(np.asarray(arrivals_s, dtype=np.float64), shape)
    ready = np.where(came, np.maximum(arrival, hours.opens_s), np.inf)
    served = np.zeros(shape)
    first_start = np.full(shape, np.nan)
    for station, desks in enumerate(stations.desks):
        nominal = np.array([person.services_s[station] for person in people], dtype=np.float64)
        factor = random.uniform(1 - variation.duration_spread, 1 + variation.duration_spread, shape)
        present = came if station == 0 else came & complete
        duration = np.where(present, nominal * factor, 0.0)
        start = _serve(np.where(present, ready, np.inf), duration, desks, hours.breaks)
        first_start = start if station == 0 else first_start
        ready = np.where(present, start + duration, ready)
        served += duration
    end = np.where(came, ready, np.nan)
    return SimulatedSession(
        waiting_s=np.where(came, end - arrival - served, np.nan),
        start_s=np.where(came, first_start, np.nan),
        end_s=end,
        finish_s=np.fmax.reduce(end, axis=1, initial=float(hours.opens_s)),
    )


def _serve(
    ready: NDArray[np.float64], duration: NDArray[np.float64], desks: int, breaks: tuple[Pause, ...]
) -> NDArray[np.float64]:
    """Return when each person's service starts, shape (days, people); infinite where never ready."""
    days = np.arange(len(ready))
    free = np.full((len(ready), desks), -np.inf)
    start = np.full(ready.shape, np.inf)
    for order in np.argsort(ready, axis=1, kind="stable").T:
        desk = free.argmin(axis=1)
        begins = np.maximum(ready[days, order], free[days, desk])
        begins = _after_breaks(begins, duration[days, order], breaks)
        start[days, order] = begins
        comes = np.isfinite(begins)
        free[days, desk] = np.where(comes, begins + duration[days, order], free[days, desk])
    return start


def _after_breaks(
    begins: NDArray[np.float64], duration: NDArray[np.float64], breaks: tuple[Pause, ...]
) -> NDArray[np.float64]:
    """Put off to the end of a break whatever would begin in it or run into it."""
    for pause in breaks:
        collides = (begins < pause.end_s) & (begins + duration > pause.start_s)
        begins = np.where(collides, float(pause.end_s), begins)
    return begins
