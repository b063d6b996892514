"""Durations estimated from what field teams reported: beside the office's figures, never in their place."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.logged import Figure, LoggedStop
from mobile_passport.planning.robust import FEWEST, MAD_TO_SIGMA, TOO_FEW, estimate_spread, estimates, fit
from mobile_passport.planning.travel_calibration import travel_figures
from mobile_passport.rules.rulebook import Rulebook


def calibrate(stops: Sequence[LoggedStop], rulebook: Rulebook) -> tuple[Figure, ...]:
    """Estimate every duration that logs of stops can tell, in the order of the rule files.

    Documents and interview cannot be told: they go on while biometrics does, which takes longest. Where the unit is
    faster than planned, a session is as long as the times that people were told; a suggestion is too high then, and
    comes nearer with every plan that is made by it.

    Parameters
    ----------
    stops
        In any order; what a stop lacks is left out where it is needed.
    """
    return (
        *_serving(stops, rulebook),
        *_setting_up(stops, rulebook),
        *_spreads(stops, rulebook),
        *travel_figures(stops, rulebook),
    )


def _of(stops: Sequence[LoggedStop], kind: VisitKind) -> list[LoggedStop]:
    return [stop for stop in stops if stop.kind is kind and stop.ordinary + stop.slow > 0 and (stop.serving_s or 0) > 0]


def _minutes_served(stops: Sequence[LoggedStop]) -> NDArray[np.float64]:
    return np.array([(stop.serving_s or 0) / 60 for stop in stops], dtype=np.float64)


def _session_columns(stops: Sequence[LoggedStop]) -> NDArray[np.float64]:
    """Ordinary and slow people for each kit, and 1: what passes before the kits are busy."""
    return np.array([(s.ordinary / s.kits, s.slow / s.kits, 1.0) for s in stops], dtype=np.float64).reshape(-1, 3)


def _household_columns(stops: Sequence[LoggedStop]) -> NDArray[np.float64]:
    return np.array([(1.0, s.ordinary + s.slow - 1) for s in stops], dtype=np.float64).reshape(-1, 2)


_COLUMNS: dict[VisitKind, Callable[[Sequence[LoggedStop]], NDArray[np.float64]]] = {
    VisitKind.COLLECTIVE: _session_columns,
    VisitKind.HOME: _household_columns,
}


def _serving(stops: Sequence[LoggedStop], rulebook: Rulebook) -> Iterator[Figure]:
    present = rulebook.service.minutes
    names = {
        VisitKind.COLLECTIVE: ("biometrics", "biometrics_elderly"),
        VisitKind.HOME: ("household_first_person", "household_next_person"),
    }
    for kind, keys in names.items():
        served = _of(stops, kind)
        found = estimates(_COLUMNS[kind](served), _minutes_served(served))
        for index, key in enumerate(keys):
            suggested, why_not = (found[index], "") if not isinstance(found, str) else (None, found)
            yield Figure(
                file="service",
                key=f"minutes.{key}",
                present=getattr(present, key),
                observations=len(served),
                suggested=suggested,
                why_not=why_not,
            )


def _setting_up(stops: Sequence[LoggedStop], rulebook: Rulebook) -> Iterator[Figure]:
    site = rulebook.service.site
    for kind, key in ((VisitKind.COLLECTIVE, "setup_minutes"), (VisitKind.HOME, "home_setup_minutes")):
        minutes = np.array([s.setup_s / 60 for s in stops if s.kind is kind and s.setup_s is not None])
        found = estimates(np.ones((len(minutes), 1)), minutes)
        yield Figure(
            file="service",
            key=f"site.{key}",
            present=getattr(site, key),
            observations=len(minutes),
            suggested=None if isinstance(found, str) else found[0],
            why_not=found if isinstance(found, str) else "",
        )


def _spreads(stops: Sequence[LoggedStop], rulebook: Rulebook) -> Iterator[Figure]:
    """How much serving differs from what it should have taken: of ± s drawn evenly, half lies within s / 2."""
    for kind, key in ((VisitKind.COLLECTIVE, "collective"), (VisitKind.HOME, "home")):
        served = _of(stops, kind)
        columns, minutes = _COLUMNS[kind](served), _minutes_served(served)
        suggested = None
        if len(served) >= FEWEST:
            shares = minutes / np.maximum(columns @ fit(columns, minutes), 1e-9)
            suggested = estimate_spread(shares).times(2 / MAD_TO_SIGMA)
        yield Figure(
            file="punctuality",
            key=f"service.{key}",
            present=getattr(rulebook.punctuality.service, key),
            observations=len(served),
            suggested=suggested,
            why_not="" if suggested else TOO_FEW,
        )
