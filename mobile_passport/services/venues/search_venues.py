"""Venues of the register, looked for as people speak of them: by name, village, kecamatan or regency."""

from dataclasses import dataclass

from mobile_passport.domain.venue import SurveyState, Venue
from mobile_passport.persistence.venues.venues import Venues
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedVenue:
    """A venue and where it is: ``Desa Krisik, Kec. Gandusari, Kab. Blitar``."""

    venue: Venue
    place: str


def search_venues(world: World, *, sought: str = "", state: SurveyState | None = None) -> tuple[PlacedVenue, ...]:
    """Return the venues of a state that have all the words in their name or place, by name.

    Parameters
    ----------
    sought
        Words or parts of them, in any order and case; nothing finds every venue.
    state
        ``None`` for any.
    """
    with world.database.reading() as session:
        venues = Venues(session, world.kanim).all()
    places = world.gazetteer.village
    placed = (PlacedVenue(venue=venue, place=places(venue.village_code).label) for venue in venues)
    words = sought.casefold().split()
    found = (one for one in placed if state in (None, one.venue.survey_state) and _has(one, words))
    return tuple(sorted(found, key=lambda one: (one.venue.name, one.venue.code)))


def _has(one: PlacedVenue, words: list[str]) -> bool:
    text = f"{one.venue.name} {one.place}".casefold()
    return all(word in text for word in words)
