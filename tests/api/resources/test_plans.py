"""Plans, venues, organisations and runs through the API."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from mobile_passport.services.plans.plan_outreach import plan_outreach
from mobile_passport.services.plans.run_planning import make_next_plan
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.api.resources.office import Person, letter
from tests.mobile_passport.services.seasons import NOW, QUICK
from tests.mobile_passport.services.seasons import letter as form_of
from tests.mobile_passport.services.seasons import person as form_of_person

VENUE = {
    "code": "KUA-UJI",
    "name": "Aula Uji",
    "kind": "kua",
    "village_code": "",
    "position": {},
    "capacity_a_day": 90,
    "step_free": True,
    "power": True,
    "internet": True,
    "source": "Uji",
}


def second_draft(world: World) -> int:
    """Make a draft that serves more people than the published plan."""
    more = form_of("9/2026", "Desa Kuningan, Kec. Kanigoro", [form_of_person(n) for n in range(501, 541)])
    import_requests((more,), world, actor="test", now=NOW)
    return plan_outreach(world, QUICK, actor="test", now=NOW + timedelta(minutes=1)).version


def test_versions_are_compared_and_one_of_two_planners_publishes(planner: Person, season: World) -> None:
    version = second_draft(season)
    listed = planner.get("/api/v1/plans").json()["items"]
    assert [(one["version"], one["status"]) for one in listed] == [(2, "draft"), (1, "published")]
    changes = planner.get(f"/api/v1/plans/{version}/changes", since=1).json()
    assert changes["added"] > 0
    assert (changes["moved"], changes["elsewhere"], changes["removed"]) == (0, 0, 0)  # promises are kept
    assert changes["unchanged"] > 0
    assert {one["kind"] for one in changes["items"]} == {"added"}
    address = f"/api/v1/plans/{version}/publication"
    seen = planner.get("/api/v1/plans/publication").headers["etag"]
    assert seen == '"1"'
    assert planner.post(address).status_code == 428
    stale = planner.post(address, seen='"7"')
    assert (stale.status_code, stale.json()["code"]) == (412, "published_by_other")
    done = planner.post(address, seen=seen, key="publish-1")
    assert done.status_code == 200, done.text
    assert done.json()["promised"] == changes["added"]
    again = planner.post(address, seen=seen, key="publish-1")
    assert (again.json(), again.headers["idempotency-replayed"]) == (done.json(), "true")
    late = planner.post(address, seen=seen)
    assert late.status_code == 409
    assert planner.get("/api/v1/plans/publication").json() == {"current_version": 2}


def test_a_stale_draft_says_what_changed(planner: Person, season: World) -> None:
    version = second_draft(season)
    planner.post("/api/v1/requests", letter(3, asker={"kind": "village", "name": "Desa Uji"}))
    answer = planner.post(f"/api/v1/plans/{version}/publication", seen='"1"')
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_draft")
    assert [issue["code"] for issue in answer.json()["issues"]] == ["people_came"]


def test_pages_of_the_plan_that_holds_stay_with_its_version(planner: Person, season: World) -> None:
    first = planner.get("/api/v1/plans/current/slots", limit=20).json()
    second = second_draft(season)
    assert planner.post(f"/api/v1/plans/{second}/publication", seen='"1"').status_code == 200
    people = [one["person"] for one in first["items"]]
    page = first
    while page["next"]:
        page = planner.get("/api/v1/plans/current/slots", limit=20, cursor=page["next"]).json()
        assert page["plan_version"] == 1
        people += [one["person"] for one in page["items"]]
    whole = planner.get("/api/v1/plans/1/slots", limit=200).json()
    assert people == [one["person"] for one in whole["items"]]
    assert planner.get("/api/v1/plans/current/slots").json()["plan_version"] == 2


def test_a_coordinator_sees_told_versions_and_own_people_in_them(kbihu: Person, season: World) -> None:
    second_draft(season)
    assert [one["version"] for one in kbihu.get("/api/v1/plans").json()["items"]] == [1]
    assert kbihu.get("/api/v1/plans/2").status_code == 404
    assert kbihu.get("/api/v1/plans/2/slots").status_code == 404
    assert kbihu.get("/api/v1/plans/current/slots").json()["items"] == []
    visits = kbihu.get("/api/v1/plans/current/visits").json()["items"]
    assert {one["kind"] for one in visits} == {"collective"}  # nobody learns from it who is visited at home
    homes = [
        stop
        for day in kbihu.get("/api/v1/plans/1").json()["days"]
        for route in day["routes"]
        for stop in route["stops"]
        if stop["kind"] == "home"
    ]
    assert homes
    assert all("Desa" not in stop["place"] for stop in homes)


def test_a_plan_is_asked_for_watched_and_called_off(planner: Person, season: World) -> None:
    asked = planner.post("/api/v1/planning-runs", {"time_limit_s": 1})
    assert asked.status_code == 202
    address = asked.headers["location"]
    assert planner.get(address).json()["state"] == "queued"
    other = planner.post("/api/v1/planning-runs", {}).headers["location"]
    assert planner.post(f"{other}/cancellation").json()["state"] == "cancelled"
    make_next_plan(season, clock=lambda: NOW)
    done = planner.get(address).json()
    assert (done["state"], done["plan_version"]) == (
        "finished",
        1,
    )  # the version that holds answers it
    assert [one["state"] for one in planner.get("/api/v1/planning-runs").json()["items"]].count("finished") == 1


def test_a_venue_is_added_amended_and_surveyed(planner: Person, season: World) -> None:
    village = season.gazetteer.villages[0]
    position = {"lat": village.position.lat, "lon": village.position.lon}
    venue = VENUE | {"village_code": village.code, "position": position}
    added = planner.post("/api/v1/venues", venue)
    assert (added.status_code, added.json()["survey_state"]) == (201, "not_surveyed")
    assert planner.post("/api/v1/venues", venue).json()["code"] == "venue_exists"
    address, seen = added.headers["location"], added.headers["etag"]
    assert planner.get(address).headers["etag"] == seen
    body = {name: value for name, value in venue.items() if name != "code"}
    far = planner.change("PUT", address, body | {"position": {"lat": 1.0, "lon": 2.0}}, seen=seen)
    assert (far.status_code, far.json()["issues"][0]["code"]) == (422, "V308")
    amended = planner.change("PUT", address, body | {"capacity_a_day": 40}, seen=seen)
    assert amended.json()["capacity_a_day"] == 40
    survey = {"survey_state": "surveyed", "surveyed_date": "2026-11-20"}
    assert planner.change("PUT", f"{address}/survey", survey, seen=seen).status_code == 412
    surveyed = planner.change("PUT", f"{address}/survey", survey, seen=amended.headers["etag"])
    assert (surveyed.json()["survey_state"], surveyed.json()["capacity_a_day"]) == ("surveyed", 40)


def test_an_organisation_is_added_and_closed(planner: Person) -> None:
    body = {"kind": "kbihu", "name": "KBIHU Uji", "regency": "3505"}
    added = planner.post("/api/v1/organisations", body)
    assert added.status_code == 201
    assert planner.post("/api/v1/organisations", body).json()["code"] == "organisation_exists"
    change = {"name": "KBIHU Uji", "regency": "3505", "is_active": False}
    address = added.headers["location"]
    closed = planner.change("PUT", address, change, seen=added.headers["etag"])
    assert closed.json()["is_active"] is False
    assert planner.change("PUT", address, change, seen=added.headers["etag"]).status_code == 412
    assert any(one["name"] == "KBIHU Uji" for one in planner.get("/api/v1/organisations", limit=200).json()["items"])


@pytest.mark.parametrize("path", ["/api/v1/requests", "/api/v1/plans", "/api/v1/venues"])
def test_nobody_is_told_anything_without_an_account(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"] == "Bearer"
