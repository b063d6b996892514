"""The plan in a phone's calendar: right times, stable events, nothing about persons."""

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

from icalendar import Calendar

from mobile_passport.documents.calendar_ics import plan_calendar
from mobile_passport.domain.plan_view import PlanView, StopView
from mobile_passport.domain.request import VisitKind
from tests.mobile_passport.documents.sample_plan import sample_plan


def events_of(plan: PlanView) -> dict[str, Any]:
    """Events by UID."""
    found = Calendar.from_ical(plan_calendar(plan)).walk("VEVENT")
    by_uid = {str(event["UID"]): event for event in found}
    assert len(by_uid) == len(found)
    return by_uid


def stops_of(plan: PlanView) -> list[StopView]:
    """All stops."""
    return [stop for day in plan.days for route in day.routes for stop in route.stops]


def test_every_stop_is_an_event_at_its_time_in_utc() -> None:
    plan = sample_plan()
    events = events_of(plan).values()
    assert sorted(event.start for event in events) == sorted(stop.starts_at for stop in stops_of(plan))
    assert sorted(event.end for event in events) == sorted(stop.ends_at for stop in stops_of(plan))
    assert all(event.start.utcoffset() == timedelta(0) for event in events)
    assert all(event["DTSTAMP"].dt == plan.published_at.astimezone(UTC) for event in events if plan.published_at)


def test_a_visit_that_moves_keeps_its_event_and_gets_a_higher_sequence() -> None:
    plan = sample_plan()
    day = plan.days[0]
    route = day.routes[0]
    later = timedelta(days=7)
    moved_stop = replace(
        route.stops[0], starts_at=route.stops[0].starts_at + later, ends_at=route.stops[0].ends_at + later
    )
    moved_route = replace(route, stops=(moved_stop, *route.stops[1:]))
    moved = replace(plan, version=4, days=(replace(day, routes=(moved_route, *day.routes[1:])), *plan.days[1:]))
    before, after = events_of(plan), events_of(moved)
    assert before.keys() == after.keys()
    (changed,) = [uid for uid in before if before[uid].start != after[uid].start]
    assert after[changed].start == before[changed].start + later
    assert (before[changed]["SEQUENCE"], after[changed]["SEQUENCE"]) == (3, 4)


def test_another_group_under_the_same_name_is_another_event() -> None:
    plan = sample_plan()
    day = plan.days[0]
    route = day.routes[0]
    other = replace(route.stops[0], requests=("BLI-2026-0999",))
    changed = replace(
        plan,
        days=(replace(day, routes=(replace(route, stops=(other, *route.stops[1:])), *day.routes[1:])), *plan.days[1:]),
    )
    assert len(events_of(plan).keys() - events_of(changed).keys()) == 1


def test_a_home_visit_names_no_place() -> None:
    plan = sample_plan()
    homes = [stop for stop in stops_of(plan) if stop.kind is VisitKind.HOME]
    assert homes
    events = [event for event in events_of(plan).values() if "Kunjungan rumah" in str(event["DESCRIPTION"])]
    assert len(events) == len(homes)
    for event in events:
        assert "LOCATION" not in event
        assert "GEO" not in event
        assert not any(part in event.to_ical().decode() for part in ("Kec.", "Desa", "Kel."))


def test_other_stops_say_where_and_how_many() -> None:
    plan = sample_plan()
    stop = stops_of(plan)[0]
    event = next(event for event in events_of(plan).values() if str(event.get("LOCATION")) == stop.place)
    assert str(event["SUMMARY"]) == f"Unit 1: {stop.place.partition(',')[0]}, {stop.people} orang"
    assert event["GEO"].to_ical().startswith(f"{stop.position.lat}")


def test_equal_plans_give_equal_files_and_a_draft_has_one_too() -> None:
    plan = sample_plan()
    assert plan_calendar(plan) == plan_calendar(plan)
    assert len(events_of(replace(plan, published_at=None))) == len(stops_of(plan))


def test_an_empty_plan_is_a_calendar_without_events() -> None:
    assert events_of(replace(sample_plan(), days=())) == {}
