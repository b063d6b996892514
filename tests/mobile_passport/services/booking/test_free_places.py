"""Booked places that people leave are free at once, and their day goes to whoever waits for it; on both databases."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from mobile_passport.domain.access import Caller, Role, Scope
from mobile_passport.domain.booking import Booking
from mobile_passport.domain.link import Answer, link_token
from mobile_passport.domain.request import Category
from mobile_passport.domain.status import BookingState
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.messages.link_tables import LinkRow
from mobile_passport.persistence.messages.message_tables import SmsSubjectRow
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow, RequestRow
from mobile_passport.services.booking.waiting_list import join_waiting_list
from mobile_passport.services.messages.answer_link import answer_link
from mobile_passport.services.messages.open_link import open_link
from mobile_passport.services.privacy.erase_person import erase_person
from mobile_passport.services.requests.read_requests import find_person, find_request
from mobile_passport.services.requests.withdraw import withdraw_person, withdraw_request
from mobile_passport.services.world import World
from tests.mobile_passport.services.seasons import NOW

PLANNER = Caller(account_id=uuid4(), login="planner", role=Role.PLANNER, scope=Scope(kanim="blitar"))


@pytest.fixture
def office(published: World) -> World:
    """An office that has published the small season."""
    return published


def somebody(world: World, number: int = 0) -> tuple[UUID, date]:
    """Somebody of the first request whose phone got a link, and the day of their appointment."""
    query = (
        select(ApplicantRow.id, AppointmentRow.slot_at)
        .join(AppointmentRow, AppointmentRow.applicant_id == ApplicantRow.id)
        .join(SmsSubjectRow, SmsSubjectRow.applicant_id == ApplicantRow.id)
        .join(LinkRow, LinkRow.intent_id == SmsSubjectRow.intent_id)
        .join(RequestRow, RequestRow.id == ApplicantRow.request_id)
        .where(RequestRow.reference == "BLI-2026-0001")
        .order_by(ApplicantRow.position)
    )
    with world.database.reading() as session:
        person, slot_at = session.execute(query).all()[number]
    return person, slot_at.astimezone(world.rulebook.office.zone).date()


def book(world: World, day: date, places: int) -> Booking:
    """Book places of a day for the first request."""
    with world.database.transaction() as session:
        days, bookings = ServiceDays(session, world.kanim), Bookings(session, world.kanim)
        locked = days.lock((day,), now=NOW)[day]
        days.set_planned(locked, 0)
        assert days.take(locked, places)
        held = bookings.add(
            locked,
            places=places,
            state=BookingState.HELD,
            organisation_id=None,
            category=Category.HAJJ,
            deadline_date=None,
            now=NOW,
            expires_at=NOW + timedelta(hours=1),
        )
        request = bookings.request("BLI-2026-0001", None)
        assert request
        bookings.settle(bookings.find((held,), None)[0], BookingState.BOOKED, request_id=request.id)
        return bookings.find((held,), None)[0]


def now_of(world: World, booking: Booking) -> tuple[BookingState, int]:
    """State and places of a booking, whose books are right."""
    with world.database.reading() as session:
        assert ServiceDays(session, world.kanim).differences() == {}
        found = Bookings(session, world.kanim).find((booking.id,), None)[0]
    return found.state, found.places


def token_of(world: World, person: UUID) -> str:
    with world.database.reading() as session:
        intent = session.scalars(
            select(LinkRow.intent_id)
            .join(SmsSubjectRow, SmsSubjectRow.intent_id == LinkRow.intent_id)
            .where(SmsSubjectRow.applicant_id == person)
        ).one()
    return link_token(world.vault.blind_index(str(intent), "link"))


def withdraw(world: World, person: UUID) -> None:
    seen = find_person(world, person, PLANNER.scope).revision
    withdraw_person(world, person, seen=seen, caller=PLANNER, now=NOW)


def erase(world: World, person: UUID) -> None:
    with world.database.transaction() as session:
        subject = session.scalars(select(ApplicantRow.subject_id).where(ApplicantRow.id == person)).one()
        erase_person(session, world, subject, actor="test", reason="asked", now=NOW)


def give_up(world: World, person: UUID, answer: Answer) -> None:
    token = token_of(world, person)
    chosen = [(one.number, one.promise.revision) for one in open_link(world, token, now=NOW).people]
    answer_link(world, token, chosen, answer, now=NOW)


def cannot_come(world: World, person: UUID) -> None:
    give_up(world, person, Answer.NOT_THAT_DAY)


def never_comes(world: World, person: UUID) -> None:
    give_up(world, person, Answer.NOT_AT_ALL)


@pytest.mark.parametrize("leave", [withdraw, erase, cannot_come, never_comes])
def test_whoever_leaves_frees_one_place_at_once(office: World, leave: object) -> None:
    person, day = somebody(office)
    booking = book(office, day, 32)
    leave(office, person)  # type: ignore[operator]
    assert now_of(office, booking) == (BookingState.BOOKED, 31)


def test_each_of_several_who_cannot_come_frees_a_place(office: World) -> None:
    _, day = somebody(office)
    booking = book(office, day, 32)
    for _ in range(2):  # whoever waits again is no longer among those with an appointment
        cannot_come(office, somebody(office)[0])
        with office.database.transaction() as session:
            session.query(AppointmentRow).filter(AppointmentRow.status == "cancelled").delete()
    assert now_of(office, booking) == (BookingState.BOOKED, 30)


def test_a_day_keeps_a_place_for_everybody_who_still_comes(office: World) -> None:
    person, day = somebody(office)
    booking = book(office, day, 20)  # for 20 of the 32 who have an appointment
    cannot_come(office, person)
    assert now_of(office, booking) == (BookingState.BOOKED, 20)


def test_a_withdrawn_request_gives_all_its_places_back_and_who_waits_moves_up(office: World) -> None:
    _, day = somebody(office)
    booking = book(office, day, 32)
    waiting = join_waiting_list(office, day, 30, category=Category.UMRAH, deadline_date=None, caller=PLANNER, now=NOW)
    seen = find_request(office, "BLI-2026-0001", PLANNER.scope).revision
    withdraw_request(office, "BLI-2026-0001", seen=seen, caller=PLANNER, now=NOW)
    assert now_of(office, booking) == (BookingState.RELEASED, 32)
    assert now_of(office, waiting) == (BookingState.HELD, 30)


def test_who_had_no_booking_takes_their_part_of_the_plan_off_the_day(office: World) -> None:
    person, day = somebody(office)
    with office.database.reading() as session:
        before = ServiceDays(session, office.kanim).days(day, day)[0].planned
    withdraw(office, person)
    with office.database.reading() as session:
        assert ServiceDays(session, office.kanim).days(day, day)[0].planned == before - 1


def test_without_giving_back_the_books_would_differ(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person, day = somebody(office)
    booking = book(office, day, 32)
    monkeypatch.setattr(ServiceDays, "give_back", lambda *_: None)
    withdraw(office, person)
    with pytest.raises(AssertionError):
        now_of(office, booking)
