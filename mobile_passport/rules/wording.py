"""Parts of what messages say: tables of ``messages.toml``."""

from dataclasses import dataclass

from mobile_passport.domain.person import PassportCase
from mobile_passport.domain.request import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """What to bring, short: ``also`` is added for one passport case."""

    category: Category
    text: str
    also: dict[PassportCase, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Parts of sentences.

    Attributes
    ----------
    at_venue, at_home
        Where; ``{venue}`` is filled in. A home address is never printed.
    several
        More people on one phone than are named; ``{count}`` is filled in.
    from_time
        Beginning of several slots; ``{time}`` is filled in.
    between_times, home_window_minutes
        When a household is to expect the team: from its slot, ``{opens}``, to ``{closes}``; usually so many minutes.
    answer
        Stands for ``{link}`` in texts that have one; ``{url}`` is filled in.
    unanswered, moves, gave_up, wrong_number
        What is said by telephone to who has not answered, and to whom an answer calls for; ``{when}`` is filled in.
    no_slot
        What stands in place of date and place for a request that has no appointment any more.
    route, no_route
        A team's day: how many stops (``{stops}``), the first (``{first}``) and its time (``{time}``); or that none is
        left.
    home_stop
        What a team reads for a stop at somebody's home: neither name nor address.
    most_named
        Up to so many people are named, by given name only.
    """

    at_venue: str
    at_home: str
    several: str
    from_time: str
    between_times: str
    home_window_minutes: int
    answer: str
    unanswered: str
    moves: str
    gave_up: str
    wrong_number: str
    no_slot: str
    route: str
    no_route: str
    home_stop: str
    most_named: int

    def __post_init__(self) -> None:
        if self.home_window_minutes <= 0 or self.home_window_minutes % 5:
            raise ValueError("wording: home_window_minutes above 0, in steps of five")
