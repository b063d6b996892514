"""Why the first of the offered days is the best one, in a few words."""

from collections.abc import Mapping, Sequence

from mobile_passport.domain.sentence import Sentence
from mobile_passport.services.booking.offer_days import Criterion, DayOffer

_WORDS: Mapping[Criterion, Sentence] = {
    Criterion.LEFT_OVER: Sentence("paling banyak orang tertampung"),
    Criterion.UNWISHED: Sentence("hari yang diminta"),
    Criterion.WAY_MINUTE: Sentence("perjalanan tim paling singkat"),
    Criterion.SHORT_DAY: Sentence("jam layanan penuh"),
    Criterion.DAY_LATER: Sentence("paling awal"),
}


def why_best(offers: Sequence[DayOffer]) -> Sentence | None:
    """Say what sets the first of some offers apart: where no other is better, that which sets it most.

    Returns
    -------
    Sentence or None
        ``None`` for a single offer, and where another is better in everything by which they differ.
    """
    best, *others = offers
    if not others:
        return None
    ahead = {
        criterion: sum(other.costs[criterion] for other in others) / len(others) - best.costs[criterion]
        for criterion in Criterion
        if all(best.costs[criterion] <= other.costs[criterion] for other in others)
    }
    most = max(ahead, key=ahead.__getitem__, default=None)
    return _WORDS[most] if most and ahead[most] > 0 else None
