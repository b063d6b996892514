"""What the page of a group's place offers: villages that its text may mean, and halls of the register near them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from api.group_draft import GroupDraft, PlaceIn
from api.group_work import Workplace
from mobile_passport.domain.venue import Venue, same_name
from mobile_passport.geo.gazetteer import Village
from mobile_passport.intake.columns import Column
from mobile_passport.persistence.requests.requests import PlaceFinding
from mobile_passport.services.venues.find_halls import hall_of, halls_in

HALL = "tempat-"
"""Stands before the code of a hall of the register in what the form sends as its building."""
_SEEK = "cari"
_LIKELY = 0.1
"""Confidence from which a place outside the caller's regency is named as what may be meant; own judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOffer:
    """What can be chosen.

    Attributes
    ----------
    chosen
        The village that stands ticked; ``None`` while it is open which one is meant.
    outside
        What the text may mean where the caller hands nothing in, as people read it.
    halls
        Of the register.
    hall
        That of them which the draft names.
    """

    villages: tuple[Village, ...]
    chosen: Village | None
    outside: tuple[str, ...]
    halls: tuple[Venue, ...]
    hall: Venue | None


def offer_of(at: Workplace, draft: GroupDraft, found: PlaceFinding | None) -> PlaceOffer:
    """Work out what the place page of a draft offers.

    Of a text that says no more than a kecamatan, its villages are offered.

    Parameters
    ----------
    found
        What the written place may mean; ``None`` when nobody was asked.
    """
    candidates = found.candidates if found else ()
    settled = draft.place.village_code if draft.place else (found.village_code if found else None)
    codes = dict.fromkeys(code for code in (settled, *(one["village_code"] for one in candidates)) if code)
    villages = tuple(at.world.gazetteer.village(code) for code in codes if _may_hand_in(at, code))
    villages = villages or _villages_of_kecamatan(at, candidates)
    chosen = next((one for one in villages if one.code == settled or len(villages) == 1), None)
    near = (chosen,) if chosen else villages
    halls = halls_in(at.world, {one.kecamatan_code for one in near}, scope=at.caller.scope)
    likely = dict.fromkeys(one["label"] for one in candidates if one["confidence"] >= _LIKELY)
    return PlaceOffer(
        villages=villages,
        chosen=chosen,
        outside=() if villages else tuple(likely),
        halls=halls,
        hall=_named(halls, _own_venue(draft), chosen.code if chosen else ""),
    )


def with_building(
    at: Workplace, before: GroupDraft, draft: GroupDraft, sent: FormData
) -> tuple[GroupDraft, PlaceIn | None]:
    """Put the building that a form names into a draft; a hall of the register says the place as well.

    A name that was typed anew beside "find us a place" counts: without scripts, nothing ticks its choice.

    Parameters
    ----------
    draft
        With what was typed.

    Returns
    -------
    GroupDraft
    PlaceIn or None
        Where the hall is, in the village that the register says: planning finds it there by its name.
    """
    choice, name = str(sent.get("gedung", "")), _own_venue(draft)
    if choice == _SEEK and name in ("", _own_venue(before)):
        return draft.model_copy(update={"head": draft.head | {Column.OWN_VENUE: None}}), None
    if choice.startswith(HALL):
        hall = hall_of(at.world, choice.removeprefix(HALL), scope=at.caller.scope)
    else:
        village = str(sent.get("desa", ""))
        hall = _named(halls_in(at.world, {village[:6]}, scope=at.caller.scope), name, village)
    if hall is None:
        return draft, None
    head = draft.head | {Column.OWN_VENUE: hall.name}
    return draft.model_copy(update={"head": head}), PlaceIn(village_code=hall.village_code)


def _named(halls: Iterable[Venue], name: str, village_code: str) -> Venue | None:
    """Return the hall of this name, that of the village if there are several."""
    named = [hall for hall in halls if same_name(hall.name, name)]
    return max(named, key=lambda hall: hall.village_code == village_code, default=None)


def _own_venue(draft: GroupDraft) -> str:
    value = draft.head.get(Column.OWN_VENUE)
    return value if isinstance(value, str) else ""


def _may_hand_in(at: Workplace, code: str) -> bool:
    return at.caller.scope.covers(organisation_id=at.caller.scope.organisation_id, village_code=code)


def _villages_of_kecamatan(at: Workplace, candidates: Collection[dict[str, Any]]) -> tuple[Village, ...]:
    labels = {one["label"] for one in candidates if one["village_code"] is None}
    meant = [one.code for one in at.world.gazetteer.kecamatan if one.label in labels and _may_hand_in(at, one.code)]
    return tuple(village for code in meant for village in at.world.gazetteer.villages_of(code))
