"""Each safeguard is taken out in turn, and the same scenario then sends twice or loses.

Every scenario is played twice: as it stands (nothing wrong) and with the safeguard removed (something is).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from mobile_passport.domain.message import Channel, IntentState, ReceiptStatus
from mobile_passport.domain.secret import Secret
from mobile_passport.messaging import delivery
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.provider import (
    Callback,
    DefiniteNo,
    Listing,
    Outcome,
    Receipt,
    Refusal,
    SendOrder,
)
from mobile_passport.persistence.messages.message_attempts import Attempts
from mobile_passport.persistence.messages.message_tables import SmsIntentRow
from mobile_passport.persistence.messages.messages import Messages
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.receive_receipt import receive_receipt
from mobile_passport.services.messages.steer_sender import hold_sender
from tests.fakes.failures import Died, MortalProvider, Steps
from tests.fakes.provider import Fault, ScriptedProvider, genuine
from tests.mobile_passport.messaging.bureau import MORNING, Bureau
from tests.mobile_passport.messaging.oracle import lost, sent_twice

SLOT = MORNING + timedelta(days=7)


def announce(office: Bureau, *phones: str) -> list[UUID]:
    """Put one message for each phone into the outbox."""
    _, people = office.add_request([(f"Siti {number}", phone) for number, phone in enumerate(phones)])
    office.book(dict.fromkeys(people, SLOT))
    return people


def scripted(office: Bureau, *script: Fault, list_lag_s: float = 0) -> ScriptedProvider:
    """Give the office a provider with this script, which reports nothing: the list alone has to tell."""
    provider = ScriptedProvider(office.timing, script, posts_callbacks=False, list_lag_s=list_lag_s)
    office.provider = provider
    return provider


def work_on(office: Bureau, desk: Desk | None = None) -> None:
    """Let a worker run until everything unknown has been looked up twice, and a little longer."""
    for _ in range(8):
        deliver_messages(desk or office.desk())
        office.timing.advance(350)
        announce(office, f"+62813{len(office.intents()):07d}")  # other people's messages keep the list provably fresh


def faults_of(office: Bureau, provider: ScriptedProvider) -> list[str]:
    """Judge."""
    deliver_messages(office.desk())
    return sent_twice(office, provider.taken) + lost(office, provider.taken)


def test_an_error_of_the_server_is_not_tried_again(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    def play() -> list[str]:
        provider = scripted(bureau, Fault.ERROR_AFTER)
        announce(bureau, "+6281234567890")
        work_on(bureau)
        return faults_of(bureau, provider)

    assert play() == []

    def as_refusal(desk: Desk, session: Session, claimed: Any, code: str, now: Any) -> None:
        no = DefiniteNo(refusal=Refusal.TEMPORARY, code=code)
        delivery._settle_refused(desk, session, claimed, no, now)

    monkeypatch.setattr(delivery, "_settle_unknown", as_refusal)
    assert any("2 times" in fault for fault in play())


class FrozenSender:
    """A sender that freezes just before the request while others go on, and then wakes up."""

    def __init__(self, office: Bureau) -> None:
        self.office = office
        self.provider = scripted(office)
        announce(office, "+6281234567890")

    def play(self, wrap: Callable[[ScriptedProvider], Any] = lambda provider: provider) -> list[str]:
        """Freeze the first send while other workers look it up twice and send it again."""

        def freeze() -> None:
            self.provider.before_write = lambda: None
            work_on(self.office)

        self.provider.before_write = freeze
        deliver_messages(self.office.desk(provider=wrap(self.provider)), limit=1)
        return faults_of(self.office, self.provider)


class WithoutDeadline(MortalProvider):
    """Mutant: the order is carried out however late it is."""

    def send(self, order: SendOrder) -> Outcome:
        """Send without asking."""
        return super().send(replace(order, may_write=lambda: True))


def test_a_sender_that_wakes_up_too_late_does_not_send(bureau: Bureau) -> None:
    assert FrozenSender(bureau).play() == []


def test_without_the_deadline_a_frozen_sender_sends_a_second_time(bureau: Bureau) -> None:
    faults = FrozenSender(bureau).play(lambda provider: WithoutDeadline(provider, Steps()))
    assert any("2 times" in fault for fault in faults)


def test_a_result_settled_by_message_instead_of_attempt_spoils_a_message_that_was_sent(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = Messages.move

    def by_message(self: Messages, intent_id: UUID, state: IntentState, **given: Any) -> bool:
        given["attempt_id"] = None
        self._session.execute(update(SmsIntentRow).where(SmsIntentRow.id == intent_id).values(state="sending"))
        return move(self, intent_id, state, **given)

    def whatever_it_is(self: Attempts, attempt_id: UUID, state: Any, **given: Any) -> bool:
        return True

    frozen = FrozenSender(bureau)
    sleeping = frozen.provider.before_write
    assert sleeping is not None
    real_settle = delivery.settle

    def settle(desk: Desk, results: Any) -> None:
        if any(outcome == DefiniteNo(refusal=Refusal.NOT_WRITTEN, code="deadline") for _, outcome in results):
            with monkeypatch.context() as patch:
                patch.setattr(Messages, "move", by_message)
                patch.setattr(Attempts, "close", whatever_it_is)
                real_settle(desk, results)
        else:
            real_settle(desk, results)

    monkeypatch.setattr("mobile_passport.services.messages.deliver_messages.settle", settle)
    assert any("left pending" in fault for fault in frozen.play())


def test_the_database_refuses_a_second_live_attempt_even_when_a_person_resets_the_message(bureau: Bureau) -> None:
    provider = scripted(bureau)
    announce(bureau, "+6281234567890")
    deliver_messages(bureau.desk())
    reset_by_hand(bureau)
    deliver_messages(bureau.desk())
    assert len(provider.taken) == 1
    assert bureau.events("second_attempt_refused") == 1


def test_without_the_index_a_message_reset_by_hand_is_sent_twice(bureau: Bureau) -> None:
    provider = scripted(bureau)
    announce(bureau, "+6281234567890")
    deliver_messages(bureau.desk())
    reset_by_hand(bureau)
    with bureau.database.transaction() as session:
        session.execute(text("DROP INDEX one_live"))
    deliver_messages(bureau.desk())
    assert len(provider.taken) == 2


def reset_by_hand(office: Bureau) -> None:
    """What an operator does who believes that nothing was sent."""
    with office.database.transaction() as session:
        session.execute(update(SmsIntentRow).values(state=IntentState.PENDING))


class OneLongTransaction:
    """Mutant: everything from the claim to the settlement commits together, after the send."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Hand out the one session, committing nothing."""
        yield self._session
        self._session.flush()


@pytest.mark.parametrize("commits_before_sending", [True, False])
def test_a_death_after_the_send_is_harmless_only_when_the_claim_was_committed(
    bureau: Bureau, commits_before_sending: bool
) -> None:
    provider = scripted(bureau)
    announce(bureau, "+6281234567890")
    steps = Steps(fail_at=2)  # "sent"
    mortal = MortalProvider(provider, steps)
    if commits_before_sending:
        with pytest.raises(Died):
            deliver_messages(bureau.desk(provider=mortal))
    else:
        with pytest.raises(Died), bureau.database.transaction() as session:
            deliver_messages(bureau.desk(provider=mortal, database=OneLongTransaction(session)))
    assert steps.failed_in == "sent"
    work_on(bureau)
    assert bool(faults_of(bureau, provider)) is not commits_before_sending


class Hides(MortalProvider):
    """Mutant: the list leaves one number's messages out for a while.

    So does a list that is asked by the date of sending: what waits in the provider's queue has none yet.
    """

    def __init__(self, office: Bureau, number: str, hidden_s: float) -> None:
        super().__init__(office.provider, Steps())
        self._office = office
        self._number = number
        self._hidden = timedelta(seconds=hidden_s)

    def list_to(self, number: Secret[str], *, since: datetime, channel: Channel = Channel.SMS) -> Listing:
        """List what is old enough, for that number."""
        listing = super().list_to(number, since=since, channel=channel)
        if number.reveal() != self._number:
            return listing
        until = self._office.timing.wall() - self._hidden
        return replace(listing, messages=tuple(one for one in listing.messages if one.created_at <= until))


def test_a_list_by_sent_date_hides_what_waits_in_the_providers_queue(bureau: Bureau) -> None:
    provider = scripted(bureau, Fault.ERROR_AFTER)
    announce(bureau, "+6281234567890")
    work_on(bureau, bureau.desk(provider=Hides(bureau, "+6281234567890", hidden_s=3_600)))
    assert any("2 times" in fault for fault in faults_of(bureau, provider))


def test_a_list_by_creation_shows_what_waits_in_the_providers_queue(bureau: Bureau) -> None:
    provider = scripted(bureau, Fault.ERROR_AFTER)
    announce(bureau, "+6281234567890")
    work_on(bureau)
    assert faults_of(bureau, provider) == []


class Credulous(MortalProvider):
    """Mutant: reads callbacks without looking at the signature."""

    def read_callback(self, callback: Callback) -> Receipt:
        """Believe."""
        return super().read_callback(replace(callback, signature="genuine"))


@pytest.mark.parametrize("checks_signature", [True, False])
def test_a_forged_callback_makes_a_message_lost_only_when_it_is_believed(
    bureau: Bureau, checks_signature: bool
) -> None:
    provider = scripted(bureau, Fault.ERROR_BEFORE)
    announce(bureau, "+6281234567890")
    deliver_messages(bureau.desk(), limit=1)
    token = bureau.attempts()[0].token
    fields = (("sid", "SM" + "f" * 32), ("status", "delivered"), ("code", ""))
    forged = Callback(token=token, fields=fields, signature="forged")
    desk = bureau.desk() if checks_signature else bureau.desk(provider=Credulous(provider, Steps()))
    receive_receipt(desk, forged)
    work_on(bureau)
    assert bool(faults_of(bureau, provider)) is not checks_signature


@pytest.mark.parametrize("holds", [True, False])
def test_a_restored_backup_sends_the_day_again_unless_the_sender_is_held(bureau: Bureau, holds: bool) -> None:
    provider = scripted(bureau)
    people = announce(bureau, "+6281234567890", "+6281234567891")
    connection = bureau.database.engine.raw_connection()
    backup = connection.driver_connection.serialize()  # type: ignore[union-attr]  # sqlite3's own
    connection.close()
    backup_at = bureau.timing.wall()
    deliver_messages(bureau.desk())
    bureau.timing.advance(3_600)
    connection = bureau.database.engine.raw_connection()
    connection.driver_connection.deserialize(backup)  # type: ignore[union-attr]
    connection.close()
    if holds:
        hold_sender(bureau.desk(), backup_at=backup_at, actor="operator")
    work_on(bureau)
    twice = [fault for fault in faults_of(bureau, provider) if str(people[0]) in fault or str(people[1]) in fault]
    assert len(twice) == (0 if holds else 2)


def test_beyond_the_envelope_a_double_is_possible_and_raises_the_alarm(bureau: Bureau) -> None:
    """The residual risk, stated: a list that hides a message longer than Q + G, and a callback that comes late."""
    provider = scripted(bureau, Fault.ERROR_AFTER)
    announce(bureau, "+6281234567890")
    work_on(bureau, bureau.desk(provider=Hides(bureau, "+6281234567890", hidden_s=86_400)))
    assert any("2 times" in fault for fault in sent_twice(bureau, provider.taken))
    receive_receipt(bureau.desk(), genuine(provider.taken[0], ReceiptStatus.DELIVERED))
    assert bureau.events("duplicate") == 1
