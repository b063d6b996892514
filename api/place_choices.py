"""Places that a person has to settle, with the villages that each may mean: a list to choose from, and map pins."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mobile_passport.geo.gazetteer import Gazetteer, UnknownPlaceCode, Village
from mobile_passport.geo.geocoder import PlaceQuery
from mobile_passport.persistence.requests.requests import PlaceToReview
from mobile_passport.services.world import World

_MOST_FOUND = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChoices:
    """One place as it was written.

    Attributes
    ----------
    meant
        Villages that it may mean, the likeliest first.
    found
        Villages that the planner looked for.
    """

    place: PlaceToReview
    meant: tuple[Village, ...]
    found: tuple[Village, ...]

    def form(self, village: Village) -> str:
        """Name the form that puts the request at a village; its pin on the map sends the same form."""
        return f"pilih-{self.place.reference}-{village.code}"


def choices_of(world: World, places: Iterable[PlaceToReview], sought: tuple[str, str]) -> tuple[PlaceChoices, ...]:
    """Put together what each place may mean.

    Parameters
    ----------
    sought
        Reference of a place and what the planner looked for instead; two empty texts for nothing.
    """
    reference, words = sought
    return tuple(
        PlaceChoices(
            place=place,
            meant=tuple(_known(world.gazetteer, (one.get("village_code") for one in place.candidates))),
            found=_found(world, words) if place.reference == reference else (),
        )
        for place in places
    )


def pins_of(choices: Iterable[PlaceChoices], note: str) -> dict[str, Any]:
    """Return the villages as GeoJSON (RFC 7946: longitude first).

    Parameters
    ----------
    note
        What a pin says, with ``reference``, ``text`` and ``count`` to be filled in.
    """
    pins = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [village.position.lon, village.position.lat]},
            "properties": {
                "label": village.label,
                "note": note
                % {"reference": one.place.reference, "text": one.place.place_text, "count": one.place.people},
                "form": one.form(village),
            },
        }
        for one in choices
        for village in dict.fromkeys((*one.meant, *one.found))
    ]
    return {"type": "FeatureCollection", "features": pins}


def _found(world: World, words: str) -> tuple[Village, ...]:
    if len(words.strip()) <= 1:
        return ()
    villages = (one.village for one in world.geocoder.locate(PlaceQuery(text=words)).candidates)
    return tuple(dict.fromkeys(village for village in villages if village))[:_MOST_FOUND]


def _known(gazetteer: Gazetteer, codes: Iterable[str | None]) -> Iterator[Village]:
    for code in codes:
        try:
            if code:
                yield gazetteer.village(code)
        except UnknownPlaceCode:  # the gazetteer has changed since the letter came
            continue
