"""Where people can be served: venues of the register, venues that askers offer, and village halls as a last resort."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from mobile_passport.domain.demand import Place, WaitingRequest
from mobile_passport.domain.person import Need
from mobile_passport.domain.venue import SurveyState, Venue, VenueKind, same_name
from mobile_passport.geo.distance import haversine_m, radians_of
from mobile_passport.geo.gazetteer import Gazetteer, Village, VillageKind
from mobile_passport.rules.planning import GatheringRules
from optimizer.problem import LatLon

STEP_FREE_NEEDS = frozenset({Need.WHEELCHAIR, Need.WALKING_AID, Need.BEDRIDDEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place with what it can take.

    Attributes
    ----------
    capacity_a_day
        People on one day; ``None`` where nobody has counted yet, and at home.
    step_free
        Counts as ``True`` where nobody has looked: people are told only after a survey, which looks at this.
    """

    place: Place
    capacity_a_day: int | None
    step_free: bool

    def takes(self, people: int) -> bool:
        """Whether so many people can be served here on one day."""
        return self.capacity_a_day is None or people <= self.capacity_a_day


def home_site(request: WaitingRequest) -> Site:
    """The home of a household."""
    return Site(place=request.place, capacity_a_day=None, step_free=True)


def needs_step_free(request: WaitingRequest) -> bool:
    """Whether somebody of a request cannot take steps."""
    return any(person.needs & STEP_FREE_NEEDS for person in request.people)


def largest_party(request: WaitingRequest) -> int:
    """People of the largest family of a request, who are served on one day."""
    sizes: dict[str, int] = {}
    for person in request.people:
        key = person.party or str(person.id)
        sizes[key] = sizes.get(key, 0) + 1
    return max(sizes.values(), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """The register and the map, ready to be asked.

    Attributes
    ----------
    venues
        Of the register, unfit ones included.
    """

    venues: tuple[Venue, ...]
    villages: tuple[Village, ...]
    rules: GatheringRules

    @classmethod
    def of(cls, venues: tuple[Venue, ...], gazetteer: Gazetteer, rules: GatheringRules) -> Self:
        """Take the register and every village."""
        return cls(venues=venues, villages=gazetteer.villages, rules=rules)

    def own(self, request: WaitingRequest) -> Site | None:
        """Return the venue that a request brings, found in the register by name and village.

        Returns
        -------
        Site or None
            A venue that is in no register is proposed until it is surveyed. ``None`` when the request brings none,
            or one that the register calls unfit or not step-free while somebody needs that.
        """
        if not request.has_own_venue:
            return None
        for venue in self.venues:
            if venue.village_code == request.place.village_code and same_name(venue.name, request.place.label):
                if venue.survey_state is SurveyState.UNFIT or (needs_step_free(request) and not venue.step_free):
                    return None
                return _site(venue)
        return Site(place=replace(request.place, is_surveyed=False), capacity_a_day=None, step_free=True)

    def near(self, requests: Sequence[WaitingRequest]) -> tuple[Site, ...]:
        """Return the places at which requests may be gathered, once each, in a fixed order.

        For each request: the venues of the register nearest to it, the venue it brings, and the halls of the nearest
        villages when no surveyed venue that it can use is near.
        """
        usable = [venue for venue in self.venues if venue.survey_state is not SurveyState.UNFIT]
        homes = [request.place.position for request in requests]
        found = {site.place: site for request in requests if (site := self.own(request))}
        has_venue_near = np.zeros(len(requests), dtype=np.bool_)
        if usable:
            away_m = haversine_m(radians_of(homes), radians_of([venue.position for venue in usable]))
            for row in np.argsort(away_m, axis=1, kind="stable")[:, : self.rules.candidate_venues_per_group]:
                found |= {site.place: site for site in (_site(usable[index]) for index in row)}
            serves = np.array([[_serves(venue, request) for venue in usable] for request in requests], dtype=np.bool_)
            has_venue_near = ((away_m <= self.rules.near_km * 1000) & serves).any(axis=1)
        remote = [home for home, near in zip(homes, has_venue_near, strict=True) if not near]
        found |= {site.place: site for site in self._halls_near(remote)}
        return tuple(found[place] for place in sorted(found, key=lambda place: (place.village_code, place.label)))

    def _halls_near(self, homes: Sequence[LatLon]) -> list[Site]:
        """Return the halls of the nearest villages, but for those that the register knows."""
        known = {venue.village_code for venue in self.venues if venue.kind is VenueKind.VILLAGE_HALL}
        unknown = [village for village in self.villages if village.code not in known]
        if not homes or not unknown:
            return []
        away_m = haversine_m(radians_of(homes), radians_of([village.position for village in unknown]))
        nearest = np.argsort(away_m, axis=1, kind="stable")[:, : self.rules.candidate_venues_per_group]
        return [
            Site(place=hall_place(unknown[index]), capacity_a_day=None, step_free=True)
            for index in sorted({int(index) for row in nearest for index in row})
        ]


def hall_place(village: Village) -> Place:
    """The hall of a village, which nobody has surveyed."""
    hall = "Balai Desa" if village.kind is VillageKind.DESA else "Kantor Kelurahan"
    return Place(
        label=f"{hall} {village.name}, Kec. {village.kecamatan}",
        village_code=village.code,
        position=village.position,
        is_surveyed=False,
    )


def _site(venue: Venue) -> Site:
    place = Place(
        label=venue.name,
        village_code=venue.village_code,
        position=venue.position,
        is_surveyed=venue.survey_state is SurveyState.SURVEYED,
    )
    return Site(place=place, capacity_a_day=venue.capacity_a_day, step_free=venue.step_free)


def _serves(venue: Venue, request: WaitingRequest) -> bool:
    return (
        venue.survey_state is SurveyState.SURVEYED
        and (venue.step_free or not needs_step_free(request))
        and venue.capacity_a_day >= largest_party(request)
    )
