"""A visit at a place that was not surveyed is shown as a proposal, wherever the plan is shown."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from mobile_passport.documents.calendar_ics import plan_calendar
from mobile_passport.domain.plan_view import PlanView, StopView
from tests.api.conftest import Plans
from tests.mobile_passport.documents.sample_plan import sample_plan


def with_proposal() -> tuple[PlanView, StopView]:
    """The sample plan with its first stop at a place nobody surveyed."""
    plan = sample_plan()
    day, *days = plan.days
    route, *routes = day.routes
    stop = replace(route.stops[0], is_surveyed=False)
    changed = replace(day, routes=(replace(route, stops=(stop, *route.stops[1:])), *routes))
    return replace(plan, days=(changed, *days)), stop


@pytest.mark.parametrize("is_proposed", [True, False])
def test_the_page_and_the_calendar_say_which_visits_are_proposals(
    client: TestClient, plans: Plans, is_proposed: bool
) -> None:
    plans.plan = with_proposal()[0] if is_proposed else sample_plan()
    text = client.get("/").text
    assert ("Usulan: tempat belum disurvei" in text) == is_proposed
    assert ("baru diusulkan" in text) == is_proposed
    calendar = plan_calendar(plans.plan).replace(b"\r\n ", b"")
    assert calendar.count(b"tempat belum disurvei") == is_proposed


def test_programs_read_which_visits_are_proposals_and_how_many_people_they_are(
    client: TestClient, plans: Plans
) -> None:
    plans.plan, stop = with_proposal()
    told = client.get("/api/v1/plans/current").json()
    assert told["days"][0]["routes"][0]["stops"][0]["is_surveyed"] is False
    assert told["proposed"] == stop.people
    assert told["served"] == sample_plan().served - stop.people
