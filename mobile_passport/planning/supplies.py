"""Venues that lack what the unit needs: nobody is gathered there, and it is said why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from mobile_passport.domain.demand import Place, WaitingRequest
from mobile_passport.domain.outreach_plan import OutreachVisit, Unserved
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.venue import Supply, SurveyState, Venue, same_name
from mobile_passport.geo.distance import haversine_m, radians_of
from mobile_passport.rules.rulebook import Rulebook


def missing_supplies(venue: Venue, rulebook: Rulebook) -> tuple[Supply, ...]:
    """Return what the unit needs at a venue and neither its host has nor every team brings."""
    return rulebook.service.venue.missing(venue.supplies | rulebook.teams.always_brought)


def fit_for_service(
    venues: Iterable[Venue], requests: Sequence[WaitingRequest], rulebook: Rulebook
) -> tuple[Venue, ...]:
    """Return the register as planning may use it.

    A venue that lacks something counts as unfit. Where a waiting group offers it as its own, it counts as not surveyed
    instead: it is proposed, and nobody is told to come, until its host or the office has settled the matter.
    """
    return tuple(_as_usable(venue, requests) if missing_supplies(venue, rulebook) else venue for venue in venues)


def _as_usable(venue: Venue, requests: Sequence[WaitingRequest]) -> Venue:
    if venue.survey_state is SurveyState.UNFIT:
        return venue
    is_own = any(_brings(request, venue) for request in requests)
    return replace(venue, survey_state=SurveyState.NOT_SURVEYED if is_own else SurveyState.UNFIT)


def _brings(request: WaitingRequest, venue: Venue) -> bool:
    return (
        request.has_own_venue
        and request.place.village_code == venue.village_code
        and same_name(request.place.label, venue.name)
    )


def with_lacking_venues(
    visits: Iterable[OutreachVisit], venues: Iterable[Venue], rulebook: Rulebook
) -> Iterator[OutreachVisit]:
    """Tell people whom no venue takes, and nothing else helps yet, which one near them only lacks supplies.

    Parameters
    ----------
    venues
        Of the register as it is.
    """
    lacking = [(venue, missing) for venue in venues if (missing := missing_supplies(venue, rulebook))]
    for visit in visits:
        outcome = visit.outcome
        if isinstance(outcome, Unserved) and outcome.change is None and visit.kind is VisitKind.COLLECTIVE:
            outcome = replace(outcome, change=_advice(visit.place, lacking, rulebook))
        yield replace(visit, outcome=outcome)


def _advice(place: Place, lacking: Sequence[tuple[Venue, tuple[Supply, ...]]], rulebook: Rulebook) -> str | None:
    if not lacking:
        return None
    away_m = haversine_m(radians_of([place.position]), radians_of([venue.position for venue, _ in lacking]))[0]
    nearest = int(away_m.argmin())
    if away_m[nearest] > rulebook.planning.gathering.near_km * 1000:
        return None
    venue, missing = lacking[nearest]
    return (
        f"{venue.name}, {away_m[nearest] / 1000:.1f} km away, lacks {' and '.join(missing)}: have its host supply it, "
        "or every team carry it"
    )
