"""A plan that anyone may see: nobody can tell from it who is visited at home."""

from dataclasses import replace

from mobile_passport.domain.plan_view import PlanView, StopView, UnservedView
from mobile_passport.domain.request import VisitKind
from mobile_passport.geo.gazetteer import Gazetteer


def public_view(plan: PlanView, gazetteer: Gazetteer) -> PlanView:
    """Return the plan with every home visit placed at its kecamatan only.

    One person at a known time in a known village, visited because they cannot come: that is health data about somebody
    whom neighbours recognise. A kecamatan has ten thousands of people. Roads lead to doors: a route with a home visit
    loses its way.
    """
    return replace(
        plan,
        days=tuple(
            replace(
                day,
                routes=tuple(
                    replace(
                        route,
                        stops=tuple(_coarse(stop, gazetteer) for stop in route.stops),
                        way=None if any(stop.kind is VisitKind.HOME for stop in route.stops) else route.way,
                    )
                    for route in day.routes
                ),
            )
            for day in plan.days
        ),
        unserved=tuple(_coarse(item, gazetteer) for item in plan.unserved),
    )


def _coarse[V: (StopView, UnservedView)](visit: V, gazetteer: Gazetteer) -> V:
    if visit.kind is not VisitKind.HOME:
        return visit
    (village,) = gazetteer.nearest([visit.position])
    kecamatan = gazetteer.kecamatan_by_code(village.kecamatan_code)
    return replace(visit, place=kecamatan.label, position=kecamatan.anchor)
