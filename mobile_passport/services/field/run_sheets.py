"""What a team takes along on paper: one sheet a team and day, with names, because the team calls people by them."""

from dataclasses import dataclass
from datetime import date, datetime

from mobile_passport.domain.person import age_on
from mobile_passport.domain.plan_view import DayView, PlanView, RouteView, RunSheet, SheetPerson, SheetStop, StopView
from mobile_passport.persistence.field.field_subjects import FieldSubjects
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.requests.people import PersonOnSheet
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """People by visit; name and phone of the contact, and the address of a home, by reference of the request."""

    people: dict[str, tuple[SheetPerson, ...]]
    contacts: dict[str, tuple[str, str]]
    addresses: dict[str, str]


def run_sheets(world: World, day: date) -> tuple[RunSheet, ...]:
    """Return the sheets of all teams that go out on a day by the current plan; none when nobody does."""
    view = show_plan(world)
    wanted = next((shown for shown in view.days if shown.date == day), None) if view else None
    if view is None or wanted is None:
        return ()
    known = _known(world, view, wanted)
    return tuple(_sheet(world, view, day, route, known) for route in wanted.routes)


def _known(world: World, view: PlanView, day: DayView) -> _Known:
    with world.database.reading() as session:
        requests = Requests(session, world.vault, world.kanim)
        wanted = {stop.visit for route in day.routes for stop in route.stops}
        members = {
            visit.visit: visit.members
            for visit in Plans(session, world.kanim).visits(view.version).visits
            if visit.visit in wanted
        }
        known = requests.on_sheet({member.applicant_id for group in members.values() for member in group})
        references = {ref for route in day.routes for stop in route.stops for ref in stop.requests}
        contacts = requests.contacts_of(references)
        subjects = FieldSubjects(session, world.vault, world.kanim, world.rulebook.office.zone)
        addresses = subjects.home_addresses_of(references)
    people = {
        visit: tuple(
            _person(known[member.applicant_id], member.slot_at.astimezone(world.rulebook.office.zone), day.date)
            for member in group
            if member.slot_at is not None and member.applicant_id in known
        )
        for visit, group in members.items()
    }
    called = {reference: (name.reveal(), phone.reveal()) for reference, (name, phone) in contacts.items()}
    return _Known(people=people, contacts=called, addresses=addresses)


def _person(known: PersonOnSheet, slot_at: datetime, day: date) -> SheetPerson:
    return SheetPerson(
        slot_at=slot_at,
        name=known.name.reveal(),
        nik_tail=known.nik.reveal()[-4:],
        age=age_on(known.birth_date, day),
        passport_case=known.passport_case.value,
        needs=tuple(sorted(known.needs)),
        party=known.party,
        request=known.request,
    )


def _sheet(world: World, view: PlanView, day: date, route: RouteView, known: _Known) -> RunSheet:
    office = world.rulebook.office

    def sheet_stop(stop: StopView) -> SheetStop:
        return SheetStop(
            stop=stop,
            people=known.people[stop.visit],
            contacts=tuple(known.contacts[reference] for reference in stop.requests),
            addresses=tuple(known.addresses[one] for one in stop.requests if one in known.addresses),
        )

    return RunSheet(
        office_name=office.name,
        office_phone=office.contact_phone,
        depot_label=office.depot.label,
        depot=office.depot.position,
        plan_version=view.version,
        date=day,
        route=route,
        stops=tuple(sheet_stop(stop) for stop in route.stops),
        fees=tuple((fee.label, fee.rupiah) for fee in world.rulebook.service.fees),
    )
