"""A group that moves up from the waiting list hears of it, once, and not after the places are gone."""

from dataclasses import replace

from sqlalchemy import select, update

from mobile_passport.domain.request import Category
from mobile_passport.persistence.messages.booking_contacts import BookingContacts
from mobile_passport.persistence.messages.message_tables import SmsIntentRow
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.tables import RequestRow
from mobile_passport.services.booking.release_booking import release_booking
from mobile_passport.services.booking.settle_days import settle_days
from mobile_passport.services.booking.waiting_list import join_waiting_list
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.fakes.timing import HandTiming
from tests.mobile_passport.services.booking.office import DAYS, coordinator, hold, lay_out, organisations, planner
from tests.mobile_passport.services.seasons import NOW, letter, person


def told(world: World) -> list[tuple[str, str]]:
    """State and text of every message about a free place."""
    with world.database.reading() as session:
        rows = session.scalars(select(SmsIntentRow).where(SmsIntentRow.kind == "place_free")).all()
        seals = SubjectKeys(session, world.vault, world.kanim).seals_of_messages([row.id for row in rows])
        return [(row.state, seals[row.id].open(row.body_sealed, "sms_intent.body")) for row in rows]


def test_the_contact_of_a_group_that_moves_up_is_told_once_until_when_its_places_are_held(office: World) -> None:
    (village,) = organisations(office, 1)
    import_requests(
        (replace(letter("1/2026", "Desa Karangsono, Kec. Kanigoro", [person(1)]), category=Category.UMRAH),),
        office,
        actor="test",
        now=NOW,
    )
    with office.database.transaction() as session:
        session.execute(update(RequestRow).values(organisation_id=village))
    lay_out(office, DAYS, 40)
    first, second = (hold(office, day, 40) for day in DAYS[:2])
    waiting = [
        join_waiting_list(
            office,
            day,
            30,
            category=Category.UMRAH,
            deadline_date=None,
            caller=coordinator(office, village),
            now=NOW,
        )
        for day in DAYS[:2]
    ]
    assert told(office) == []
    release_booking(office, first.id, caller=planner(office), now=NOW)
    settle_days(office, now=NOW)
    ((state, text),) = told(office)
    assert state == "pending"
    assert "Ada 30 tempat untuk kelompok Anda pada Selasa 8 Desember 2026. Kami tahan sampai Kamis 26 November" in text
    assert "/kelompok; bila lewat" in text
    release_booking(office, second.id, caller=planner(office), now=NOW)
    assert len(told(office)) == 2  # of another day: another message to the same contact
    release_booking(office, waiting[1].id, caller=coordinator(office, village), now=NOW)
    deliver_messages(build_desk(office, Settings(), HandTiming(NOW)))
    sent = {text.partition("pada ")[2][:18]: state for state, text in told(office)}
    assert sent == {"Selasa 8 Desember ": "delivered", "Selasa 15 Desember": "superseded"}


def test_who_joins_and_gets_the_places_at_once_needs_no_message(office: World) -> None:
    (village,) = organisations(office, 1)
    import_requests((letter("1/2026", "Desa Karangsono, Kec. Kanigoro", [person(1)]),), office, actor="test", now=NOW)
    with office.database.transaction() as session:
        session.execute(update(RequestRow).values(organisation_id=village))
    lay_out(office, DAYS, 40)
    hold(office, DAYS[0], 30)
    for places in (20, 5):
        join_waiting_list(
            office,
            DAYS[0],
            places,
            category=Category.UMRAH,
            deadline_date=None,
            caller=coordinator(office, village),
            now=NOW,
        )
    assert told(office) == []


def test_whether_places_are_held_for_a_contact_is_read_of_no_other_group(office: World) -> None:
    village, _ = groups = organisations(office, 2)
    import_requests((letter("1/2026", "Desa Karangsono, Kec. Kanigoro", [person(1)]),), office, actor="test", now=NOW)
    with office.database.transaction() as session:
        (request,) = session.scalars(update(RequestRow).values(organisation_id=village).returning(RequestRow.id))
    lay_out(office, DAYS, 40)
    own, _ = (hold(office, DAYS[0], 10, coordinator(office, group)) for group in groups)
    hold(office, DAYS[0], 10)
    with office.database.reading() as session:
        assert BookingContacts(session, office.kanim).held([request], NOW) == (own.id,)
