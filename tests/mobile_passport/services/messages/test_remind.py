"""Each reminder is due exactly once, in whatever zone the machine stands and however its clock jumps.

`make test` hands over a small crowd at once; ``MP_REMINDERS=10000`` is the number that is promised.
"""

import gc
import os
import time
import tracemalloc
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as day_time
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from mobile_passport.domain.person import PassportCase
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.reminders import due_reminders
from mobile_passport.persistence.messages.message_facts import AppointmentFacts
from mobile_passport.persistence.messages.message_tables import SmsIntentRow
from mobile_passport.rules.messages import Says
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.remind import remind
from tests.fakes.provider import ScriptedProvider
from tests.mobile_passport.messaging.bureau import MORNING, RULES, Bureau
from tests.mobile_passport.messaging.conftest import bureau

__all__ = ["bureau"]

REMINDER = RULES.kind(Says.REMINDER)
SLOT = MORNING + timedelta(days=7)
HOUR = timedelta(hours=1)
REMINDERS = int(os.environ.get("MP_REMINDERS", "100"))


def booked(office: Bureau, slot_at: datetime = SLOT, count: int = 1) -> list[UUID]:
    _, people = office.add_request([(f"Siti {n}", f"+62812{n:08d}") for n in range(count)])
    office.book(dict.fromkeys(people, slot_at))
    return people


def tick_until(office: Bureau, end: datetime, every: timedelta = HOUR) -> None:
    while office.timing.wall() < end:
        remind(office.desk())
        office.timing.advance(every.total_seconds())


def reminders(office: Bureau) -> list[tuple[int, datetime]]:
    return [(one.lead_days, one.created_at) for one in office.intents() if one.kind == "reminder"]


def test_reminders_go_out_three_days_and_one_day_before_at_nine(bureau: Bureau) -> None:
    booked(bureau)
    tick_until(bureau, SLOT)
    nine = [datetime(2026, 11, 28, 2, 0, tzinfo=UTC), datetime(2026, 11, 30, 2, 0, tzinfo=UTC)]
    assert reminders(bureau) == [(3, nine[0]), (1, nine[1])]


def test_a_second_tick_writes_nothing(bureau: Bureau) -> None:
    booked(bureau)
    bureau.timing.advance(4 * 86_400)
    assert [remind(bureau.desk()).messages for _ in range(3)] == [1, 0, 0]


def test_after_a_long_stop_only_the_nearest_reminder_is_written(bureau: Bureau) -> None:
    booked(bureau)
    bureau.timing.advance(6 * 86_400 + 3_600)
    remind(bureau.desk())
    assert [lead for lead, _ in reminders(bureau)] == [1]


def test_a_reminder_that_was_not_sent_gives_way_to_the_next(bureau: Bureau) -> None:
    booked(bureau)
    deliver_messages(bureau.desk())
    bureau.timing.advance(4 * 86_400)
    remind(bureau.desk())
    bureau.timing.advance(2 * 86_400)
    remind(bureau.desk())
    deliver_messages(bureau.desk())
    by_lead = {one.lead_days: one.state for one in bureau.intents() if one.kind == "reminder"}
    assert by_lead == {3: "expired", 1: "delivered"}


def test_who_heard_of_the_slot_hours_ago_is_not_reminded_of_it(bureau: Bureau) -> None:
    booked(bureau, MORNING + timedelta(days=1, hours=2))
    tick_until(bureau, MORNING + timedelta(days=1))
    assert reminders(bureau) == []


def test_a_moved_slot_is_reminded_of_by_its_new_date_only(bureau: Bureau) -> None:
    people = booked(bureau)
    bureau.timing.advance(4 * 86_400)
    remind(bureau.desk())  # waits in the outbox
    bureau.book({people[0]: SLOT + timedelta(days=3)})
    tick_until(bureau, SLOT + timedelta(days=3))
    states = [(one.lead_days, one.state) for one in bureau.intents() if one.kind == "reminder"]
    assert states == [(3, "superseded"), (3, "pending"), (1, "pending")]


def test_a_cancelled_appointment_is_not_reminded_of(bureau: Bureau) -> None:
    people = booked(bureau)
    bureau.cancel(people)
    tick_until(bureau, SLOT)
    assert reminders(bureau) == []


def test_a_family_on_one_phone_is_reminded_once(bureau: Bureau) -> None:
    _, people = bureau.add_request([("Siti", "+6281200000001"), ("Budi", "+6281200000001")])
    bureau.book({people[0]: SLOT, people[1]: SLOT + timedelta(minutes=30)})
    bureau.timing.advance(4 * 86_400)
    assert remind(bureau.desk()).messages == 1


def test_a_crowd_of_reminders_is_handed_over_at_the_provider_s_rate_in_flat_memory(bureau: Bureau) -> None:
    provider = ScriptedProvider(bureau.timing, posts_callbacks=False)
    bureau.provider = provider
    bureau.rules = replace(RULES, hours=replace(RULES.hours, closes=day_time.max))
    for _ in range(0, REMINDERS, REMINDERS // 2):  # in two requests, so that neither text nor list is one of a kind
        booked(bureau, count=REMINDERS // 2)
    with bureau.database.transaction() as session:
        session.execute(update(SmsIntentRow).values(state="delivered"))  # the news itself was told
    bureau.timing.advance(4 * 86_400)
    assert [remind(bureau.desk()).messages for _ in range(2)] == [REMINDERS, 0]
    began, handed_over, peaks = bureau.timing.wall(), 0, []
    tracemalloc.start()
    try:
        while handed_over < REMINDERS:
            gc.collect()  # what others left in circles is not this pass's
            tracemalloc.reset_peak()
            handed_over += deliver_messages(bureau.desk(), limit=REMINDERS // 5).accepted
            provider.taken.clear()
            peaks.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
    seconds = (bureau.timing.wall() - began).total_seconds()
    assert seconds >= (REMINDERS - 1) / RULES.pace("twilio").per_second
    assert len(peaks) == 5
    assert peaks[-1] < peaks[1] * 1.2  # the first pass still fills caches


def facts_at(slot_at: datetime, created_at: datetime) -> AppointmentFacts:
    return AppointmentFacts(
        applicant_id=UUID(int=1),
        request_id=UUID(int=2),
        revision=1,
        is_active=True,
        plan_version=1,
        visit_kind=VisitKind.COLLECTIVE,
        venue="Balai Desa",
        slot_at=slot_at,
        created_at=created_at,
        category=Category.HAJJ,
        passport_case=PassportCase.NEW,
        name=Secret("Siti"),
        phone=Secret("+6281234567890"),
    )


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
@pytest.mark.parametrize("host", ["UTC", "Asia/Jakarta", "America/New_York", "Pacific/Kiritimati"])
def test_on_every_day_of_a_year_each_reminder_is_due_once_whatever_the_machine_s_zone(
    zone: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New York has summer time, Kiritimati is a day ahead: neither may matter. The clock jumps back once a day."""
    monkeypatch.setenv("TZ", host)
    time.tzset()
    place = ZoneInfo(zone)
    try:
        for day in range(365):
            slot_at = datetime(2026, 1, 10, 8, 30, tzinfo=place) + timedelta(days=day)
            one = facts_at(slot_at, slot_at - timedelta(days=9))
            seen: Counter[int] = Counter()
            due_hours: dict[int, set[int]] = {}
            for hours_before in (*range(100, 0, -8), 76, 40, 20):  # the second run is the jump back
                now = (slot_at - timedelta(hours=hours_before)).astimezone(UTC)
                for due in due_reminders([one], REMINDER, place, now):
                    seen[due.lead_days] = 1  # a second time is the same promise: the outbox refuses it
                    due_hours.setdefault(due.lead_days, set()).add(due.due_at.astimezone(place).hour)
            assert seen == {3: 1, 1: 1}
            assert due_hours == {3: {9}, 1: {9}}
    finally:
        monkeypatch.undo()
        time.tzset()


def test_no_two_leads_are_due_at_the_same_moment() -> None:
    place = ZoneInfo("Asia/Jakarta")
    three_leads = replace(REMINDER, leads_days=(7, 3, 1))
    one = facts_at(SLOT, SLOT - timedelta(days=20))
    for hours_before in range(200):
        due = due_reminders([one], three_leads, place, SLOT - timedelta(hours=hours_before))
        assert len(due) <= 1
