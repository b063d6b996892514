"""Each reminder is due exactly once, in whatever zone the machine stands and however its clock jumps.

`make test` hands over a small crowd at once; ``MP_REMINDERS=10000`` is the number that is promised.
"""

import gc
import os
import time
import tracemalloc
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as day_time
from itertools import product
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
from mobile_passport.rules.office import OtherZone
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.remind import remind
from tests.fakes.provider import ScriptedProvider
from tests.mobile_passport.messaging.bureau import MORNING, OFFICE, RULES, Bureau

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


@pytest.mark.database("sqlite")  # the pace and the memory of the sender; each query runs on both above
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


ZONES = {"3505010001": "Asia/Jakarta", "6401010001": "Asia/Makassar", "9401010001": "Asia/Jayapura"}
"""A village of each zone, as if the area reached so far."""
THREE_ZONES = replace(
    OFFICE,
    other_zones=tuple(
        OtherZone(timezone=zone, areas=(village[:2],), source="test", as_of_date=date(2026, 11, 24))
        for village, zone in ZONES.items()
        if zone != OFFICE.timezone
    ),
)


@pytest.mark.parametrize("host", ["UTC", "Asia/Jakarta", "America/New_York", "Pacific/Kiritimati"])
def test_on_every_day_of_a_year_each_reminder_is_due_once_at_nine_of_its_place_whatever_the_machine_s_zone(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New York has summer time, Kiritimati is a day ahead: neither may matter. The clock jumps back once a day."""
    monkeypatch.setenv("TZ", host)
    time.tzset()
    try:
        for (village, zone), day in product(ZONES.items(), range(365)):
            place = ZoneInfo(zone)
            slot_at = datetime(2026, 1, 10, 8, 30, tzinfo=place) + timedelta(days=day)
            one = replace(facts_at(slot_at, slot_at - timedelta(days=9)), village_code=village)
            seen: Counter[int] = Counter()
            due_at: dict[int, set[datetime]] = {}
            for hours_before in (*range(100, 0, -8), 76, 40, 20):  # the second run is the jump back
                now = (slot_at - timedelta(hours=hours_before)).astimezone(UTC)
                for due in due_reminders([one], REMINDER, THREE_ZONES, now):
                    seen[due.lead_days] = 1  # a second time is the same promise: the outbox refuses it
                    due_at.setdefault(due.lead_days, set()).add(due.due_at)
            nine = {lead: slot_at - timedelta(days=lead) + timedelta(minutes=30) for lead in (3, 1)}
            assert seen == {3: 1, 1: 1}
            assert due_at == {lead: {at} for lead, at in nine.items()}
    finally:
        monkeypatch.undo()
        time.tzset()


def test_people_in_three_zones_are_reminded_at_nine_by_their_own_clocks_and_read_their_own_times(
    bureau: Bureau,
) -> None:
    bureau.office = THREE_ZONES
    slots: dict[UUID, datetime] = {}
    for number, (village, zone) in enumerate(ZONES.items()):
        _, people = bureau.add_request([("Siti", f"+62812{number:08d}")], village_code=village)
        slots[people[0]] = datetime(2026, 12, 1, 9, 0, tzinfo=ZoneInfo(zone))
    bureau.book(slots)
    for _ in range(2):  # by the hour, and the whole week again after the clock was set back
        bureau.timing.step_wall((MORNING - bureau.timing.wall()).total_seconds())
        tick_until(bureau, SLOT)
    told = {bureau.body(one) for one in bureau.intents() if one.kind == "slot"}
    for name in ("WIB", "WITA", "WIT"):
        assert sum(f"Selasa 1 Desember 2026 09.00 {name} " in text for text in told) == 1
    nine = {slot_at.replace(hour=9) - timedelta(days=lead) for slot_at in slots.values() for lead in (3, 1)}
    assert sorted(at for _, at in reminders(bureau)) == sorted(nine)


def test_nobody_is_written_to_at_night_by_the_clocks_of_their_own_place(bureau: Bureau) -> None:
    """At 07.00 in Blitar it is 09.00 in Jayapura; at 19.00 it is 21.00 there."""
    bureau.office = THREE_ZONES
    seven, nineteen = MORNING - timedelta(hours=2), MORNING + timedelta(hours=10)
    sent = []
    for number, now in enumerate((seven, nineteen)):
        bureau.timing.step_wall((now - bureau.timing.wall()).total_seconds())
        slots = {}
        for village in ("3505010001", "9401010001"):
            phone = f"+62812{number}{village[:7]}"
            request_id, people = bureau.add_request([("Siti", phone)], contact_phone=phone, village_code=village)
            slots[people[0]] = SLOT
            with bureau.database.transaction() as session:
                bureau.desk().outbox.confirm_requests(session, [request_id], now)
        bureau.book(slots)
        deliver_messages(bureau.desk())
        sent.append(sorted(one.to_index for one in bureau.intents() if one.state == "delivered"))
        bureau.timing.advance(12 * 3600)
        deliver_messages(bureau.desk())
        assert set(bureau.states()) == {"delivered"}
    assert [len(at_once) for at_once in sent] == [2, 6]


def test_no_two_leads_are_due_at_the_same_moment() -> None:
    three_leads = replace(REMINDER, leads_days=(7, 3, 1))
    one = facts_at(SLOT, SLOT - timedelta(days=20))
    for hours_before in range(200):
        due = due_reminders([one], three_leads, OFFICE, SLOT - timedelta(hours=hours_before))
        assert len(due) <= 1
