"""What a team takes along on paper: one sheet a team and day, with names, because the team calls people by them."""

from datetime import date, datetime

from mobile_passport.domain.person import age_on
from mobile_passport.domain.plan_view import DayView, PlanView, RouteView, RunSheet, SheetPerson, SheetStop, StopView
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.requests.people import PersonOnSheet
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.world import World


def run_sheets(world: World, day: date) -> tuple[RunSheet, ...]:
    """Return the sheets of all teams that go out on a day by the current plan; none when nobody does."""
    view = show_plan(world)
    wanted = next((shown for shown in view.days if shown.date == day), None) if view else None
    if view is None or wanted is None:
        return ()
    people, contacts = _people_and_contacts(world, view, wanted)
    return tuple(_sheet(world, view, day, route, people, contacts) for route in wanted.routes)


def _people_and_contacts(
    world: World, view: PlanView, day: DayView
) -> tuple[dict[str, tuple[SheetPerson, ...]], dict[str, tuple[str, str]]]:
    """Read people by visit, and name and phone of the contact by request reference."""
    with world.database.reading() as session:
        requests = Requests(session, world.vault, world.kanim)
        wanted = {stop.visit for route in day.routes for stop in route.stops}
        members = {
            visit.visit: visit.members
            for visit in Plans(session, world.kanim).visits(view.version).visits
            if visit.visit in wanted
        }
        known = requests.on_sheet({member.applicant_id for group in members.values() for member in group})
        contacts = requests.contacts_of({ref for route in day.routes for stop in route.stops for ref in stop.requests})
    people = {
        visit: tuple(
            _person(known[member.applicant_id], member.slot_at.astimezone(world.rulebook.office.zone), day.date)
            for member in group
            if member.slot_at is not None and member.applicant_id in known
        )
        for visit, group in members.items()
    }
    return people, {reference: (name.reveal(), phone.reveal()) for reference, (name, phone) in contacts.items()}


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


def _sheet(
    world: World,
    view: PlanView,
    day: date,
    route: RouteView,
    people: dict[str, tuple[SheetPerson, ...]],
    contacts: dict[str, tuple[str, str]],
) -> RunSheet:
    office = world.rulebook.office

    def sheet_stop(stop: StopView) -> SheetStop:
        return SheetStop(
            stop=stop,
            people=people[stop.visit],
            contacts=tuple(contacts[reference] for reference in stop.requests),
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
