"""Several days for a group that is too large for one."""

from collections.abc import Mapping, Sequence
from datetime import date

from mobile_passport.services.booking.offer_days import DayOffer


def spread(people: int, room: Mapping[date, int]) -> dict[date, int]:
    """Spread people over days by the room of each, the earliest day first; a day that gets nobody is left out."""
    shares: dict[date, int] = {}
    for day in sorted(room):
        if places := min(people, room[day]):
            shares[day] = places
            people -= places
    return shares


def days_around(offer: DayOffer, ranked: Sequence[DayOffer], people: int) -> dict[date, int]:
    """Return the days on which all people of a group find a place, with an offered day among them.

    Others join it in the order of their rank, and no more of them than it takes.

    Returns
    -------
    dict
        Day to people, by date; empty when all days together have too little room.
    """
    room = {offer.date: offer.room}
    for other in ranked:
        if sum(room.values()) >= people:
            break
        wider = room | {other.date: other.room}
        if offer.date in spread(people, wider):
            room = wider
    for day in [day for day in room if day != offer.date]:
        if sum(room.values()) - room[day] >= people:
            del room[day]
    shares = spread(people, room)
    return shares if sum(shares.values()) == people else {}
