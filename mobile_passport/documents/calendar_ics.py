"""A plan as a calendar file (RFC 5545) that phones and office programs read; no personal data."""

from datetime import UTC
from uuid import UUID, uuid5

from icalendar import Calendar, Event

from mobile_passport.documents.indonesian import clock_span, whole_number
from mobile_passport.documents.words import VISIT_KINDS
from mobile_passport.domain.plan_view import PlanView, RouteView, StopView
from mobile_passport.domain.request import VisitKind

_NAMESPACE = UUID("5d0c3f4e-3c56-5b0e-9a55-7d1c0a6a4d10")


def plan_calendar(plan: PlanView) -> bytes:
    """Write one event for every stop, times in UTC.

    An event keeps its UID from version to version as long as the same requests are visited under the same name, so that
    a calendar which reads the file again moves the event instead of doubling it. Home visits name no place: one person
    at a known time in a known village, visited because they cannot come, is health data. Equal plans give equal files.
    """
    calendar = Calendar.new(
        prodid="-//Mobile Passport//Rencana paspor keliling//ID",
        name=f"Paspor keliling, {plan.office_name}",
        uid=str(uuid5(_NAMESPACE, plan.office_name)),
    )
    for day in plan.days:
        for route in day.routes:
            for stop in route.stops:
                calendar.add_component(_event(plan, route, stop))
    return bytes(calendar.to_ical())


def _event(plan: PlanView, route: RouteView, stop: StopView) -> Event:
    is_home = stop.kind is VisitKind.HOME
    title = VISIT_KINDS[stop.kind] if is_home else stop.place.partition(",")[0]
    event = Event.new(
        uid=str(_uid(plan, stop)),
        sequence=plan.version,
        stamp=(plan.published_at or route.leaves_at).astimezone(UTC),
        start=stop.starts_at.astimezone(UTC),
        end=stop.ends_at.astimezone(UTC),
        summary=f"{route.team_label}: {title}, {whole_number(stop.people)} orang"
        + ("" if stop.is_surveyed else " (usulan, tempat belum disurvei)"),
        location=None if is_home else stop.place,
        description="\n".join(
            (
                f"{VISIT_KINDS[stop.kind].capitalize()}, kunjungan {stop.visit}, rencana versi {plan.version}",
                f"Orang datang {clock_span(stop.first_slot_at, stop.last_expected_at)}"
                if not is_home
                else f"Tim datang {clock_span(stop.first_slot_at, stop.last_expected_at)}",
                f"Permintaan: {', '.join(stop.requests)}",
            )
        ),
    )
    if not is_home:
        event.add("geo", (stop.position.lat, stop.position.lon))
    return event


def _uid(plan: PlanView, stop: StopView) -> UUID:
    return uuid5(_NAMESPACE, "|".join((plan.office_name, stop.visit, *sorted(stop.requests))))
