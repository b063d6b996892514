"""What a phone takes along: the team's own route of today and tomorrow, and nothing else."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.field import StopKey
from mobile_passport.domain.field_day import DayPackage, FieldDay, FieldStop
from mobile_passport.domain.field_state import stop_state
from mobile_passport.domain.plan_view import PlanView, RouteView, StopView
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.field.field_devices import FieldDevice
from mobile_passport.persistence.field.field_operations import FieldOperations
from mobile_passport.persistence.field.field_subjects import FieldSubjects
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.services.field.field_devices import DeviceRevoked, trusted_device
from mobile_passport.services.field.field_people import people_at
from mobile_passport.services.world import World

DAYS = 2
"""Today and tomorrow: a lost phone tells no more than that."""


def field_days(
    world: World, view: PlanView | None, caller: Caller, *, device_id: UUID, key: Secret[str], now: datetime
) -> DayPackage:
    """Return the package of the caller's team.

    Parameters
    ----------
    view
        The plan that holds, ``None`` before the first.

    Raises
    ------
    UnknownDevice, DeviceRevoked
    """
    office, team = world.rulebook.office, caller.scope.team or ""
    wanted = _near_routes(view, team, today=now.astimezone(office.zone).date())
    with world.database.reading(caller.scope) as session:
        device = _reading_device(session, world, caller, device_id=device_id, key=key)
        version = FieldOperations(session, world.vault, world.kanim).count()
        with office_wide(session):  # who walked in is in no plan
            days = _days(session, world, wanted)
    return DayPackage(
        office_name=office.name,
        office_phone=office.contact_phone,
        depot_label=office.depot.label,
        depot=office.depot.position,
        team=team,
        team_label=next((known.label for known in world.rulebook.teams.teams if known.id == team), team),
        timezone=office.timezone,
        plan_version=view.version if view else 0,
        version=version,
        watermark=device.watermark,
        made_at=now,
        days=days,
    )


def field_route(
    world: World,
    view: PlanView | None,
    caller: Caller,
    *,
    day: date,
    device_id: UUID,
    key: Secret[str],
    now: datetime,
) -> RouteView | None:
    """Return the route of the caller's team on one of these days, ``None`` when it does not go out then.

    Raises
    ------
    UnknownDevice, DeviceRevoked
    """
    with world.database.reading(caller.scope) as session:
        _reading_device(session, world, caller, device_id=device_id, key=key)
    today = now.astimezone(world.rulebook.office.zone).date()
    return dict(_near_routes(view, caller.scope.team or "", today=today)).get(day)


def _near_routes(view: PlanView | None, team: str, *, today: date) -> list[tuple[date, RouteView]]:
    near = [day for day in (view.days if view else ()) if today <= day.date < today + timedelta(days=DAYS)]
    return [(day.date, route) for day in near for route in day.routes if route.team == team]


def _reading_device(
    session: Session, world: World, caller: Caller, *, device_id: UUID, key: Secret[str]
) -> FieldDevice:
    device = trusted_device(session, world, caller, device_id=device_id, key=key)
    if device.revoked_at:
        raise DeviceRevoked("this phone was revoked; it may read nothing any more")
    return device


def _days(session: Session, world: World, routes: Sequence[tuple[date, RouteView]]) -> tuple[FieldDay, ...]:
    stops = {StopKey(service_date=day, visit=stop.visit): stop for day, route in routes for stop in route.stops}
    people = people_at(session, world, {key: stop.kind for key, stop in stops.items()})
    reported = FieldOperations(session, world.vault, world.kanim).of_stops(stops)
    requests = {reference for stop in stops.values() for reference in stop.requests}
    contacts = Requests(session, world.vault, world.kanim).contacts_of(requests)
    subjects = FieldSubjects(session, world.vault, world.kanim, world.rulebook.office.zone)
    addresses = subjects.home_addresses_of(requests)

    def field_stop(key: StopKey, stop: StopView) -> FieldStop:
        state = stop_state(reported[key])
        return FieldStop(
            key=str(key),
            stop=stop,
            people=people[key],
            addresses=tuple(addresses[reference] for reference in stop.requests if reference in addresses),
            contacts=tuple(
                dict.fromkeys(  # one who asked for two groups is called once
                    (name.reveal(), phone.reveal())
                    for name, phone in (contacts[reference] for reference in stop.requests if reference in contacts)
                )
            ),
            arrived_at=state.arrived_at,
            started_at=state.started_at,
            finished_at=state.finished_at,
            notes=tuple(note.text.reveal() for note in state.notes),
        )

    return tuple(
        FieldDay(
            date=day,
            route=route,
            stops=tuple(field_stop(StopKey(service_date=day, visit=stop.visit), stop) for stop in route.stops),
        )
        for day, route in routes
    )
