"""A passport is ready: its owner hears of it once, and once more before it may be cancelled."""

from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from mobile_passport.domain.access import Caller, Role
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence.messages.message_tables import SmsIntentRow
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow, RequestRow
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.messages.list_calls import list_calls
from mobile_passport.services.messages.passports_ready import (
    NothingToCollect,
    NotServed,
    mark_collected,
    mark_ready,
    remind_to_collect,
)
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.accounts import account
from tests.fakes.timing import HandTiming
from tests.mobile_passport.services.seasons import NOW

LATER = NOW + timedelta(days=40)


def a_served_person(world: World, category: str = "other", status: str = ApplicantStatus.SERVED) -> UUID:
    """Somebody with a phone who was served; the category of their request is set."""
    with world.database.transaction() as session:
        person, request = session.execute(
            select(ApplicantRow.id, ApplicantRow.request_id)
            .join(AppointmentRow, AppointmentRow.applicant_id == ApplicantRow.id)
            .where(ApplicantRow.phone_sealed.is_not(None))
            .order_by(ApplicantRow.id)
            .limit(1)
        ).one()
        session.execute(update(ApplicantRow).where(ApplicantRow.id == person).values(status=status))
        session.execute(update(RequestRow).where(RequestRow.id == request).values(category=category))
    found: UUID = person
    return found


def said(world: World, kind: str) -> list[tuple[str, str]]:
    """State and text of every message of a kind."""
    with world.database.transaction() as session:
        rows = session.scalars(select(SmsIntentRow).where(SmsIntentRow.kind == kind)).all()
        seals = SubjectKeys(session, world.vault, world.kanim).seals_of_messages([row.id for row in rows])
        return [(row.state, seals[row.id].open(row.body_sealed, "sms_intent.body")) for row in rows]


@pytest.fixture
def clerk(published: World) -> Caller:
    return account(published, Role.PLANNER)


def test_the_owner_is_told_once_until_when_to_collect(published: World, clerk: Caller) -> None:
    person = a_served_person(published)
    assert mark_ready(published, [person], caller=clerk, now=LATER).messages == 1
    assert mark_ready(published, [person], caller=clerk, now=LATER + timedelta(days=3)).messages == 0
    ((state, text),) = said(published, "passport_ready")
    assert state == "pending"
    assert text.startswith("Imigrasi Blitar: Paspor ")
    last_day = (LATER + timedelta(days=30)).astimezone(published.rulebook.office.zone)
    assert "paling lambat" in text
    assert str(last_day.day) in text


def test_one_reminder_comes_a_week_before_the_last_day_at_nine_and_no_second(published: World, clerk: Caller) -> None:
    person = a_served_person(published)
    mark_ready(published, [person], caller=clerk, now=LATER)
    zone = published.rulebook.office.zone
    last_day = LATER.astimezone(zone).date() + timedelta(days=30)
    nine = datetime.combine(last_day - timedelta(days=7), time(9), tzinfo=zone)
    written = [
        remind_to_collect(published, now=nine + timedelta(hours=hours)).messages for hours in (-24, -1, 0, 1, 24, 200)
    ]
    assert written == [0, 0, 1, 0, 0, 0]


def test_a_collected_passport_is_not_reminded_of_and_what_waits_is_taken_back(published: World, clerk: Caller) -> None:
    person = a_served_person(published)
    mark_ready(published, [person], caller=clerk, now=LATER)
    assert mark_collected(published, person, caller=clerk, now=LATER).superseded == 1
    assert remind_to_collect(published, now=LATER + timedelta(days=26)).messages == 0
    with pytest.raises(NothingToCollect):
        mark_collected(published, person, caller=clerk, now=LATER)


def test_pilgrims_whose_passports_go_to_the_ministry_are_not_told_to_come(published: World, clerk: Caller) -> None:
    person = a_served_person(published, category="hajj")
    assert mark_ready(published, [person], caller=clerk, now=LATER).messages == 0
    assert remind_to_collect(published, now=LATER + timedelta(days=26)).messages == 0


def test_who_was_not_served_has_no_passport(published: World, clerk: Caller) -> None:
    person = a_served_person(published, status=ApplicantStatus.ABSENT)
    with pytest.raises(NotServed):
        mark_ready(published, [person], caller=clerk, now=LATER)
    assert said(published, "passport_ready") == []


def test_who_could_not_be_told_of_a_passport_is_called_until_it_is_collected(published: World, clerk: Caller) -> None:
    person = a_served_person(published)
    mark_ready(published, [person], caller=clerk, now=LATER)
    desk = build_desk(published, Settings(), HandTiming(LATER))
    assert person not in {call.applicant_id for call in list_calls(desk)}
    report(published, "passport_ready", "undelivered")
    (call,) = [call for call in list_calls(desk) if call.applicant_id == person]
    assert call.reason == "undelivered:undelivered_30005"
    assert "sudah jadi" in call.say.reveal()
    assert call.urgent_until is not None
    assert call.urgent_until > LATER + timedelta(days=29)
    remind_to_collect(published, now=LATER + timedelta(days=24))
    for state, is_called in (("delivered", False), ("undelivered", True)):
        report(published, "collect", state)
        assert (person in {call.applicant_id for call in list_calls(desk)}) is is_called
    mark_collected(published, person, caller=clerk, now=LATER)
    assert person not in {call.applicant_id for call in list_calls(desk)}


def report(world: World, kind: str, state: str) -> None:
    """Say what became of the messages of a kind."""
    with world.database.transaction() as session:
        messages = update(SmsIntentRow).where(SmsIntentRow.kind == kind)
        session.execute(messages.values(state=state, reason=f"{state}_30005"))
