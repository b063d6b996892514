"""How long a session takes with a crew's desks and kits, and everyone's slot in it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.sessions import Attendee
from mobile_passport.planning.workload import station_seconds
from mobile_passport.rules.rulebook import Rulebook
from optimizer.appointments import Appointments, schedule
from optimizer.line import Person, SessionHours, Stations, simulate_session

PRIORITY, ORDINARY = 1, 0  # higher is served first
SPOKEN_S = 300  # people are told times in steps of five minutes
_LONGEST_SESSION_S = 7 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Desks and kits that every team has at least: a session sized for them can be given to any team."""

    stations: Stations

    @classmethod
    def slowest_of(cls, rulebook: Rulebook) -> Self:
        """Take the smallest counts over the teams that make collective visits."""
        teams = [team for team in rulebook.teams.teams if VisitKind.COLLECTIVE.value in team.skills]
        return cls(
            stations=Stations(
                document_desks=min((team.document_desks for team in teams), default=1),
                interview_desks=min((team.interview_desks for team in teams), default=1),
                biometric_kits=min((team.kits for team in teams), default=1),
            )
        )


def slots_of(
    attendees: Sequence[Attendee], crew: Crew, hours: SessionHours, rulebook: Rulebook, day: date
) -> Appointments:
    """Give everyone of a collective session an arrival slot.

    Parameters
    ----------
    hours
        When people can be served, seconds from any origin; slots count from the same origin.
    """
    wave_s = rulebook.service.site.arrival_wave_minutes * 60
    return schedule(_people(attendees, rulebook, day), crew.stations, hours, wave_s=wave_s)


def waiting_s(
    attendees: Sequence[Attendee],
    arrivals_s: Sequence[int],
    crew: Crew,
    hours: SessionHours,
    rulebook: Rulebook,
    day: date,
) -> NDArray[np.float64]:
    """Simulate the line of a session with everybody's nominal minutes.

    Parameters
    ----------
    arrivals_s
        When each attendee comes, from the same origin as ``hours``.

    Returns
    -------
    float64, shape (attendees,)
        Seconds in the line without being served, the break included.
    """
    people = _people(attendees, rulebook, day)
    order = sorted(range(len(people)), key=lambda index: (arrivals_s[index], -people[index].priority))
    called = tuple(people[index] for index in order)
    simulated = simulate_session(called, tuple(arrivals_s[index] for index in order), crew.stations, hours)
    waits = np.empty(len(people))
    waits[order] = simulated.waiting_s[0]
    return waits


def _people(attendees: Sequence[Attendee], rulebook: Rulebook, day: date) -> tuple[Person, ...]:
    people = []
    for attendee in attendees:
        documents_s, interview_s, biometrics_s = station_seconds(attendee.person, rulebook, day)
        vulnerable = attendee.person.is_vulnerable(rulebook.eligibility.ages, day)
        people.append(
            Person(
                id=str(attendee.person.id),
                documents_s=documents_s,
                interview_s=interview_s,
                biometrics_s=biometrics_s,
                priority=PRIORITY if vulnerable else ORDINARY,
                party=f"{attendee.request.reference}/{attendee.person.party}" if attendee.person.party else None,
            )
        )
    return tuple(people)


def serving_s(attendees: Sequence[Attendee], crew: Crew, rulebook: Rulebook, day: date) -> int:
    """Seconds that serving takes, without any break: no desk ever idle, and one arrival wave to spread people over.

    Without that wave the desks would be busy to the end only if everybody came at the beginning, and waited. The
    opening is rounded up to a time that people can be told.
    """
    people = _people(attendees, rulebook, day)
    hours = SessionHours(opens_s=0, closes_s=_LONGEST_SESSION_S)
    everyone_at_once = (0,) * len(people)
    finish_s = simulate_session(people, everyone_at_once, crew.stations, hours).finish_s.max()
    return math.ceil(finish_s) + rulebook.service.site.arrival_wave_minutes * 60 + SPOKEN_S
