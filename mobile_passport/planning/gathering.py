"""Which requests come together where: own venues are kept, small groups are pooled at venues near them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mobile_passport.domain.demand import Place, WaitingRequest
from mobile_passport.domain.outreach_plan import Member, OutreachVisit, Unserved
from mobile_passport.domain.request import VisitKind
from mobile_passport.geo.travel import TravelTimes
from mobile_passport.planning.sessions import Gathering, OtherSite
from mobile_passport.planning.sites import Site, Sites, home_site, largest_party, needs_step_free
from mobile_passport.planning.timetable import Timetable
from mobile_passport.planning.workload import is_vulnerable_group
from mobile_passport.rules.planning import JointVariant
from mobile_passport.rules.rulebook import Rulebook
from optimizer.gathering.problem import Clusters, GatheringProblem, Group, Venue
from optimizer.gathering.solve import GatherParams, gather

VULNERABLE_GROUP = "vulnerable_group"
HOME_VISIT = "home_visit"
BY_THE_RULES = JointVariant(venue_cost_factor=1.0, pools_small_own_venues=False)

type Gathered = tuple[tuple[Gathering, ...], tuple[OutreachVisit, ...]]
"""Who comes where in a fixed order, and whom no venue takes, with the true reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """Decides where everyone is served.

    A request keeps its own venue when enough people come to it, or when they may come below the minimum. Home visits
    stay at home. Everyone else is gathered at venues near them. Only those come together who have booked the same days,
    or none: a booked group does not depend on others who may be served on another day.
    """

    sites: Sites
    rulebook: Rulebook
    travel_times: TravelTimes
    timetable: Timetable
    params: GatherParams

    def gather(self, requests: Sequence[WaitingRequest], variant: JointVariant = BY_THE_RULES) -> Gathered:
        """Gather requests; those without people are passed over."""
        by_days: dict[tuple[date, ...], list[WaitingRequest]] = {}
        for request in requests:
            if request.people:
                by_days.setdefault(request.booked_dates, []).append(request)
        parts = [self._gather(by_days[days], variant) for days in sorted(by_days)]
        gathered = [one for part, _ in parts for one in part]
        gathered.sort(key=lambda g: (g.kind.value, min(request.reference for request in g.requests)))
        return tuple(gathered), _named([visit for _, left in parts for visit in left])

    def _gather(self, present: Sequence[WaitingRequest], variant: JointVariant) -> Gathered:
        """Gather requests that may come together."""
        homes = [request for request in present if request.kind is VisitKind.HOME]
        collective = [request for request in present if request.kind is VisitKind.COLLECTIVE]
        own, pooled = self._by_own_venue(collective, gives_up_small=variant.pools_small_own_venues)
        shared, unserved = self._pool(pooled, variant)
        gathered = [
            *_merged([*own, *shared], self.rulebook),
            *(
                Gathering(kind=VisitKind.HOME, site=home_site(request), waiver=HOME_VISIT, requests=(request,))
                for request in homes
            ),
        ]
        return tuple(gathered), tuple(unserved)

    def _by_own_venue(
        self, requests: Sequence[WaitingRequest], *, gives_up_small: bool
    ) -> tuple[list[Gathering], list[WaitingRequest]]:
        venues: dict[Place, list[WaitingRequest]] = {}
        site_of: dict[Place, Site] = {}
        pooled = []
        for request in requests:
            site = self.sites.own(request)
            if site is None or not site.takes(largest_party(request)):
                pooled.append(request)
            else:
                site_of[site.place] = site
                venues.setdefault(site.place, []).append(request)
        kept = []
        for place, members in venues.items():
            people = [person for request in members for person in request.people]
            minimum = self.rulebook.service.minimum.per_location_day
            waived = is_vulnerable_group(people, self.rulebook, self.timetable.open_from_date)
            if (len(people) >= minimum and site_of[place].takes(minimum)) or (waived and not gives_up_small):
                kept.append(_gathering(site_of[place], members, self.rulebook))
            else:
                pooled.extend(members)
        return kept, pooled

    def _pool(
        self, requests: Sequence[WaitingRequest], variant: JointVariant
    ) -> tuple[list[Gathering], list[OutreachVisit]]:
        if not requests:
            return [], []
        ordered = sorted(requests, key=lambda request: request.reference)
        sites = self.sites.near(ordered)
        problem = self._problem(ordered, sites, variant)
        clusters = gather(problem, self.params)
        row_of = {request.reference: row for row, request in enumerate(ordered)}
        opened = {cluster.venue for cluster in clusters.clusters}
        spare = [v for v, venue in enumerate(problem.venues) if venue.id not in opened]
        gathered = []
        for cluster in clusters.clusters:
            rows = [row_of[part.id] for part in cluster.groups]
            main = next(v for v, venue in enumerate(problem.venues) if venue.id == cluster.venue)
            others = self._others(problem, sites, rows, main, spare)
            spare = [v for v in spare if all(sites[v] is not other.site for other in others)]
            gathering = _gathering(sites[main], [ordered[row] for row in rows], self.rulebook)
            gathered.append(replace(gathering, others=others))
        return gathered, _unserved(clusters, {request.reference: request for request in ordered})

    def _problem(
        self, requests: Sequence[WaitingRequest], sites: Sequence[Site], variant: JointVariant
    ) -> GatheringProblem:
        rules, minimum = self.rulebook.planning.gathering, self.rulebook.service.minimum.per_location_day
        everyone = sum(len(request.people) for request in requests)
        return GatheringProblem(
            groups=tuple(
                Group(
                    id=request.reference,
                    applicants=len(request.people),
                    max_travel_s=rules.max_travel_minutes * 60,
                    needs_step_free=needs_step_free(request),
                    vulnerable=is_vulnerable_group(request.people, self.rulebook, self.timetable.open_from_date),
                )
                for request in requests
            ),
            venues=tuple(
                # A venue takes as many days as it needs, so it never is full and no group is ever divided.
                Venue(id=_name(site), capacity=everyone, step_free=site.step_free)
                for site in sites
            ),
            travel_s=self._travel_s(requests, sites),
            min_applicants=minimum,
            venue_cost=rules.venue_cost * variant.venue_cost_factor,
            travel_cost_per_applicant_hour=rules.travel_cost_per_person_hour,
            unserved_cost_per_applicant=rules.unserved_cost_per_person,
        )

    def _travel_s(self, requests: Sequence[WaitingRequest], sites: Sequence[Site]) -> NDArray[np.float64]:
        """Seconds from home to site; infinite where a day of the site is too small for a family or for the minimum."""
        places = [request.place.position for request in requests] + [site.place.position for site in sites]
        travel = self.travel_times.matrix(places).duration_s[: len(requests), len(requests) :].astype(np.float64)
        holds = [[site.takes(self._least(request)) for site in sites] for request in requests]
        return np.where(np.array(holds, dtype=np.bool_).reshape(travel.shape), travel, np.inf)

    def _least(self, request: WaitingRequest) -> int:
        """People whom a day of a site must hold to be of use for a request."""
        waived = is_vulnerable_group(request.people, self.rulebook, self.timetable.open_from_date)
        return max(largest_party(request), 1 if waived else self.rulebook.service.minimum.per_location_day)

    def _others(
        self, problem: GatheringProblem, sites: Sequence[Site], rows: Sequence[int], main: int, spare: Sequence[int]
    ) -> tuple[OtherSite, ...]:
        """Return the surveyed sites nobody else uses at which all these groups could be, nearest for them first."""
        joint = self.rulebook.planning.joint
        if not joint.enabled:
            return ()
        people = np.array([problem.groups[row].applicants for row in rows])
        limit_s = np.array([problem.groups[row].max_travel_s for row in rows])
        steps = any(problem.groups[row].needs_step_free for row in rows)
        extra = []
        for v in spare:
            fits = sites[v].takes(int(people.sum())) and (sites[v].step_free or not steps)
            if fits and sites[v].place.is_surveyed and (problem.travel_s[rows, v] <= limit_s).all():
                hours = float((people * (problem.travel_s[rows, v] - problem.travel_s[rows, main])).sum() / 3600)
                extra.append((hours, v))
        return tuple(
            OtherSite(site=sites[v], extra_hours=hours) for hours, v in sorted(extra)[: joint.venue_choices - 1]
        )


def _name(site: Site) -> str:
    return f"{site.place.label} ({site.place.village_code})"


def _gathering(site: Site, requests: Sequence[WaitingRequest], rulebook: Rulebook) -> Gathering:
    people = sum(len(request.people) for request in requests)
    enough = people >= rulebook.service.minimum.per_location_day
    return Gathering(
        kind=VisitKind.COLLECTIVE,
        site=site,
        waiver=None if enough else VULNERABLE_GROUP,
        requests=tuple(requests),
    )


def _merged(gatherings: Iterable[Gathering], rulebook: Rulebook) -> list[Gathering]:
    """Put together what comes to one place for different reasons."""
    at: dict[Place, Gathering] = {}
    for gathering in gatherings:
        place = gathering.site.place
        if place in at:
            at[place] = _gathering(gathering.site, (*at[place].requests, *gathering.requests), rulebook)
        else:
            at[place] = gathering
    return list(at.values())


def _unserved(clusters: Clusters, by_reference: dict[str, WaitingRequest]) -> list[OutreachVisit]:
    return [
        OutreachVisit(
            visit=group.id,
            kind=VisitKind.COLLECTIVE,
            place=by_reference[group.id].place,
            waiver=None,
            outcome=Unserved(code=group.reason.code, detail=group.reason.detail, change=None),
            members=tuple(Member(applicant_id=person.id, slot_at=None) for person in by_reference[group.id].people),
        )
        for group in clusters.unserved
    ]


def _named(visits: Iterable[OutreachVisit]) -> tuple[OutreachVisit, ...]:
    """Name the visits of requests that no venue takes."""
    return tuple(
        replace(visit, visit=f"T-{number:03d}")  # tidak terkumpul: not gathered
        for number, visit in enumerate(sorted(visits, key=lambda visit: visit.visit), start=1)
    )
