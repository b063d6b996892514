"""Days that are offered to a group: those that take everybody at once first, and why the first is the best."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from mobile_passport.domain.access import Caller
from mobile_passport.domain.sentence import Sentence
from mobile_passport.services.booking.day_sets import days_around
from mobile_passport.services.booking.offer_days import DayOffer, Group, offer_days
from mobile_passport.services.booking.why_best import why_best
from mobile_passport.services.world import World

_OFFERS = 5
_ONE_DAY = Sentence("satu hari cukup untuk semua")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A day that is offered, with those that it takes besides.

    Attributes
    ----------
    days
        Day to people; empty when all days together have too little room for the group.
    """

    offer: DayOffer
    days: Mapping[date, int]

    @property
    def value(self) -> str:
        """The days as the button sends them."""
        return " ".join(day.isoformat() for day in self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What is offered, the best first.

    Attributes
    ----------
    why
        What sets the first apart, Indonesian; ``None`` where there is nothing to compare.
    """

    offered: tuple[Offered, ...] = ()
    why: Sentence | None = None


def offers_for(world: World, group: Group, first: date, last: date, *, caller: Caller, now: datetime) -> Offers:
    """Return the best days between two dates for a group; where several go together, once.

    Days that were wished for come first; then the fewest, as nobody spreads a group over days when one has room for
    all; then what the office's rule puts first.
    """
    ranked = offer_days(world, group, first, last, caller=caller, now=now)
    found: dict[tuple[date, ...], Offered] = {}
    for one in ranked:
        days = days_around(one, ranked, group.people)
        found.setdefault(tuple(days) or (one.date,), Offered(offer=one, days=days))
    wished = set(group.wished_dates)
    offered = sorted(found.values(), key=lambda one: (not wished & one.days.keys(), len(one.days)))[:_OFFERS]
    return Offers(offered=tuple(offered), why=_why(offered))


def _why(offered: list[Offered]) -> Sentence | None:
    if not offered or not offered[0].days:
        return None
    if len(offered[0].days) == 1 < min((len(one.days) for one in offered[1:]), default=0):
        return _ONE_DAY
    return why_best([one.offer for one in offered])
