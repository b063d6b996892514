"""What a plan spares people: the way to the office, and the line in front of one common opening hour."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from mobile_passport.domain.demand import WaitingRequest
from mobile_passport.domain.outreach_plan import OutreachVisit, RouteStop
from mobile_passport.domain.request import VisitKind
from mobile_passport.geo.travel import TravelTimes
from mobile_passport.planning.outcome import serving_hours
from mobile_passport.planning.serving import Crew, waiting_s
from mobile_passport.planning.sessions import Attendee
from mobile_passport.planning.timetable import Timetable
from mobile_passport.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Comfort:
    """Before and after.

    Attributes
    ----------
    people
        Those on a route, proposals and home visits included.
    hours_to_office, hours_to_venues
        Person-hours one way from home, if all of these people went to the office, and to where they are served.
    waiting_at_opening_s, waiting_by_slot_s
        Mean seconds in line at venues, simulated with nominal minutes: if everybody came when the doors open, and
        with everybody at their slot. 0 when nobody has a slot at a venue.
    split, consecutive
        Groups served on several days, and those of them whose days follow each other without a day between on which
        a team goes out.
    """

    people: int
    hours_to_office: float
    hours_to_venues: float
    waiting_at_opening_s: float
    waiting_by_slot_s: float
    split: int
    consecutive: int


def comfort_of(
    visits: Iterable[OutreachVisit],
    requests: Iterable[WaitingRequest],
    timetable: Timetable,
    rulebook: Rulebook,
    travel_times: TravelTimes,
) -> Comfort:
    """Measure the visits of a plan that stand on a route.

    Parameters
    ----------
    requests
        At least those whose people the visits serve; visits of others, and on other days than the timetable has, are
        passed over.
    """
    attendee_of = {
        person.id: Attendee(person=person, request=request) for request in requests for person in request.people
    }
    dates = {day.date for day in timetable.days}
    served = [
        (visit, visit.outcome, tuple(attendee_of[member.applicant_id] for member in visit.members))
        for visit in visits
        if isinstance(visit.outcome, RouteStop)
        and visit.outcome.starts_at.astimezone(timetable.zone).date() in dates
        and all(member.applicant_id in attendee_of for member in visit.members)
    ]
    to_office, to_venues = _hours([(visit, attendees) for visit, _, attendees in served], rulebook, travel_times)
    waits = [
        _waits(visit, stop, attendee_of, timetable, rulebook)
        for visit, stop, _ in served
        if visit.kind is VisitKind.COLLECTIVE and all(member.slot_at for member in visit.members)
    ]
    opening, slots = (np.concatenate([pair[way] for pair in waits] or [np.zeros(1)]) for way in (0, 1))
    split, consecutive = _days([(visit, stop) for visit, stop, _ in served], timetable)
    return Comfort(
        people=sum(len(attendees) for _, _, attendees in served),
        hours_to_office=to_office,
        hours_to_venues=to_venues,
        waiting_at_opening_s=float(opening.mean()),
        waiting_by_slot_s=float(slots.mean()),
        split=split,
        consecutive=consecutive,
    )


def _hours(
    served: list[tuple[OutreachVisit, tuple[Attendee, ...]]], rulebook: Rulebook, travel_times: TravelTimes
) -> tuple[float, float]:
    depot = rulebook.office.depot.position
    pairs = [
        (attendee.request.place.position, visit.place.position, visit.kind)
        for visit, attendees in served
        for attendee in attendees
    ]
    points = sorted({depot, *(p for home, place, _ in pairs for p in (home, place))}, key=lambda p: (p.lat, p.lon))
    row = {point: index for index, point in enumerate(points)}
    duration_s = travel_times.matrix(points).duration_s.astype(np.float64)
    to_office = sum(float(duration_s[row[home], row[depot]]) for home, _, _ in pairs)
    to_venues = sum(
        float(duration_s[row[home], row[place]]) for home, place, kind in pairs if kind is VisitKind.COLLECTIVE
    )
    return to_office / 3600, to_venues / 3600


def _waits(
    visit: OutreachVisit,
    stop: RouteStop,
    attendee_of: Mapping[UUID, Attendee],
    timetable: Timetable,
    rulebook: Rulebook,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return everybody's wait, if all came at the opening and at their slots."""
    hours = serving_hours(timetable.seconds_at(stop.starts_at), timetable.seconds_at(stop.ends_at), timetable, rulebook)
    day = stop.starts_at.astimezone(timetable.zone).date()
    slots_s = [timetable.seconds_at(member.slot_at) for member in visit.members if member.slot_at]
    attendees = [attendee_of[member.applicant_id] for member in visit.members]
    crew = Crew.slowest_of(rulebook)
    opening_s = [hours.opens_s] * len(attendees)
    return (
        waiting_s(attendees, opening_s, crew, hours, rulebook, day),
        waiting_s(attendees, slots_s, crew, hours, rulebook, day),
    )


def _days(served: list[tuple[OutreachVisit, RouteStop]], timetable: Timetable) -> tuple[int, int]:
    """Count the places of several days, and those whose days follow each other."""
    number = {day.date: index for index, day in enumerate(timetable.days)}
    days_at: dict[object, set[int]] = {}
    for visit, stop in served:
        if visit.kind is VisitKind.COLLECTIVE:
            days_at.setdefault(visit.place, set()).add(number[stop.starts_at.astimezone(timetable.zone).date()])
    several = [days for days in days_at.values() if len(days) > 1]
    return len(several), sum(max(days) - min(days) == len(days) - 1 for days in several)
