"""What anyone may see tells nobody who is visited at home."""

from dataclasses import replace

from mobile_passport.documents.public_view import public_view
from mobile_passport.domain.plan_view import PlanView, StopView, UnservedView
from mobile_passport.domain.request import VisitKind
from tests.mobile_passport.documents.sample_plan import gazetteer, sample_plan


def visits_of(plan: PlanView) -> list[StopView | UnservedView]:
    """Everything with a place."""
    return [*(s for d in plan.days for r in d.routes for s in r.stops), *plan.unserved]


def test_home_visits_stand_at_their_kecamatan() -> None:
    shown = public_view(sample_plan(), gazetteer())
    anchors = {kecamatan.label: kecamatan.anchor for kecamatan in gazetteer().kecamatan}
    homes = [
        (true, public)
        for true, public in zip(visits_of(sample_plan()), visits_of(shown), strict=True)
        if true.kind is VisitKind.HOME
    ]
    assert len(homes) > 5
    for true, public in homes:
        assert true.place.endswith(public.place)  # "Desa Wonodadi, Kec. Wonodadi, Kab. Blitar" → "Kec. Wonodadi, …"
        assert public.position == anchors[public.place]


def test_everything_else_stays_as_it_is() -> None:
    shown = public_view(sample_plan(), gazetteer())
    for true, public in zip(visits_of(sample_plan()), visits_of(shown), strict=True):
        assert (true.kind is VisitKind.HOME) or true == public
    assert (shown.served, shown.left_out, shown.version) == (3225, 122, 3)


def test_a_road_that_leads_to_a_home_is_not_drawn() -> None:
    plan = sample_plan()
    on_roads = replace(
        plan,
        days=tuple(
            replace(day, routes=tuple(replace(route, way=(plan.depot,)) for route in day.routes)) for day in plan.days
        ),
    )
    routes = [route for day in public_view(on_roads, gazetteer()).days for route in day.routes]
    with_home = [route for route in routes if any(stop.kind is VisitKind.HOME for stop in route.stops)]
    assert 0 < len(with_home) < len(routes)
    assert all((route.way is None) == (route in with_home) for route in routes)
