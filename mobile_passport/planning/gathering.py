"""Which requests come together where: own venues are kept, small groups are pooled at venues near them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mobile_passport.domain.demand import Place, WaitingRequest
from mobile_passport.domain.outreach_plan import Member, OutreachVisit, Unserved
from mobile_passport.domain.request import VisitKind
from mobile_passport.geo.travel import TravelTimes
from mobile_passport.planning.sessions import Gathering
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
        return _in_order(one for part, _ in parts for one in part), _named([v for _, left in parts for v in left])

    def gather_rest(self, chosen: Sequence[Gathering], requests: Iterable[WaitingRequest]) -> Gathered:
        """Keep gatherings, and gather by the rules whoever is in none of them."""
        taken = {request.reference for gathering in chosen for request in gathering.requests}
        rest, ungathered = self.gather([request for request in requests if request.reference not in taken])
        return _in_order(_merged([*chosen, *rest], self.rulebook)), ungathered

    def elsewhere(self, sets: Iterable[tuple[WaitingRequest, ...]], most: int) -> Iterator[Gathering]:
        """Offer to people who may come together the surveyed sites that hold all of them on one day, the nearest first.

        Parameters
        ----------
        sets
            Requests of which each set may come together by itself.
        most
            Sites offered to a set.
        """
        sets = tuple(sets)
        if not sets:
            return
        by_reference = {request.reference: request for members in sets for request in members}
        asked = [by_reference[reference] for reference in sorted(by_reference)]
        sites = self.sites.near(asked)
        row_of = {request.reference: row for row, request in enumerate(asked)}
        travel_s = self._travel_s(asked, sites)
        within = travel_s <= self.rulebook.planning.gathering.max_travel_minutes * 60
        for members in sets:
            rows = [row_of[request.reference] for request in members]
            people = np.array([len(request.people) for request in members])
            steps = any(map(needs_step_free, members))
            way_s = people @ np.where(within[rows], travel_s[rows], 0.0)
            near = [v for v in np.argsort(way_s, kind="stable").tolist() if within[rows, v].all()]
            able = [v for v in near if sites[v].takes(int(people.sum())) and (sites[v].step_free or not steps)]
            for v in [v for v in able if sites[v].place.is_surveyed][:most]:
                yield self.gathering_at(sites[v], members)

    def may_come_together(self, requests: Sequence[WaitingRequest]) -> bool:
        """Whether requests reach the minimum, or each of them may stay below it."""
        people = sum(len(request.people) for request in requests)
        return people >= self.rulebook.service.minimum.per_location_day or all(
            is_vulnerable_group(request.people, self.rulebook, self.timetable.open_from_date) for request in requests
        )

    def keeps_own_venue(self, gathering: Gathering) -> bool:
        """Whether enough people come to the venue that their requests bring: nobody sends them elsewhere."""
        sites = [self.sites.own(request) if request.has_own_venue else None for request in gathering.requests]
        people = sum(len(request.people) for request in gathering.requests)
        return people >= self.rulebook.service.minimum.per_location_day and all(
            site is not None and site.place == gathering.site.place for site in sites
        )

    def gathering_at(self, site: Site, requests: Sequence[WaitingRequest]) -> Gathering:
        """Let requests that may come together come to a site."""
        return _gathering(site, requests, self.rulebook)

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
        site_of = {venue.id: site for venue, site in zip(problem.venues, sites, strict=True)}
        gathered = [
            _gathering(site_of[cluster.venue], [ordered[row_of[part.id]] for part in cluster.groups], self.rulebook)
            for cluster in clusters.clusters
        ]
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
    """Put together what comes to one place for different reasons; households stay by themselves."""
    at: dict[object, Gathering] = {}
    for gathering in gatherings:
        key: object = (gathering.site.place, gathering.booked_dates)
        if gathering.kind is VisitKind.HOME:
            key = gathering.requests[0].reference
        if key in at:
            at[key] = _gathering(gathering.site, (*at[key].requests, *gathering.requests), rulebook)
        else:
            at[key] = gathering
    return list(at.values())


def _in_order(gatherings: Iterable[Gathering]) -> tuple[Gathering, ...]:
    return tuple(sorted(gatherings, key=lambda g: (g.kind.value, min(request.reference for request in g.requests))))


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
