"""One pass of the sender."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mobile_passport.messaging.delivery import claim, send
from mobile_passport.messaging.provider import SmsProvider
from mobile_passport.messaging.simulated import SimulatedProvider
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.steer_sender import hold_sender, release_hold, start_sender, stop_sender
from mobile_passport.services.messages.watch_messages import watch_messages
from tests.fakes.provider import Fault, ScriptedProvider
from tests.mobile_passport.messaging.bureau import MORNING, RULES, Bureau, rules_with

SLOT = MORNING + timedelta(days=7)


def announce(office: Bureau, count: int, *, first: int = 0) -> None:
    """Put messages to so many people into the outbox."""
    _, people = office.add_request([(f"Siti {n}", f"+62812{first + n:08d}") for n in range(count)])
    office.book(dict.fromkeys(people, SLOT))


def scripted(office: Bureau, *script: Fault) -> ScriptedProvider:
    provider = ScriptedProvider(office.timing, script)
    office.provider = provider
    return provider


def test_everything_due_goes_out_once_and_is_reported(bureau: Bureau) -> None:
    provider = scripted(bureau)
    announce(bureau, 5)
    first, second = deliver_messages(bureau.desk()), deliver_messages(bureau.desk())
    assert (first.accepted, first.receipts, first.rest_why) == (5, 10, "empty")
    assert second.accepted == 0
    assert len(provider.taken) == 5
    assert set(bureau.states()) == {"delivered"}


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        (Fault.LANDLINE, "failed_permanent", "refused_21614"),
        (Fault.OPTED_OUT, "opted_out", "refused_21610"),
        (Fault.REFUSE, "pending", "slow_down:connect"),
        (Fault.SLOW_DOWN, "pending", "slow_down:20429"),
        (Fault.SUSPENDED, "pending", "systemic:20003"),
        (Fault.ERROR_AFTER, "sending", None),
        (Fault.ERROR_BEFORE, "sending", None),
    ],
)
def test_each_outcome_leaves_the_message_in_its_defined_state(
    bureau: Bureau, fault: Fault, state: str, reason: str | None
) -> None:
    bureau.provider = ScriptedProvider(bureau.timing, [fault], posts_callbacks=False)
    announce(bureau, 1)
    deliver_messages(bureau.desk(), limit=1)
    (intent,) = bureau.intents()
    assert (intent.state, intent.reason) == (state, reason)


def test_told_to_stop_during_a_send_it_settles_that_one_and_claims_no_other(bureau: Bureau) -> None:
    provider = scripted(bureau)
    announce(bureau, 5)
    passed = deliver_messages(bureau.desk(), told_to_stop=lambda: bool(provider.taken))
    assert passed.rest_why == "told_to_stop"
    assert len(provider.taken) == passed.accepted == bureau.desk().pace.claims_at_once
    assert bureau.states().count("pending") == 5 - passed.accepted
    assert "sending" not in bureau.states()


def test_a_wish_to_wait_slows_the_whole_queue(bureau: Bureau) -> None:
    provider = scripted(bureau, Fault.SLOW_DOWN)  # Retry-After: 45
    announce(bureau, 3)
    passed = deliver_messages(bureau.desk())
    assert (passed.refused, passed.rest_why) == (1, "pace")
    bureau.timing.advance(40)
    assert deliver_messages(bureau.desk()).accepted == 0
    bureau.timing.advance(10)
    assert deliver_messages(bureau.desk()).accepted == 3
    assert len(provider.taken) == 3


def test_refusals_that_may_pass_back_off_ever_longer(bureau: Bureau) -> None:
    scripted(bureau, *[Fault.REFUSE] * 4)
    announce(bureau, 1)
    waits = []
    for _ in range(4):
        deliver_messages(bureau.desk(), limit=1)
        (intent,) = bureau.intents()
        waits.append(round((intent.next_try_at - bureau.timing.wall()).total_seconds()))
        bureau.timing.advance(waits[-1] + 1)
    assert waits == [30, 60, 120, 240]


def test_a_suspended_account_stops_the_sender_for_every_process_until_a_person_starts_it(bureau: Bureau) -> None:
    provider = scripted(bureau, Fault.SUSPENDED)
    announce(bureau, 3)
    deliver_messages(bureau.desk())
    bureau.timing.advance(7_200)
    other_process = bureau.desk()
    assert deliver_messages(other_process).rest_why == "stopped"
    assert watch_messages(other_process).sender.stop_reason == "refused_20003"
    assert provider.taken == []
    start_sender(bureau.desk(), actor="petugas")
    assert deliver_messages(bureau.desk()).accepted == 3


def test_a_person_can_stop_the_sender(bureau: Bureau) -> None:
    announce(bureau, 1)
    stop_sender(bureau.desk(), reason="wrong text", actor="petugas")
    assert deliver_messages(bureau.desk()).rest_why == "stopped"
    assert bureau.events("sender_stopped") == 1


def test_nothing_is_handed_over_at_night(bureau: Bureau) -> None:
    provider = scripted(bureau)
    bureau.timing.advance(11 * 3600)  # 20.00 WIB
    announce(bureau, 1)
    passed = deliver_messages(bureau.desk())
    assert passed.rest_why == "quiet_hours"
    assert passed.rest_until is not None
    assert passed.rest_until - bureau.timing.wall() == timedelta(hours=12)
    bureau.timing.advance(12 * 3600)
    assert deliver_messages(bureau.desk()).accepted == len(provider.taken) == 1


def test_too_many_unknown_ends_open_the_circuit_for_a_while(bureau: Bureau) -> None:
    provider = scripted(bureau, *[Fault.ERROR_BEFORE] * 10)
    announce(bureau, 20)
    passed = deliver_messages(bureau.desk())
    assert (passed.unknown, passed.rest_why) == (3, "circuit_open")  # more than 5 % of 50
    bureau.timing.advance(299)
    assert deliver_messages(bureau.desk()).rest_why == "circuit_open"
    bureau.timing.advance(2)
    assert deliver_messages(bureau.desk()).unknown == 1
    assert provider.requests == 4


def test_the_day_s_budget_stops_the_sender_before_it_is_exceeded(bureau: Bureau) -> None:
    bureau.rules = rules_with(segments_a_day=5)
    scripted(bureau)
    announce(bureau, 4)  # two segments each
    passed = deliver_messages(bureau.desk())
    assert (passed.accepted, passed.rest_why) == (2, "spend_cap")
    bureau.timing.advance(24 * 3600)
    assert deliver_messages(bureau.desk()).accepted == 2


def test_what_was_certainly_not_sent_is_not_counted_as_spent(bureau: Bureau) -> None:
    scripted(bureau, Fault.LANDLINE)
    announce(bureau, 1)
    deliver_messages(bureau.desk())
    assert watch_messages(bureau.desk()).sender.spent_segments == 0


def test_a_message_that_comes_too_late_is_closed_with_its_reason_and_never_sent(bureau: Bureau) -> None:
    provider = scripted(bureau)
    announce(bureau, 2)
    bureau.timing.advance((SLOT - bureau.timing.wall()).total_seconds() - 7_200)  # two hours before
    assert deliver_messages(bureau.desk()).expired == 2
    assert provider.taken == []
    assert {(intent.state, intent.reason) for intent in bureau.intents()} == {("expired", "too_late")}


def test_what_becomes_useless_first_is_sent_first(bureau: Bureau) -> None:
    provider = scripted(bureau)
    _, people = bureau.add_request([("Siti", "+6281200000001"), ("Joko", "+6281200000002")])
    bureau.book({people[0]: SLOT + timedelta(days=1)})
    bureau.book({people[1]: SLOT})
    deliver_messages(bureau.desk())
    assert [one.to for one in provider.taken] == ["+6281200000002", "+6281200000001"]


def test_a_number_that_opted_out_gets_nothing_more(bureau: Bureau) -> None:
    provider = scripted(bureau, Fault.OPTED_OUT)
    announce(bureau, 1)
    deliver_messages(bureau.desk())
    announce(bureau, 1)
    deliver_messages(bureau.desk())
    assert provider.taken == []
    assert [(intent.state, intent.reason) for intent in bureau.intents()][1] == ("opted_out", "opted_out_before")


def test_the_pace_of_the_provider_is_kept(bureau: Bureau) -> None:
    scripted(bureau)
    announce(bureau, 30)
    started = bureau.timing.wall()
    deliver_messages(bureau.desk())
    per_second = 30 / (bureau.timing.wall() - started).total_seconds()
    assert per_second <= RULES.pace("twilio").per_second


def test_a_pass_ends_at_its_limit_and_leaves_the_rest_to_the_next(bureau: Bureau) -> None:
    scripted(bureau)
    announce(bureau, 5)
    first = deliver_messages(bureau.desk(), limit=2)
    assert (first.accepted, first.rest_why) == (2, "limit")
    assert deliver_messages(bureau.desk(), limit=2).accepted == 2


def unresolved(office: Bureau, *, list_fails: bool = False) -> ScriptedProvider:
    """One message whose end nobody saw, and another, later one that keeps the list fresh."""
    provider = ScriptedProvider(office.timing, [Fault.ERROR_BEFORE], posts_callbacks=False)
    provider.list_fails = list_fails
    office.provider = provider
    announce(office, 1)
    deliver_messages(office.desk(), limit=1)
    office.timing.advance(60)
    announce(office, 1, first=100)
    deliver_messages(office.desk())
    return provider


def test_absence_counts_only_after_the_quarantine_and_twice(bureau: Bureau) -> None:
    provider = unresolved(bureau)
    found = []
    for _ in range(8):
        found.append(deliver_messages(bureau.desk()).reconciled.not_sent)
        bureau.timing.advance(200)
    assert found == [0, 0, 0, 0, 0, 1, 0, 0]  # first look at 660 s, second at 1,060 s
    assert len(provider.taken) == 2


def test_a_list_that_cannot_be_read_proves_nothing_and_at_last_a_person_takes_over(bureau: Bureau) -> None:
    provider = unresolved(bureau, list_fails=True)
    for _ in range(6):
        bureau.timing.advance(900)
        deliver_messages(bureau.desk())
    assert "sending" in bureau.states()
    bureau.timing.advance((SLOT - bureau.timing.wall()).total_seconds() - 3 * 3600)
    assert deliver_messages(bureau.desk()).reconciled.to_person == 1
    assert ("needs_human", "outcome_unknown") in {(one.state, one.reason) for one in bureau.intents()}
    assert len(provider.taken) == 1


def test_without_a_later_message_in_the_list_absence_proves_nothing(bureau: Bureau) -> None:
    provider = ScriptedProvider(bureau.timing, [Fault.ERROR_BEFORE], posts_callbacks=False)
    bureau.provider = provider
    announce(bureau, 1)
    for _ in range(20):
        deliver_messages(bureau.desk())
        bureau.timing.advance(900)
    assert provider.requests == 1
    assert bureau.states() == ["sending"]


def test_two_copies_in_the_list_raise_the_alarm_and_the_later_one_is_cancelled(bureau: Bureau) -> None:
    provider = ScriptedProvider(bureau.timing, [Fault.ERROR_AFTER], posts_callbacks=False)
    bureau.provider = provider
    announce(bureau, 1)
    deliver_messages(bureau.desk())
    provider.taken.append(replace(provider.taken[0], sid="SM" + "f" * 32, accepted_at=bureau.timing.wall()))
    bureau.timing.advance(700)
    passed = deliver_messages(bureau.desk())
    assert (passed.reconciled.sent, passed.reconciled.duplicates) == (1, 1)
    assert bureau.events("duplicate") == 1
    assert [one.cancelled for one in provider.taken] == [False, True]


def test_a_hold_looks_messages_up_only_after_the_quarantine_and_can_be_released(bureau: Bureau) -> None:
    provider = scripted(bureau)
    announce(bureau, 1)
    hold_sender(bureau.desk(), backup_at=MORNING, actor="petugas")
    assert deliver_messages(bureau.desk()).accepted == 0
    provider.list_fails = True
    bureau.timing.advance(700)
    assert deliver_messages(bureau.desk()).reconciled.open == 1
    release_hold(bureau.desk(), actor="petugas")
    assert deliver_messages(bureau.desk()).accepted == 1


def simulated(office: Bureau) -> SmsProvider:
    return SimulatedProvider(database=office.database, vault=office.vault, kanim="blitar", timing=office.timing)


def test_the_simulated_provider_reports_on_the_path_of_a_real_one(bureau: Bureau) -> None:
    bureau.provider = simulated(bureau)
    announce(bureau, 100)
    passed = deliver_messages(bureau.desk())
    assert (passed.accepted, passed.receipts) == (100, 200)
    assert set(bureau.states()) == {"delivered", "undelivered"}
    assert {attempt.receipt_status for attempt in bureau.attempts()} == {"delivered", "undelivered"}


def test_the_simulated_provider_shows_its_first_messages_in_full(bureau: Bureau) -> None:
    provider = SimulatedProvider(database=bureau.database, vault=bureau.vault, kanim="blitar", timing=bureau.timing)
    bureau.provider = provider
    announce(bureau, 3)
    deliver_messages(bureau.desk())
    first = provider.first_messages(2)
    assert len(first) == 2
    assert all(one.body.reveal().startswith("Imigrasi Blitar: ") for one in first)


def test_a_death_with_the_simulated_provider_is_found_out_within_seconds(bureau: Bureau) -> None:
    bureau.provider = simulated(bureau)
    announce(bureau, 2)
    claims = claim(bureau.desk())
    assert isinstance(claims, tuple)
    send(bureau.desk(), claims[0])  # and here the process dies
    bureau.timing.advance(4)
    passed = deliver_messages(bureau.desk())
    assert passed.reconciled.sent == 1
    bureau.timing.advance(2)
    deliver_messages(bureau.desk())
    assert len(SimulatedProvider.first_messages(bureau.provider, 10)) == 2  # type: ignore[arg-type]  # it is one
