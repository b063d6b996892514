"""Field packages and reviews as they go over the wire."""

from uuid import UUID

from fastapi import Request

from api.cookies import session_cookie
from api.csrf import csrf_token
from api.schemas.base import PointOut
from api.schemas.field import (
    DayPackageOut,
    DisputedOut,
    FieldDayOut,
    FieldPersonOut,
    FieldReviewOut,
    FieldSessionOut,
    FieldStopOut,
    KeptApartOut,
    StatementOut,
)
from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.day_map import PHONE_DAY_SIZE, day_map
from mobile_passport.documents.directions import directions_url
from mobile_passport.documents.marks import team_styles
from mobile_passport.domain.access import Caller
from mobile_passport.domain.field import FieldOperation, outcome_of
from mobile_passport.domain.field_day import DayPackage, FieldDay, FieldStop
from mobile_passport.domain.plan_view import RouteView
from mobile_passport.services.field.resolve_field import FieldReview
from mobile_passport.services.world import World
from optimizer.problem import LatLon


def session_out(request: Request, world: World, caller: Caller) -> FieldSessionOut:
    """Say who is signed in, and what their changes have to carry."""
    cookie = session_cookie(request, world.public_url)
    return FieldSessionOut(login=caller.login, team=caller.scope.team, csrf=csrf_token(cookie) if cookie else "")


def package_out(package: DayPackage) -> DayPackageOut:
    """Take over a package."""
    return DayPackageOut(
        office_name=package.office_name,
        office_phone=package.office_phone,
        depot_label=package.depot_label,
        depot=PointOut.model_validate(package.depot),
        team=package.team,
        team_label=package.team_label,
        timezone=package.timezone,
        plan_version=package.plan_version,
        version=package.version,
        watermark=package.watermark,
        made_at=package.made_at,
        days=tuple(_day(day, package) for day in package.days),
    )


def review_out(review: FieldReview) -> FieldReviewOut:
    """Take over a review, with phones by their labels."""
    return FieldReviewOut(
        disputed=tuple(
            DisputedOut(
                name=one.name,
                nik_tail=one.nik_tail,
                service_date=one.service_date,
                visit=one.visit,
                statements=tuple(_statement(statement, review.devices) for statement in one.statements),
            )
            for one in review.disputed
        ),
        kept_apart=tuple(
            KeptApartOut(
                op_id=one.operation.op_id,
                device=_label(one.operation.device_id, review.devices),
                type=one.operation.type,
                state=one.state.value,
                is_forced=one.is_forced,
                received_at=one.received_at,
            )
            for one in review.kept_apart
        ),
    )


def map_of(route: RouteView, depot: LatLon, basemap: Basemap) -> str:
    """Draw the map of a day; placing its names takes longer than everything else of a package."""
    return day_map([route], depot, basemap, team_styles([route.team]), PHONE_DAY_SIZE)


def _day(day: FieldDay, package: DayPackage) -> FieldDayOut:
    route = day.route
    return FieldDayOut(
        date=day.date,
        leaves_at=route.leaves_at,
        back_at=route.back_at,
        distance_m=route.distance_m,
        travel_is_estimate=route.travel_is_estimate,
        directions_url=directions_url(package.depot, [stop.position for stop in route.stops]),
        stops=tuple(map(_stop, day.stops)),
    )


def _stop(item: FieldStop) -> FieldStopOut:
    stop = item.stop
    return FieldStopOut(
        key=item.key,
        visit=stop.visit,
        kind=stop.kind,
        place=stop.place,
        position=PointOut.model_validate(stop.position),
        arrival_at=stop.arrival_at,
        starts_at=stop.starts_at,
        ends_at=stop.ends_at,
        first_slot_at=stop.first_slot_at,
        last_expected_at=stop.last_expected_at,
        is_surveyed=stop.is_surveyed,
        addresses=item.addresses,
        contacts=item.contacts,
        people=tuple(FieldPersonOut.model_validate(person) for person in item.people),
        arrived_at=item.arrived_at,
        started_at=item.started_at,
        finished_at=item.finished_at,
        notes=item.notes,
    )


def _statement(statement: FieldOperation, devices: dict[UUID, str]) -> StatementOut:
    return StatementOut(
        op_id=statement.op_id,
        appointment_id=statement.appointment_id,
        device=_label(statement.device_id, devices),
        type=statement.type,
        outcome=outcome_of(statement),
        reason=statement.payload.reason,
        device_time=statement.device_time,
    )


def _label(device_id: UUID, devices: dict[UUID, str]) -> str:
    return devices.get(device_id, "desk")
