"""How long people take, and what serving them is worth."""

from collections.abc import Iterable
from datetime import date

from mobile_passport.domain.demand import WaitingPerson, WaitingRequest
from mobile_passport.domain.rank import claim_of, points_of_person
from mobile_passport.rules.rulebook import Rulebook

_SECONDS_PER_MINUTE = 60


def station_seconds(person: WaitingPerson, rulebook: Rulebook, day: date) -> tuple[int, int, int]:
    """Seconds of one person at documents, interview and biometrics."""
    minutes = rulebook.service.minutes
    slow = person.is_vulnerable(rulebook.eligibility.ages, day)
    biometrics = minutes.biometrics_elderly if slow else minutes.biometrics
    return (_seconds(minutes.documents), _seconds(minutes.interview), _seconds(biometrics))


def household_service_s(people: int, rulebook: Rulebook) -> int:
    """Seconds of a home visit: carry in, serve everyone, pack up, and the buffer."""
    minutes, site = rulebook.service.minutes, rulebook.service.site
    serving = minutes.household_first_person + minutes.household_next_person * (people - 1)
    return _seconds(site.home_setup_minutes + serving + site.home_packup_minutes + site.buffer_minutes)


def points_of(person: WaitingPerson, request: WaitingRequest, rulebook: Rulebook, day: date) -> float:
    """Points of serving one person: those of the public order of service. Higher is served first."""
    vulnerable = person.is_vulnerable(rulebook.eligibility.ages, day)
    return points_of_person(claim_of(request), rulebook.rank, day, vulnerable=vulnerable)


def is_vulnerable_group(people: Iterable[WaitingPerson], rulebook: Rulebook, day: date) -> bool:
    """Whether a group may come below the minimum: enough of its people are elderly or have a need."""
    flags = [person.is_vulnerable(rulebook.eligibility.ages, day) for person in people]
    return sum(flags) >= rulebook.service.minimum.vulnerable_share * len(flags)


def _seconds(minutes: float) -> int:
    return round(minutes * _SECONDS_PER_MINUTE)
