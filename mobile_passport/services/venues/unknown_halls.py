"""Halls that the register lacks although people are to be served there: somebody has to register and survey them."""

from collections.abc import Iterable
from dataclasses import replace

from mobile_passport.domain.access import Scope
from mobile_passport.domain.venue import same_name
from mobile_passport.persistence.venues.venues import Venues
from mobile_passport.persistence.venues.wanted_halls import WantedHall, brought_by_groups, proposed_by_plan
from mobile_passport.services.world import World


def unknown_halls(world: World, scope: Scope) -> tuple[WantedHall, ...]:
    """Return the halls that the newest plan or a waiting group names and the register lacks, the most people first.

    A hall is known by its name in its village, as planning knows it (`Sites.own`): once it is registered so and
    surveyed, the next plan gives its people their hours.
    """
    with world.database.reading(scope) as session:
        wanted = _once_each([*proposed_by_plan(session, world.kanim), *brought_by_groups(session, world.kanim)])
        venues = Venues(session, world.kanim).all()
    unknown = [hall for hall in wanted if not any(_is_same(hall, one.name, one.village_code) for one in venues)]
    return tuple(sorted(unknown, key=lambda hall: (-hall.people, hall.name, hall.village_code)))


def unknown_hall(world: World, name: str, village_code: str, scope: Scope) -> WantedHall | None:
    """Return one of them, ``None`` when nobody names such a hall or the register has it by now."""
    return next((hall for hall in unknown_halls(world, scope) if _is_same(hall, name, village_code)), None)


def _once_each(halls: Iterable[WantedHall]) -> list[WantedHall]:
    """Put together what is one hall; a plan may bring further people to the hall of a group."""
    found: list[WantedHall] = []
    for hall in halls:
        row = next((i for i, one in enumerate(found) if _is_same(hall, one.name, one.village_code)), None)
        if row is None:
            found.append(hall)
        else:
            found[row] = replace(found[row], people=max(found[row].people, hall.people))
    return found


def _is_same(hall: WantedHall, name: str, village_code: str) -> bool:
    return hall.village_code == village_code and same_name(hall.name, name)
