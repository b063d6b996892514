"""The order of work in a search: anneal, relax, choose, prove, then improve until the limit.

With a wall-clock limit and two threads, one thread anneals while the other generates columns; after that both
improve. Under a work limit everything runs in one thread in a fixed order, every step costing a fixed or counted
amount of work: a larger limit continues where a smaller one ends, so that it can never be worse.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread

from optimizer.columns.enumeration import Enumerator
from optimizer.columns.model import Model
from optimizer.columns.packing import Effort
from optimizer.columns.reasons import Explainer
from optimizer.columns.search import Search, Walker
from optimizer.columns.solution import with_routes

HOT, COLD = 0.3, 0.003
"""Temperatures of annealing in mean values of a visit."""
BURST = 400  # moves between two looks at the clock
ROOT_SHARE = 0.3  # of a wall-clock limit, for the relaxation
MEMORY_SHARE = 0.3  # of what is left, for a tighter relaxation
CHOICE_SHARE = 0.2  # of what is left, for the choice over the whole pool
DIVE_SHARE = 0.4  # of what is left, for rounding the relaxation
PROOF_SHARE = 0.4  # of what is left, for an exact choice
FEW_SHIFTS = 8  # so many are one neighbourhood: annealing beats choosing routes anew
BURSTS = 100  # of one annealing between restarts
STEPS = 20  # improvements between two attempts at a proof
FIRST_LABELS, MOST_LABELS = 30_000, 400_000  # of one pricing search
PATIENCE = 0.02  # of the time left: a cut pricing round that took less may use twice the labels the next time


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When to stop: seconds by the clock, units of work (about a millisecond each), or both."""

    time_s: float | None
    work: int | None
    threads: int


class Engine:
    """Runs one search to its limit."""

    def __init__(
        self,
        model: Model,
        seed: int,
        limits: Limits,
        explainer: Explainer,
        started: float,
        report: Callable[[Search, str], bool],
    ) -> None:
        self.search = Search(model, seed, 1 if limits.work is not None else limits.threads)
        self._limits, self._started, self._report = limits, started, report
        self._explainer = explainer
        self._work = 0
        self._most_labels = FIRST_LABELS
        self._reserve_s = 0.0  # for the last polish and the reasons
        self._round_s = 0.0  # what the last pricing round took
        self._long_routes = len(model.shifts) <= FEW_SHIFTS
        self._stop = Event()
        self._relaxed = Event()
        self._walker = Walker(self.search, seed)
        self._failure: list[BaseException] = []
        self._polished = self.search.incumbent.solution

    def run(self) -> None:
        """Search until the limit, a proof, or a request to stop."""
        if not self.search.model.visits or not self.search.model.shifts:
            self.search.note_bound(0)
            return
        self._walker.walk(BURST, HOT, HOT)
        begin = time.monotonic()
        self._polish()
        self._reserve_s = 3 * (time.monotonic() - begin)
        self._anneal(self._walker, 8, HOT, COLD)
        helper = None
        if self._limits.threads > 1 and self._limits.work is None:
            helper = Thread(target=self._assist, name="assistant", daemon=True)
            helper.start()
        try:
            self._improve(Enumerator(self.search, self.search.seed))
        finally:
            self._stop.set()
            if helper is not None:
                helper.join()
            self._polish()
        if self._failure:
            raise self._failure[0]

    def _spend(self, work: int, phase: str) -> bool:
        """Account for work; tell whether to go on."""
        self._work += work
        if self._limits.work is not None:
            self._polish()
        if not self._stop.is_set() and self._report(self.search, phase):
            self._stop.set()
        return self._goes_on()

    def _polish(self) -> None:
        """Keep the incumbent such that the reasons for leaving out visits hold, at every moment."""
        solution = self.search.incumbent.solution
        if solution is not self._polished:
            self.search.incumbent.offer(self._explainer.polish(solution))
            self._polished = self.search.incumbent.solution

    def _goes_on(self) -> bool:
        if self._limits.work is not None and self._work >= self._limits.work:
            self._stop.set()
        if self._limits.time_s is not None and self._left() <= 0:
            self._stop.set()
        gap, bound = self.search.gap(), self.search.bound
        if gap is not None and bound is not None and gap <= 1e-7 * abs(bound):
            self._stop.set()
        return not self._stop.is_set()

    def _left(self) -> float:
        """Return seconds until the wall-clock limit, time for the reasons set aside."""
        if self._limits.time_s is None:
            return 1e9
        return self._limits.time_s - (time.monotonic() - self._started) - self._reserve_s

    def _effort(self, share: float, deterministic: float, most_s: float) -> Effort:
        return Effort(
            seconds=None if self._limits.time_s is None else min(most_s, share * self._left()),
            deterministic=None if self._limits.work is None else deterministic,
            seed=self.search.seed % 2**31,
        )

    def _anneal(self, walker: Walker, bursts: int, hot: float, cold: float) -> None:
        for burst in range(bursts):
            walker.walk(BURST, *_cooled(hot, cold, burst / bursts, (burst + 1) / bursts))
            if not self._spend(BURST // 10, "anneal"):
                return

    def _relax(self, share: float) -> None:
        """Generate columns for a share of the time left, at first until the relaxation has settled."""
        relaxation = self.search.relaxation
        settled, until = relaxation.settled, (1 - share) * self._left()
        while not relaxation.converged and self._goes_on() and self._left() > max(until, 2 * self._round_s):
            begin = time.monotonic()
            work, complete = relaxation.round(self._most_labels)
            self._round_s = time.monotonic() - begin
            if not complete and self._round_s < PATIENCE * self._left():
                self._most_labels = min(MOST_LABELS, 2 * self._most_labels)
            self._spend(work // 1000 + 1, "relax")
            if relaxation.settled and not settled:
                return
        if relaxation.bound is None and self._goes_on() and self._left() > 2 * self._round_s:
            relaxation.prove_next()
            self._spend(relaxation.round(FIRST_LABELS)[0] // 1000 + 1, "relax")

    def _dive(self) -> None:
        until = (1 - DIVE_SHARE) * self._left()
        routes = self.search.relaxation.dive(
            FIRST_LABELS, lambda work: self._spend(work, "dive") and self._left() > until
        )
        if self._limits.work is not None and self._stop.is_set():
            return  # where it was cut depends on the limit, and a larger limit must not be worse
        search = self.search
        rounded = with_routes(search.model, search.incumbent.solution, range(len(search.model.shifts)), routes)
        search.incumbent.offer(self._explainer.polish(rounded))

    def _improve(self, explorer: Enumerator) -> None:
        """Alternate between all that can raise the objective or lower the bound."""
        self._relax(ROOT_SHARE)
        self._relaxed.set()
        self._dive()
        if explorer.prove(self._effort(PROOF_SHARE, 5.0, 60.0)):
            self._spend(1000, "prove")
        if self._goes_on() and not self.search.relaxation.converged:
            settled = self.search.relaxation.settled
            self._relax(MEMORY_SHARE)
            if settled:
                self._dive()
        if self._goes_on():
            self.search.recombine(self._effort(CHOICE_SHARE, 2.0, 30.0))
        self._spend(1000, "choose")
        walker = Walker(self.search, self.search.seed + 2)
        while self._spend(0, "improve"):
            if explorer.prove(self._effort(PROOF_SHARE, 5.0, 60.0)) and not self._spend(1000, "prove"):
                return
            for _ in range(STEPS):
                if self._long_routes and not self.search.relaxation.converged:
                    walker.restart(self.search.incumbent.solution)
                    self._anneal(walker, BURSTS, HOT, COLD)
                else:
                    explorer.improve(self._effort(0.5, 0.5, 1.0))
                if not self._spend(200, "improve"):
                    return

    def _assist(self) -> None:
        """Anneal until the relaxation is solved or it no longer helps, then improve near visits."""
        try:
            better = True
            while not self._stop.is_set() and (self._long_routes or (better and not self._relaxed.is_set())):
                before = self.search.incumbent.solution
                self._anneal_for(max(1.0, min(0.3 * self._left(), 10.0)), HOT, COLD)
                better = self.search.incumbent.solution is not before
                self._walker.restart(self.search.incumbent.solution)
            while not self._relaxed.wait(0.1) and not self._stop.is_set():
                pass  # the other thread prices on both cores
            explorer = Enumerator(self.search, self.search.seed + 1)
            while not self._stop.is_set() and self._left() > 0:
                explorer.improve(self._effort(0.5, 0.5, 1.0))
        except BaseException as error:
            self._failure.append(error)

    def _anneal_for(self, seconds: float, hot: float, cold: float) -> None:
        begin = time.monotonic()
        while not self._stop.is_set():
            share = (time.monotonic() - begin) / seconds
            if share >= 1 or self._left() <= 0:
                return
            self._walker.walk(BURST, *_cooled(hot, cold, share, min(1.0, share + 0.02)))


def _cooled(hot: float, cold: float, start: float, end: float) -> tuple[float, float]:
    """Return the temperatures of part of a geometric descent."""
    return hot * (cold / hot) ** start, hot * (cold / hot) ** end
