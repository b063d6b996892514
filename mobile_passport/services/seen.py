"""Refuse to overwrite what the caller has not seen."""

from mobile_passport.domain.refusal import Stale


def refuse_unseen(seen: str, present: str) -> None:
    """Insist that an object is still in the revision that the caller saw.

    Parameters
    ----------
    seen
        The revision that the caller states.

    Raises
    ------
    Stale
    """
    if seen != present:
        raise Stale("it was changed after you read it; nothing was overwritten")
