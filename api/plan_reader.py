"""The plan that holds, read rarely: a version never changes, so pages and JSON are made once for each."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.ground import Ground, ground
from mobile_passport.documents.public_view import public_view
from mobile_passport.domain.plan_view import PlanView
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.rules.in_force import RulesInForce
from mobile_passport.services.world import World

LIFETIME_S = 60.0
"""How old the counts of people without a plan may be: they change while the version stays."""


class PlanSource(Protocol):
    """Where published plans come from."""

    def current_version(self) -> int | None:
        """Return the version that holds; cheap, asked at every request."""

    def read(self, version: int) -> PlanView | None:
        """Return a version whole."""


class StoredPlans:
    """Plans of the world's database, described by the rules that hold now."""

    def __init__(self, world: World, rules: RulesInForce | None = None) -> None:
        self._world = world
        self._rules = rules or RulesInForce()

    def current_version(self) -> int | None:
        """Read the pointer to the version that holds."""
        with self._world.database.reading() as session:
            return Plans(session, self._world.kanim).current_version()

    def read(self, version: int) -> PlanView | None:
        """Read a version with everything on it."""
        return show_plan(self._rules.of(self._world), version)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPlan:
    """A version whole, homes included: for the office and its teams alone."""

    view: PlanView
    _made: dict[str, str] = field(default_factory=dict, repr=False)

    def once(self, name: str, make: Callable[[], str]) -> str:
        """Return a text made from this plan, from the first time it was made on. Names are few: days and formats."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPlan(HeldPlan):
    """What anyone may see of the plan that holds.

    Attributes
    ----------
    read_at_s
        On the reader's clock.
    """

    read_at_s: float


class PlanReader:
    """Keeps the plan that holds, and the land under it.

    Parameters
    ----------
    clock_s
        Seconds that only go forward.
    """

    def __init__(self, source: PlanSource, gazetteer: Gazetteer, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._gazetteer = gazetteer
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._kept: PublishedPlan | None = None
        self._whole: HeldPlan | None = None
        self._basemap: Basemap | None = None
        self._ground: Ground | None = None

    def current(self) -> PublishedPlan | None:
        """Return the plan that holds, without anything that tells who is visited at home; ``None`` before the first."""
        version = self._source.current_version()
        if version is None:
            return None
        kept = self._kept
        if kept and kept.view.version == version and self._clock_s() - kept.read_at_s < LIFETIME_S:
            return kept
        with self._lock:
            if self._kept is kept:  # nobody else read it while this request waited
                self._kept = self._read(version)
            return self._kept

    def whole(self) -> HeldPlan | None:
        """Return the plan that holds with everything on it, read once for each version; ``None`` before the first.

        Phones ask for it all morning. Its counts of people without a plan grow old.
        """
        version = self._source.current_version()
        with self._lock:
            if self._whole is None or self._whole.view.version != version:
                view = None if version is None else self._source.read(version)
                self._whole = HeldPlan(view=view) if view else None
            return self._whole

    def basemap(self) -> Basemap:
        """Return the land under the plan."""
        with self._lock:
            if self._basemap is None:
                self._basemap = Basemap.of(self._gazetteer)
            return self._basemap

    def ground(self) -> Ground:
        """Return the land alone, for maps that can be moved."""
        basemap = self.basemap()
        with self._lock:
            if self._ground is None:
                self._ground = ground(basemap)
            return self._ground

    def _read(self, version: int) -> PublishedPlan | None:
        plan = self._source.read(version)
        if plan is None:
            return None
        view = public_view(plan, self._gazetteer)
        if self._kept and self._kept.view == view:
            return replace(self._kept, read_at_s=self._clock_s())  # what was made of it still holds
        return PublishedPlan(view=view, read_at_s=self._clock_s())
