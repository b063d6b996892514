"""Forget answers that nobody asks for again."""

from datetime import datetime, timedelta

from mobile_passport.persistence.answers import Answers
from mobile_passport.services.world import World

KEPT = timedelta(hours=48)
"""Longer than the 24 hours that clients are promised: a clock that is wrong by an hour costs nobody an answer."""


def clear_answers(world: World, *, now: datetime) -> int:
    """Forget answers of requests that came long ago. Returns how many."""
    with world.database.transaction() as session:
        return Answers(session, world.vault, world.kanim).clear_before(now - KEPT)
