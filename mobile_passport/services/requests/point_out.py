"""Where a request is, as the person who hands it in points it out: a village, and a pin when the house is known."""

from mobile_passport.domain.access import Caller
from mobile_passport.domain.refusal import Conflict
from mobile_passport.geo.distance import haversine_m, radians_of
from mobile_passport.geo.gazetteer import UnknownPlaceCode, Village
from mobile_passport.persistence.requests.requests import PlaceFinding
from mobile_passport.services.world import World
from optimizer.problem import LatLon

FARTHEST_PIN_M = 6_000
"""From the nearest village's point. Those of large hill villages lie a few km off their hamlets (see `Gazetteer`)."""


class PinOutside(Conflict):
    """A pin lies in the sea or outside the working area."""

    code = "pin_outside"


class OutsideRegency(Conflict):
    """A place lies where the caller's organisation hands nothing in."""

    code = "outside_regency"


def point_out(world: World, village_code: str, pin: LatLon | None, *, caller: Caller) -> PlaceFinding:
    """Return the place of a village, or of a pin near it.

    A pin decides: when it lies nearer to another village, that one is meant.

    Raises
    ------
    PinOutside, OutsideRegency
    """
    village = _village(world, village_code, pin)
    if not caller.scope.covers(organisation_id=caller.scope.organisation_id, village_code=village.code):
        raise OutsideRegency(f"{village.label} lies outside your regency; choose another place")
    return PlaceFinding(
        verdict="found",
        label=village.label,
        village_code=village.code,
        position=pin or village.position,
        candidates=(),
    )


def _village(world: World, code: str, pin: LatLon | None) -> Village:
    if pin is None:
        try:
            return world.gazetteer.village(code)
        except UnknownPlaceCode as error:
            raise PinOutside(f"{error}; choose a place of the list") from error
    (nearest,) = world.gazetteer.nearest([pin])
    away_m = float(haversine_m(radians_of([pin]), radians_of([nearest.position]))[0, 0])
    if away_m > FARTHEST_PIN_M or not world.rulebook.area.window.holds(pin):
        raise PinOutside("the pin lies in the sea or outside the working area; put it on the land")
    return nearest
