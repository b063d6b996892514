"""The people of a team's stops, with what they bring and what was reported of them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.eligibility import documents_to_bring
from mobile_passport.domain.field import StopKey
from mobile_passport.domain.field_day import FieldPerson, PersonReport
from mobile_passport.domain.field_state import PersonState, person_state
from mobile_passport.domain.person import age_on
from mobile_passport.domain.request import VisitKind
from mobile_passport.persistence.field.field_operations import FieldOperations, PersonDay
from mobile_passport.persistence.field.field_subjects import Expected, FieldSubjects
from mobile_passport.persistence.requests.people import PersonOnSheet
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.services.world import World


def people_at(
    session: Session, world: World, stops: Mapping[StopKey, VisitKind]
) -> dict[StopKey, tuple[FieldPerson, ...]]:
    """Return who is expected at each stop, in the order of their times; who missed it is on the list too."""
    if not stops:
        return {}
    subjects = FieldSubjects(session, world.vault, world.kanim, world.rulebook.office.zone)
    expected = subjects.expected_at(stops)
    everyone = subjects.promised_at(stops)
    known = Requests(session, world.vault, world.kanim).on_sheet(everyone)
    missed = subjects.missed_by(stops)
    reported = FieldOperations(session, world.vault, world.kanim).of_people(
        {_day_of(one, stop) for stop, group in expected.items() for one in group}, among=everyone
    )
    unseen = person_state(())

    def person(one: Expected, stop: StopKey) -> FieldPerson:
        sheet = known[one.applicant_id]
        return _person(
            world,
            one,
            sheet,
            stop,
            is_home=stops[stop] is VisitKind.HOME,
            is_follow_up=bool(missed.get(one.applicant_id, set()) - {stop}),
            state=person_state(operations) if (operations := reported[_day_of(one, stop)]) else unseen,
        )

    return {
        stop: tuple(sorted((person(one, stop) for one in group if one.applicant_id in known), key=_list_order))
        for stop, group in expected.items()
    }


def _person(
    world: World,
    expected: Expected,
    known: PersonOnSheet,
    stop: StopKey,
    *,
    is_home: bool,
    is_follow_up: bool,
    state: PersonState,
) -> FieldPerson:
    age = age_on(known.birth_date, stop.service_date)
    return FieldPerson(
        appointment_id=expected.appointment_id,
        slot_at=expected.slot_at.astimezone(world.rulebook.office.zone),
        name=known.name.reveal(),
        nik_tail=known.nik.reveal()[-4:],
        age=age,
        passport_case=known.passport_case.value,
        needs=tuple(sorted(known.needs)),
        documents=documents_to_bring(
            known.passport_case,
            age=age,
            category=known.category,
            is_home_visit=is_home,
            rules=world.rulebook.eligibility,
        ),
        party=known.party,
        request=known.request,
        is_follow_up=is_follow_up,
        report=PersonReport(
            is_present=state.is_present,
            outcome=state.outcome,
            reason=state.reason,
            is_disputed=bool(state.disputed),
            notes=tuple(note.text.reveal() for note in state.notes),
        ),
    )


def _list_order(person: FieldPerson) -> tuple[datetime, str, str, UUID]:
    """Companions stand together, and names are found by the alphabet."""
    return person.slot_at, person.party or person.name, person.name, person.appointment_id


def _day_of(expected: Expected, stop: StopKey) -> PersonDay:
    return PersonDay(applicant_id=expected.applicant_id, service_date=stop.service_date)
