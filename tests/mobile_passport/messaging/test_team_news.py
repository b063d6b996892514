"""What a team is told when a new plan changes its next days: once, the final state, and at the right hour."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from mobile_passport.domain.message import ReceiptStatus
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.team_day import TeamDay, TeamStop
from mobile_passport.messaging.gsm7 import septets
from mobile_passport.messaging.texts import Texts
from mobile_passport.messaging.written import Written
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.messages.message_report import all_messages
from mobile_passport.persistence.messages.message_tables import SmsSubjectRow
from mobile_passport.persistence.privacy.key_rotation import KeyRotation, Rotated
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.persistence.tables import CurrentPlanRow, PlanRow, PlanVisitRow
from mobile_passport.rules.messages import MessageRules, Says
from mobile_passport.rules.teams import Team
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.list_team_calls import list_team_calls
from mobile_passport.services.messages.receive_receipt import receive_receipt
from optimizer.problem import LatLon
from tests.fakes.provider import Fault, ScriptedProvider, genuine
from tests.fakes.timing import HandTiming
from tests.mobile_passport.messaging.bureau import KANIM, MORNING, OFFICE, PUBLIC_URL, RULES, SECRET, Bureau
from tests.mobile_passport.messaging.oracle import lost, sent_twice

TOMORROW = MORNING + timedelta(days=1)
UNIT_1 = Team(
    id="unit-1",
    label="Unit 1",
    skills=("collective", "home"),
    weekdays=(1, 2, 3, 4, 5),
    kits=2,
    document_desks=1,
    interview_desks=1,
    from_date=date(2026, 1, 1),
    source="test",
    phone="0812-3456-7890",
)
UNIT_2 = replace(UNIT_1, id="unit-2", label="Unit 2", phone="")

type Stop = dict[str, Any]


def stop(starts_at: datetime, venue: str = "Balai Desa Karangsono", **changes: Any) -> Stop:
    """Write one stop of unit 1, as a row of a plan."""
    return {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "venue": venue,
        "kind": "collective",
        "team": "unit-1",
        "shift": "pagi",
        "village_code": "3505010001",
        "lat": -8.1,
        "lon": 112.2,
    } | changes


class Plans:
    """Publishes versions of a plan that are nothing but stops."""

    def __init__(self, office: Bureau, *stops: Stop) -> None:
        self._office = office
        self._version = 0
        self.publish(*stops)

    def publish(self, *stops: Stop, teams: Sequence[Team] = (UNIT_1, UNIT_2)) -> Written:
        """Publish the next version a minute later, and tell the teams in the same transaction."""
        self._office.timing.advance(60)
        now = self._office.timing.wall()
        before, self._version = self._version or None, self._version + 1
        with self._office.database.transaction() as session:
            plan = PlanRow(
                kanim=KANIM,
                version=self._version,
                status="published",
                inputs_digest="",
                created_at=now,
                first_date=now.date(),
                last_date=now.date(),
                travel_is_estimate=False,
                problem_json="",
                plan_json="",
            )
            session.add(plan)
            session.flush()
            for number, one in enumerate(stops):
                session.add(PlanVisitRow(kanim=KANIM, plan_id=plan.id, visit=f"v{number}", **one))
            session.merge(CurrentPlanRow(kanim=KANIM, version=self._version))
            session.flush()
            return self.tell(session, before, self._version, teams, now)

    def tell(self, session: Any, before: int | None, version: int, teams: Sequence[Team], now: datetime) -> Written:
        news = self._office.desk().outbox.teams
        return news.tell(session, teams, before=before, version=version, now=now)


def kinds(office: Bureau) -> list[tuple[str, str]]:
    return [(intent.kind, intent.state) for intent in office.intents()]


def test_a_team_reads_the_day_how_many_stops_and_the_first(bureau: Bureau) -> None:
    plans = Plans(bureau, stop(TOMORROW))
    written = plans.publish(stop(TOMORROW), stop(TOMORROW + timedelta(hours=2), "Balai Desa Garum"))
    assert written.messages == 1
    assert bureau.body(bureau.intents()[-1]) == (
        "Imigrasi Blitar: RENCANA BERUBAH Unit 1, Rabu 25 November 2026: 2 tempat, pertama Balai Desa Karangsono "
        "09.00 WIB. Menggantikan rencana sebelumnya; buka aplikasi untuk rinciannya. "
        f"Ref {bureau.intents()[-1].marker}"
    )


LATER = TOMORROW + timedelta(hours=2)
GARUM = "Balai Desa Garum"
FAR_AWAY = MORNING + timedelta(days=3, hours=1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([stop(TOMORROW)], [stop(TOMORROW), stop(LATER)]),
        ([stop(TOMORROW), stop(LATER)], [stop(TOMORROW)]),
        ([stop(TOMORROW)], []),
        ([stop(TOMORROW)], [stop(TOMORROW, GARUM)]),
        ([stop(TOMORROW)], [stop(TOMORROW, lat=-8.2)]),
        ([stop(TOMORROW), stop(LATER, GARUM)], [stop(TOMORROW, GARUM), stop(LATER)]),
        ([stop(TOMORROW)], [stop(TOMORROW + timedelta(minutes=15))]),
        ([stop(TOMORROW)], [stop(TOMORROW, shift="siang")]),
        ([stop(TOMORROW)], [stop(TOMORROW, team="unit-2")]),
    ],
    ids=[
        "added",
        "removed",
        "day off",
        "other place",
        "moved",
        "other order",
        "other time",
        "other shift",
        "given away",
    ],
)
def test_whatever_changes_a_route_is_told(bureau: Bureau, before: list[Stop], after: list[Stop]) -> None:
    plans = Plans(bureau, *before)
    said = len(bureau.intents())
    assert plans.publish(*after).messages == 1
    assert len(bureau.intents()) == said + 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([stop(TOMORROW)], [stop(TOMORROW)]),
        ([stop(TOMORROW)], [stop(TOMORROW, ends_at=TOMORROW + timedelta(hours=3))]),  # more people at the same stop
        ([stop(MORNING - timedelta(hours=1)), stop(TOMORROW)], [stop(TOMORROW)]),  # what is over is no change
        ([stop(FAR_AWAY)], [stop(FAR_AWAY, GARUM)]),  # the app shows it in time
        ([stop(TOMORROW, team="unit-2")], [stop(TOMORROW, GARUM, team="unit-2")]),  # no number
        ([stop(TOMORROW, team="unit-9")], []),  # not a team any more
    ],
    ids=["same", "longer", "over", "far away", "no number", "gone team"],
)
def test_nothing_else_is(bureau: Bureau, before: list[Stop], after: list[Stop]) -> None:
    plans = Plans(bureau, *before)
    said = len(bureau.intents())
    assert plans.publish(*after).messages == 0
    assert len(bureau.intents()) == said


def test_a_day_changed_three_times_before_anything_was_sent_is_told_once(bureau: Bureau) -> None:
    plans = Plans(bureau)
    starts = [TOMORROW + timedelta(minutes=minutes) for minutes in (0, 15, 30)]
    assert [plans.publish(stop(at)).superseded for at in starts] == [0, 1, 1]
    deliver_messages(bureau.desk())
    assert [state for _, state in kinds(bureau)] == ["superseded", "superseded", "delivered"]
    assert "09.30 WIB" in bureau.body(bureau.intents()[-1])


def test_telling_the_same_version_again_changes_nothing(bureau: Bureau) -> None:
    plans = Plans(bureau)
    plans.publish(stop(TOMORROW))
    with bureau.database.transaction() as session:
        again = plans.tell(session, 1, 2, [UNIT_1], MORNING)
    assert (again.messages, again.superseded) == (0, 0)


def test_a_day_that_the_next_plan_leaves_as_it_was_told_is_still_told(bureau: Bureau) -> None:
    plans = Plans(bureau)
    plans.publish(stop(TOMORROW))
    plans.publish(stop(TOMORROW), stop(TOMORROW + timedelta(days=1), team="unit-2"))
    deliver_messages(bureau.desk())
    assert kinds(bureau) == [("route_changed", "delivered")]


def test_a_message_in_flight_that_came_back_is_not_sent_when_the_day_has_changed_again(bureau: Bureau) -> None:
    provider = ScriptedProvider(bureau.timing, [Fault.ERROR_BEFORE], posts_callbacks=False)
    bureau.provider = provider
    plans = Plans(bureau)
    plans.publish(stop(TOMORROW))
    deliver_messages(bureau.desk())  # unknown: it may be on its way
    plans.publish(stop(TOMORROW, GARUM))
    for _ in range(6):
        deliver_messages(bureau.desk())
        bureau.timing.advance(400)
    assert sorted(kinds(bureau)) == [("route_changed", "accepted"), ("route_changed", "superseded")]
    assert (sent_twice(bureau, provider.taken), lost(bureau, provider.taken)) == ([], [])


def at(hour: int) -> HandTiming:
    """A clock at an hour of 24 November in Blitar."""
    return HandTiming(datetime(2026, 11, 24, hour, tzinfo=OFFICE.zone))


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database("sqlite://")
    yield opened
    opened.close()


def office_at(database: Database, hour: int, rules: MessageRules = RULES) -> Bureau:
    office = Bureau(database, at(hour), rules=rules)
    office.create_tables()
    return office


@pytest.mark.parametrize(("hour", "route", "person"), [(6, 1, 0), (12, 1, 1), (20, 1, 0), (22, 0, 0), (4, 0, 0)])
def test_teams_and_people_are_written_to_at_hours_of_their_own(
    database: Database, hour: int, route: int, person: int
) -> None:
    office = office_at(database, hour)
    Plans(office).publish(stop(TOMORROW + timedelta(hours=3)))
    _, people = office.add_request([("Siti", "+6281234567891")])
    office.book({people[0]: MORNING + timedelta(days=7)})
    passed = deliver_messages(office.desk())
    sent = [kind for kind, state in kinds(office) if state == "delivered"]
    assert (sent.count("route_changed"), sent.count("slot")) == (route, person)
    assert (passed.rest_why == "quiet_hours") is (route + person < 2)


def test_in_the_night_the_sender_wakes_for_whom_something_waits(database: Database) -> None:
    office = office_at(database, 22)
    Plans(office).publish(stop(TOMORROW))
    opening = deliver_messages(office.desk()).rest_until
    assert opening == datetime(2026, 11, 25, 5, tzinfo=OFFICE.zone)


def test_in_the_evening_the_sender_wakes_for_a_team_that_is_to_be_tried_again(database: Database) -> None:
    office = office_at(database, 20)
    office.provider = ScriptedProvider(office.timing, [Fault.SLOW_DOWN])
    Plans(office).publish(stop(TOMORROW + timedelta(hours=3)))
    deliver_messages(office.desk())
    office.timing.advance(10)
    passed = deliver_messages(office.desk())
    assert passed.rest_until is not None
    assert passed.rest_until - office.timing.wall() < timedelta(minutes=1)


def test_a_route_that_begins_before_the_next_opening_is_told_in_the_night(database: Database) -> None:
    office = office_at(database, 22)
    Plans(office).publish(stop(datetime(2026, 11, 25, 4, 30, tzinfo=OFFICE.zone)))
    deliver_messages(office.desk())
    assert kinds(office) == [("route_changed", "delivered")]


def test_a_change_that_comes_too_late_to_be_read_is_closed_with_its_reason(bureau: Bureau) -> None:
    Plans(bureau).publish(stop(MORNING + timedelta(minutes=3)))
    deliver_messages(bureau.desk())
    (intent,) = bureau.intents()
    assert (intent.state, intent.reason) == ("expired", "too_late")


def test_two_messages_about_one_day_and_version_are_refused_by_the_database(bureau: Bureau) -> None:
    Plans(bureau).publish(stop(TOMORROW))
    with bureau.database.transaction() as session:
        row = session.scalars(select(SmsSubjectRow)).one()
        assert (row.applicant_id, row.request_id, row.topic) == (None, None, "team_day:unit-1:2026-11-25")
        twin = SmsSubjectRow(
            **{name: getattr(row, name) for name in ("kanim", "intent_id", "topic", "revision", "kind")},
            lead_days=0,
            occurrence=0,
        )
        session.add(twin)
        with pytest.raises(IntegrityError, match="topic"):
            session.flush()
        session.rollback()


def test_neither_homes_nor_people_are_named(bureau: Bureau) -> None:
    Plans(bureau).publish(stop(TOMORROW, "Rumah Bu Siti, Jl. Melati 3", kind="home"))
    body = bureau.body(bureau.intents()[0])
    assert "1 tempat, pertama kunjungan rumah 09.00 WIB" in body
    assert "Siti" not in body
    assert "Melati" not in body


def test_the_number_of_a_team_is_sealed_and_kept_out_of_what_rules_say_of_themselves(bureau: Bureau) -> None:
    Plans(bureau).publish(stop(TOMORROW))
    assert b"81234567890" not in bureau.intents()[0].to_sealed
    assert "3456" not in repr(UNIT_1)
    with pytest.raises(ValueError, match="no Indonesian mobile number"):
        replace(UNIT_1, phone="0342-801234")


def test_what_a_team_was_told_is_read_with_the_next_secret_alone(bureau: Bureau) -> None:
    Plans(bureau).publish(stop(TOMORROW))
    _, people = bureau.add_request([("Siti", "+6281234567891")])
    bureau.book({people[0]: MORNING + timedelta(days=7)})
    new_secret = "the next secret of the tests, long enough"
    both, alone = Vault(new_secret, [SECRET]), Vault(new_secret)
    for step in (KeyRotation.wrap_keys, KeyRotation.seal_persons, KeyRotation.seal_values):
        rounds = iter(range(5))
        done = Rotated(values=1)
        while done != Rotated():
            next(rounds)  # a rotation that never ends fails here
            with bureau.database.transaction() as session:
                done = step(KeyRotation(session, both, KANIM, batch=10))
    with bureau.database.transaction() as session:
        bodies = [one.body.reveal() for one in all_messages(session, alone, kanim=KANIM)]
    assert sorted(body.split(":")[1].split()[0] for body in bodies) == ["Jadwal", "RENCANA"]


def test_a_message_to_a_team_that_did_not_arrive_is_not_repeated_by_itself(bureau: Bureau) -> None:
    provider = ScriptedProvider(bureau.timing, posts_callbacks=False)
    bureau.provider = provider
    Plans(bureau).publish(stop(TOMORROW))
    deliver_messages(bureau.desk())
    receive_receipt(bureau.desk(), genuine(provider.taken[0], ReceiptStatus.UNDELIVERED, "30003"))
    assert kinds(bureau) == [("route_changed", "undelivered")]
    (call,) = list_team_calls(bureau.desk())
    assert (call.team, call.day, call.phone.reveal()) == ("unit-1", date(2026, 11, 25), "+6281234567890")
    assert (call.reason, "buka aplikasi" in call.say.reveal()) == ("undelivered:undelivered_30003", True)


def test_a_team_is_called_while_the_day_is_as_the_message_says_and_not_over(bureau: Bureau) -> None:
    plans = Plans(bureau)
    plans.publish(stop(bureau.timing.wall() + timedelta(minutes=4)))
    deliver_messages(bureau.desk())
    assert [call.reason for call in list_team_calls(bureau.desk())] == ["expired:too_late"]
    plans.publish(stop(LATER))
    assert list_team_calls(bureau.desk()) == ()
    bureau.provider = ScriptedProvider(bureau.timing, [Fault.LANDLINE])
    deliver_messages(bureau.desk())
    days = [date(2026, 11, 24), date(2026, 11, 25)]  # today is off, which came too late for a message
    for left in (days, days[1:], []):
        assert [call.day for call in list_team_calls(bureau.desk())] == left
        bureau.timing.advance(86_400)


@pytest.mark.database("sqlite")
def test_a_day_that_is_again_as_an_earlier_message_said_is_judged_by_the_last(bureau: Bureau) -> None:
    plans = Plans(bureau)
    bureau.provider = ScriptedProvider(bureau.timing, [Fault.LANDLINE])
    for begins in (TOMORROW, TOMORROW + timedelta(hours=1), TOMORROW):
        plans.publish(stop(begins))
        deliver_messages(bureau.desk())
    assert kinds(bureau)[0] == ("route_changed", "failed_permanent")
    assert list_team_calls(bureau.desk()) == ()


@pytest.mark.parametrize("venue", ["Gedung Serba Guna Al-Hikmah, Dusun Sumberagung, Kec. Kesamben " * 3, "ꦧꦭꦻ Балай"])
def test_a_text_to_a_team_fits_two_segments_whatever_the_place_is_called(venue: str) -> None:
    place = TeamStop(
        shift="", kind=VisitKind.COLLECTIVE, label=venue, position=LatLon(lat=0, lon=0), starts_at=TOMORROW
    )
    day = TeamDay(team="unit-1", day=TOMORROW.date(), stops=(place,) * 12)
    text = Texts(RULES, OFFICE, PUBLIC_URL).for_team(RULES.kind(Says.ROUTE), "Unit 1", day, "K7M2Q9XT")
    assert septets(text.body) <= 306
    assert text.segments <= 2
    assert "12 tempat" in text.body
    assert "buka aplikasi" in text.body
