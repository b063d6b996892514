from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from mobile_passport.domain.booking import DayFull
from mobile_passport.domain.outreach_plan import OutreachVisit, RouteStop, Unserved
from mobile_passport.domain.request import Category
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.planning.outcome import BOOKED_DAY_NOT_KEPT
from mobile_passport.services.booking.confirm_booking import confirm_booking
from mobile_passport.services.booking.release_booking import release_booking
from mobile_passport.services.booking.set_capacity import set_capacity
from mobile_passport.services.plans.plan_outreach import plan_outreach
from mobile_passport.services.plans.publish_plan import NotPublishable, publish_plan
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.mobile_passport.services.booking.office import differences, hold, planner
from tests.mobile_passport.services.seasons import NOW, QUICK, letter, person, plan_and_publish

MONDAY, WISHED = date(2026, 12, 14), date(2026, 12, 16)  # one team goes out
KARANGSONO, GOGODESO = "Desa Karangsono, Kec. Kanigoro", "Desa Gogodeso, Kec. Kanigoro"


def hand_in(world: World, number: int, people: int, place: str = KARANGSONO, **changes: object) -> str:
    """Store the request of a village; returns its reference."""
    first = number * 100
    asked = letter(f"{number}/2026", place, map(person, range(first, first + people)), **changes)
    import_requests((asked,), world, actor="test", now=NOW)
    return f"BLI-2026-{number:04d}"


def book(world: World, reference: str, day: date, places: int, category: Category = Category.HAJJ) -> None:
    """Book a day for a request."""
    held = hold(world, day, places, category=category)
    confirm_booking(world, [held.id], reference, caller=planner(world), now=NOW)


def drafted(world: World) -> dict[str, list[OutreachVisit]]:
    """Visits of a new draft, by the request of their first person."""
    head = plan_outreach(world, QUICK, actor="test", now=NOW)
    return visits_of(world, head.version)


def visits_of(world: World, version: int) -> dict[str, list[OutreachVisit]]:
    """Visits of a version, by request."""
    found: dict[str, list[OutreachVisit]] = {}
    with world.database.reading() as session:
        visits = Plans(session, world.kanim).visits(version).visits
        people = {member.applicant_id for visit in visits for member in visit.members}
        references = Requests(session, world.vault, world.kanim).references_of(people)
    for visit in visits:
        for reference in {references[member.applicant_id] for member in visit.members}:
            found.setdefault(reference, []).append(visit)
    return found


def days(visits: Iterable[OutreachVisit]) -> list[date]:
    """Days of visits on a route."""
    return sorted(visit.outcome.starts_at.date() for visit in visits if isinstance(visit.outcome, RouteStop))


def planned_on(world: World, day: date) -> int:
    with world.database.reading() as session:
        return ServiceDays(session, world.kanim).days(day, day)[0].planned


def test_a_group_is_served_on_the_day_that_it_booked(world: World) -> None:
    reference = hand_in(world, 1, 32)
    assert days(drafted(world)[reference]) != [MONDAY]
    book(world, reference, MONDAY, 32)
    assert days(drafted(world)[reference]) == [MONDAY]


def test_neighbours_without_a_booking_do_not_depend_on_the_booked_day(world: World) -> None:
    booked, free = hand_in(world, 1, 32), hand_in(world, 2, 31, GOGODESO)
    book(world, booked, MONDAY, 32)
    visits = drafted(world)
    assert not {visit.visit for visit in visits[booked]} & {visit.visit for visit in visits[free]}
    assert days(visits[booked]) == [MONDAY]


def nearer(world: World) -> World:
    """The same office, which plans and gives out days from the 13th day on."""
    planning = world.rulebook.planning
    horizon, holds = replace(planning.horizon, lead_days=13), replace(world.booking_rules.holds, lead_days=13)
    rulebook = replace(world.rulebook, planning=replace(planning, horizon=horizon))
    return replace(world, rulebook=rulebook, booking_rules=replace(world.booking_rules, holds=holds))


def test_others_do_not_take_the_place_of_a_booked_group(world: World) -> None:
    near, only_day = nearer(world), date(2026, 12, 7)  # one team, one day left before all deadlines
    booked = hand_in(near, 1, 30, category=Category.OTHER, deadline_date=only_day)
    more = hand_in(near, 2, 50, GOGODESO, category=Category.HAJJ, deadline_date=only_day)
    assert days(drafted(near)[more]) == [only_day]
    book(near, booked, only_day, 30, Category.OTHER)
    visits = drafted(near)
    assert days(visits[booked]) == [only_day]
    assert days(visits[more]) == []


def test_a_booked_day_that_cannot_be_kept_is_named_with_what_would_help(world: World) -> None:
    reference = hand_in(world, 1, 80)
    set_capacity(world, MONDAY, 80, expected="36", caller=planner(world), now=NOW)  # more than one team can serve
    book(world, reference, MONDAY, 80)
    left_out = [visit.outcome for visit in drafted(world)[reference] if isinstance(visit.outcome, Unserved)]
    assert [one.code for one in left_out] == [BOOKED_DAY_NOT_KEPT]
    assert left_out[0].change == "agree on another day and release the booking, so that any day will do"


def test_a_released_group_may_be_served_on_any_day(world: World) -> None:
    reference = hand_in(world, 1, 32)
    held = hold(world, MONDAY, 32, category=Category.HAJJ)
    confirm_booking(world, [held.id], reference, caller=planner(world), now=NOW)
    release_booking(world, held.id, caller=planner(world), now=NOW)
    assert days(drafted(world)[reference]) != [MONDAY]


def test_a_draft_made_before_a_booking_is_stale(world: World) -> None:
    reference = hand_in(world, 1, 32)
    head = plan_outreach(world, QUICK, actor="test", now=NOW)
    book(world, reference, MONDAY, 32)
    with pytest.raises(NotPublishable):
        publish_plan(world, head.version, expected=None, actor="test", now=NOW)


def test_publication_takes_the_places_of_people_without_a_booking(world: World) -> None:
    booked, free = hand_in(world, 1, 32), hand_in(world, 2, 31, GOGODESO, wished_dates=(WISHED,))
    book(world, booked, MONDAY, 32)
    plan_and_publish(world)
    assert days(visits_of(world, 1)[free]) == [WISHED]
    assert planned_on(world, MONDAY) == 0
    assert planned_on(world, WISHED) == 31
    with pytest.raises(DayFull):
        hold(world, WISHED, 6)  # of 36 places
    assert differences(world) == {}


def test_a_booking_that_is_released_after_publication_still_takes_the_places_of_its_appointments(world: World) -> None:
    reference = hand_in(world, 1, 32)
    held = hold(world, MONDAY, 32, category=Category.HAJJ)
    confirm_booking(world, [held.id], reference, caller=planner(world), now=NOW)
    plan_and_publish(world)
    release_booking(world, held.id, caller=planner(world), now=NOW)
    assert planned_on(world, MONDAY) == 32
