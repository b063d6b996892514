"""Halls of the register that a group may choose instead of naming one that nobody of the office has seen."""

from collections.abc import Collection

from mobile_passport.domain.access import Scope
from mobile_passport.domain.venue import SurveyState, Venue
from mobile_passport.services.venues.register_venues import registered_venues
from mobile_passport.services.world import World

_KECAMATAN_DIGITS = 6


def halls_in(world: World, kecamatan: Collection[str], *, scope: Scope) -> tuple[Venue, ...]:
    """Return the halls of some kecamatan in which a group may be served, surveyed ones first, then by name.

    Parameters
    ----------
    kecamatan
        Codes of six digits.
    scope
        Of the group's coordinator: halls outside it are not offered.
    """
    found = [hall for hall in _halls(world, scope) if hall.village_code[:_KECAMATAN_DIGITS] in kecamatan]
    return tuple(sorted(found, key=lambda hall: (hall.survey_state is not SurveyState.SURVEYED, hall.name)))


def hall_of(world: World, code: str, *, scope: Scope) -> Venue | None:
    """Return the hall of a code, ``None`` when a group of this scope may not be served there."""
    return next((hall for hall in _halls(world, scope) if hall.code == code), None)


def _halls(world: World, scope: Scope) -> list[Venue]:
    return [
        venue
        for venue in registered_venues(world)
        if venue.survey_state is not SurveyState.UNFIT
        and scope.covers(organisation_id=scope.organisation_id, village_code=venue.village_code)
    ]
