"""Which requests come together where: own venues are kept, small groups are pooled at village halls."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from mobile_passport.domain.demand import Place, WaitingRequest
from mobile_passport.domain.outreach_plan import Member, OutreachVisit, Unserved
from mobile_passport.domain.request import VisitKind
from mobile_passport.geo.distance import haversine_m, radians_of
from mobile_passport.geo.gazetteer import Gazetteer, Village, VillageKind
from mobile_passport.geo.travel import TravelTimes
from mobile_passport.planning.sessions import Gathering
from mobile_passport.planning.timetable import Timetable
from mobile_passport.planning.workload import is_vulnerable_group
from mobile_passport.rules.rulebook import Rulebook
from optimizer.gathering.problem import Clusters, GatheringProblem, Group, Venue
from optimizer.gathering.solve import GatherParams, gather

VULNERABLE_GROUP = "vulnerable_group"
HOME_VISIT = "home_visit"


def gather_requests(
    requests: Sequence[WaitingRequest],
    rulebook: Rulebook,
    gazetteer: Gazetteer,
    travel_times: TravelTimes,
    timetable: Timetable,
    params: GatherParams,
) -> tuple[tuple[Gathering, ...], tuple[OutreachVisit, ...]]:
    """Decide where everyone is served.

    A request keeps its own venue when enough people come to it, or when they may come below the minimum. Home visits
    stay at home. Everyone else is gathered at the halls of villages near them.

    Returns
    -------
    gatherings, unserved
        In a fixed order; unserved requests with their true reason.
    """
    homes = [request for request in requests if request.kind is VisitKind.HOME]
    own, pooled = _by_own_venue([r for r in requests if r.kind is VisitKind.COLLECTIVE], rulebook, timetable)
    gathered = [*own]
    unserved: list[OutreachVisit] = []
    if pooled:
        halls = _halls_near(pooled, gazetteer, rulebook)
        problem = _gathering_problem(pooled, halls, rulebook, travel_times, timetable)
        clusters = gather(problem, params)
        by_reference = {request.reference: request for request in pooled}
        hall_of = {hall.code: hall for hall in halls}
        for cluster in clusters.clusters:
            members = tuple(by_reference[part.id] for part in cluster.groups)
            gathered.append(
                Gathering(
                    kind=VisitKind.COLLECTIVE,
                    place=hall_place(hall_of[cluster.venue]),
                    waiver=_waiver(members, rulebook),
                    requests=members,
                )
            )
        unserved = _unserved(clusters, by_reference)
    gathered.extend(
        Gathering(kind=VisitKind.HOME, place=request.place, waiver=HOME_VISIT, requests=(request,)) for request in homes
    )
    gathered.sort(key=lambda g: (g.kind.value, min(request.reference for request in g.requests)))
    return tuple(gathered), tuple(unserved)


def hall_place(village: Village) -> Place:
    """The hall of a village, where people can be gathered."""
    hall = "Balai Desa" if village.kind is VillageKind.DESA else "Kantor Kelurahan"
    return Place(
        label=f"{hall} {village.name}, Kec. {village.kecamatan}", village_code=village.code, position=village.position
    )


def _by_own_venue(
    requests: Sequence[WaitingRequest], rulebook: Rulebook, timetable: Timetable
) -> tuple[list[Gathering], list[WaitingRequest]]:
    venues: dict[tuple[str, str], list[WaitingRequest]] = defaultdict(list)
    pooled = []
    for request in requests:
        if request.has_own_venue:
            venues[request.place.village_code, request.place.label.casefold()].append(request)
        else:
            pooled.append(request)
    kept = []
    for members in venues.values():
        people = [person for request in members for person in request.people]
        enough = len(people) >= rulebook.service.minimum.per_location_day
        if enough or is_vulnerable_group(people, rulebook, timetable.open_from_date):
            kept.append(
                Gathering(
                    kind=VisitKind.COLLECTIVE,
                    place=members[0].place,
                    waiver=_waiver(members, rulebook),
                    requests=tuple(members),
                )
            )
        else:
            pooled.extend(members)
    return kept, pooled


def _waiver(members: Sequence[WaitingRequest], rulebook: Rulebook) -> str | None:
    people = sum(len(request.people) for request in members)
    return None if people >= rulebook.service.minimum.per_location_day else VULNERABLE_GROUP


def _halls_near(requests: Sequence[WaitingRequest], gazetteer: Gazetteer, rulebook: Rulebook) -> list[Village]:
    count = rulebook.planning.gathering.candidate_venues_per_group
    villages = gazetteer.villages
    distance_m = haversine_m(
        radians_of([request.place.position for request in requests]), radians_of([v.position for v in villages])
    )
    nearest = np.argsort(distance_m, axis=1, kind="stable")[:, :count]
    return [villages[index] for index in sorted({int(index) for row in nearest for index in row})]


def _gathering_problem(
    requests: Sequence[WaitingRequest],
    halls: Sequence[Village],
    rulebook: Rulebook,
    travel_times: TravelTimes,
    timetable: Timetable,
) -> GatheringProblem:
    rules = rulebook.planning.gathering
    places = [request.place.position for request in requests] + [hall.position for hall in halls]
    travel_s = travel_times.matrix(places).duration_s[: len(requests), len(requests) :].astype(np.float64)
    groups = tuple(
        Group(
            id=request.reference,
            applicants=len(request.people),
            max_travel_s=rules.max_travel_minutes * 60,
            vulnerable=is_vulnerable_group(request.people, rulebook, timetable.open_from_date),
        )
        for request in requests
    )
    everyone = sum(group.applicants for group in groups)  # a hall takes as many days as it needs, so it never is full
    return GatheringProblem(
        groups=groups,
        venues=tuple(Venue(id=hall.code, capacity=everyone) for hall in halls),
        travel_s=travel_s,
        min_applicants=rulebook.service.minimum.per_location_day,
        venue_cost=rules.venue_cost,
        travel_cost_per_applicant_hour=rules.travel_cost_per_person_hour,
        unserved_cost_per_applicant=rules.unserved_cost_per_person,
    )


def _unserved(clusters: Clusters, by_reference: dict[str, WaitingRequest]) -> list[OutreachVisit]:
    return [
        OutreachVisit(
            visit=f"T-{number:03d}",  # tidak terkumpul: not gathered
            kind=VisitKind.COLLECTIVE,
            place=by_reference[group.id].place,
            waiver=None,
            outcome=Unserved(code=group.reason.code, detail=group.reason.detail, change=None),
            members=tuple(Member(applicant_id=person.id, slot_at=None) for person in by_reference[group.id].people),
        )
        for number, group in enumerate(sorted(clusters.unserved, key=lambda g: g.id), start=1)
    ]
