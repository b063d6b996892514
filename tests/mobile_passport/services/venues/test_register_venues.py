from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from mobile_passport.domain.outreach_plan import OutreachVisit, RouteStop
from mobile_passport.domain.request import RequestForm
from mobile_passport.domain.venue import SurveyState, Venue
from mobile_passport.intake.venue_findings import RefusedRegister
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.venues.venues import Venues
from mobile_passport.services.field.run_sheets import run_sheets
from mobile_passport.services.plans.plan_outreach import plan_outreach
from mobile_passport.services.plans.publish_plan import NotPublishable, publish_plan
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.venues.register_venues import register_venues, registered_venues
from mobile_passport.services.world import World
from tests.mobile_passport.services.seasons import NOW, QUICK, hall_of, letter, person, plan_and_publish, rows

SAMPLE = (files("mobile_passport.sample") / "venues_2027.csv").read_bytes()
VILLAGE = "Desa Karangsono, Kec. Kanigoro"


def survey(world: World, *venues: Venue) -> None:
    with world.database.transaction() as session:
        Venues(session, world.kanim).put(venues, now=NOW)


def karangsono(world: World, **changes: object) -> Venue:
    village = next(v for v in world.gazetteer.villages_of("350510") if v.name == "Karangsono")
    return hall_of(village, code="OWN", name="Gedung Serba Guna", **changes)


def own_letter(**changes: object) -> RequestForm:
    return letter("1/2026", VILLAGE, [person(n) for n in range(1, 36)], own_venue="Gedung Serba Guna", **changes)


def planned(world: World, version: int = 1) -> tuple[OutreachVisit, ...]:
    with world.database.reading() as session:
        return Plans(session, world.kanim).visits(version).visits


def test_a_register_is_taken_in_once(world: World) -> None:
    first = register_venues(SAMPLE, world, actor="test", now=NOW)
    again = register_venues(SAMPLE, world, actor="test", now=NOW)
    assert (first.added, again.added, again.changed) == (again.unchanged, 0, 0)
    assert sum(row[4] == "register_venues" for row in rows(world, "audit")) == 1


def test_a_register_with_one_bad_row_changes_nothing(world: World) -> None:
    before = registered_venues(world)
    with pytest.raises(RefusedRegister):
        register_venues(SAMPLE + b"X,Y,masjid\n", world, actor="test", now=NOW)
    assert registered_venues(world) == before


def test_a_venue_nobody_surveyed_is_proposed_and_nobody_is_told(world: World) -> None:
    import_requests((own_letter(),), world, actor="test", now=NOW)
    publication = plan_and_publish(world)
    (visit,) = planned(world)
    assert isinstance(visit.outcome, RouteStop)
    assert visit.place.label == "Gedung Serba Guna"
    assert not visit.place.is_surveyed
    assert [member.slot_at for member in visit.members] == [None] * 35
    assert (publication.promised, publication.written.messages) == (0, 0)
    assert rows(world, "appointment") == []
    with world.database.reading() as session:
        assert Requests(session, world.vault, world.kanim).count_by_status() == {"waiting": 35}


def test_a_proposal_is_shown_as_one_and_its_run_sheet_calls_nobody(world: World) -> None:
    import_requests((own_letter(),), world, actor="test", now=NOW)
    plan_and_publish(world)
    view = show_plan(world)
    assert view is not None
    assert (view.served, view.proposed, view.left_out) == (0, 35, 0)
    (stop,) = (stop for day in view.days for route in day.routes for stop in route.stops)
    assert not stop.is_surveyed
    assert stop.starts_at < stop.first_slot_at < stop.ends_at
    (sheet,) = run_sheets(world, view.days[0].date)
    assert sheet.stops[0].people == ()


def test_once_surveyed_it_is_confirmed_at_the_next_publication(world: World) -> None:
    import_requests((own_letter(),), world, actor="test", now=NOW)
    plan_and_publish(world)
    survey(world, karangsono(world))
    publication = plan_and_publish(world, expected=1)
    assert (publication.version, publication.promised) == (2, 35)
    (visit,) = planned(world, 2)
    assert visit.place.is_surveyed
    assert all(member.slot_at for member in visit.members)


def test_a_draft_from_before_a_survey_is_stale(world: World) -> None:
    import_requests((own_letter(),), world, actor="test", now=NOW)
    head = plan_outreach(world, QUICK, actor="test", now=NOW)
    survey(world, karangsono(world))
    with pytest.raises(NotPublishable):
        publish_plan(world, head.version, expected=None, actor="test", now=NOW)


def test_a_proposal_does_not_bind_the_next_plan(world: World) -> None:
    import_requests((own_letter(),), world, actor="test", now=NOW)
    plan_and_publish(world)
    survey(world, karangsono(world, survey_state=SurveyState.UNFIT))
    plan_and_publish(world, expected=1)
    assert "Gedung Serba Guna" not in {visit.place.label for visit in planned(world, 2)}
    assert all(visit.place.is_surveyed for visit in planned(world, 2))


def test_a_promise_outlives_that_its_venue_becomes_unfit(world: World) -> None:
    survey(world, karangsono(world))
    import_requests((own_letter(),), world, actor="test", now=NOW)
    plan_and_publish(world)
    told = set(rows(world, "appointment"))
    survey(world, karangsono(world, survey_state=SurveyState.UNFIT))
    more = replace(own_letter(), external_reference="2/2026", people=tuple(person(n) for n in range(50, 85)))
    import_requests((more,), world, actor="test", now=NOW)
    plan_and_publish(world, expected=1)
    assert len(told) == 35
    assert told < set(rows(world, "appointment"))


def test_a_group_keeps_to_what_its_venue_holds_in_a_day(world: World) -> None:
    survey(world, karangsono(world, capacity_a_day=30))
    people = [person(n, party=f"K{n // 3}", birth_date=date(1995, 5, 5)) for n in range(1, 91)]
    import_requests((replace(own_letter(), people=tuple(people)),), world, actor="test", now=NOW)
    plan_and_publish(world)
    by_day: dict[object, int] = {}
    for visit in planned(world):
        assert isinstance(visit.outcome, RouteStop)
        day = visit.outcome.starts_at.date()
        by_day[day] = by_day.get(day, 0) + len(visit.members)
    assert sum(by_day.values()) == 90
    assert max(by_day.values()) <= 30
