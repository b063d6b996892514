"""Signing in at the level of services, with time as an argument, on both databases.

`make test` guesses a few hundred times; ``MP_GUESSES=10000`` guesses as often as is promised to be in vain.
"""

import os
import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from mobile_passport.domain.access import Role
from mobile_passport.domain.account import SessionStage
from mobile_passport.domain.refusal import NotSignedIn, TooManyAttempts
from mobile_passport.domain.request import AskerKind
from mobile_passport.persistence.accounts.account_tables import ApiTokenRow, InvitationRow, RecoveryCodeRow, SessionRow
from mobile_passport.persistence.accounts.accounts import Accounts
from mobile_passport.persistence.accounts.back_off import BackOff, Claim
from mobile_passport.persistence.database import Database
from mobile_passport.services.accounts.accounts import (
    LoginTaken,
    Rights,
    add_account,
    disable_account,
    issue_token,
    reset_account,
    set_rights,
)
from mobile_passport.services.accounts.organisations import (
    OrganisationExists,
    add_organisation,
    change_organisation,
    find_organisation,
    revision_of_organisation,
)
from mobile_passport.services.accounts.own_password import (
    InvitationEnded,
    WeakPassword,
    accept_invitation,
    change_password,
)
from mobile_passport.services.accounts.passwords import Passwords
from mobile_passport.services.accounts.second_factor import WrongCode, enrolment, give_code
from mobile_passport.services.accounts.sessions import caller_of_session, caller_of_token, sign_out
from mobile_passport.services.accounts.sign_in import Admission, WrongCredentials, sign_in
from mobile_passport.services.world import World
from tests.mobile_passport.services.seasons import shipped

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PASSWORD = "kuda lari sawah hijau"
GUESSES = int(os.environ.get("MP_GUESSES", "400"))
HOME, ELSEWHERE = "203.0.113.5", "198.51.100.7"


@pytest.fixture
def world(database: Database) -> World:
    """The office on an empty database."""
    return replace(shipped(), database=database)


def somebody(world: World, login: str = "siti", role: Role = Role.COORDINATOR) -> str:
    """Make an account with a password; returns the login."""
    owner = None
    if role is Role.COORDINATOR:
        owner = add_organisation(
            world, kind=AskerKind.KBIHU, name=f"KBIHU {login}", regency="3505", actor="test", now=NOW
        ).id
    rights = Rights(role=role, organisation_id=owner, team="unit-1" if role is Role.FIELD else None)
    invited = add_account(world, login, rights, display_name="Orang Uji", actor="test", now=NOW)
    return accept_invitation(world, invited.secret.reveal(), PASSWORD, now=NOW)


def enter(
    world: World, login: str = "siti", password: str = PASSWORD, *, source: str = HOME, now: datetime = NOW
) -> Admission:
    return sign_in(world, login, password, source=source, device="computer", now=now)


def test_a_guesser_gets_twenty_tries_an_hour_and_the_person_elsewhere_gets_in(world: World) -> None:
    somebody(world)
    claim, rules = Claim(who="siti", source=ELSEWHERE), world.account_rules.back_off
    tested = []
    for attempt in range(GUESSES):
        now = NOW + attempt * timedelta(hours=5) / GUESSES  # five hours without a pause
        with world.database.transaction() as session:
            if BackOff(session, world.vault, world.kanim, rules).begin(claim, now=now) == 0:
                tested.append(now)
        if attempt % 100 == 0:
            assert enter(world, now=now).stage is SessionStage.COMPLETE
    busiest = max(sum(start <= at < start + timedelta(hours=1) for at in tested) for start in tested)
    assert 5 < busiest <= 20
    with pytest.raises(TooManyAttempts):
        enter(world, source=ELSEWHERE, now=now)


def test_what_is_counted_is_what_is_looked_at(world: World) -> None:
    somebody(world)
    waits = []
    for attempt in range(50):
        try:
            enter(world, password="salah sekali ini", source=ELSEWHERE, now=NOW + timedelta(seconds=attempt))
        except TooManyAttempts as refusal:
            waits.append(refusal.wait_s)
        except WrongCredentials:
            pass
    assert len(waits) >= 40
    assert min(waits) > 0
    later = NOW + timedelta(seconds=50 + world.account_rules.back_off.longest_wait_s)
    assert enter(world, source=ELSEWHERE, now=later).stage is SessionStage.COMPLETE
    assert enter(world, source=ELSEWHERE, now=later).stage is SessionStage.COMPLETE, "a success clears the count"


def test_unknown_logins_wait_just_as_known_ones(world: World) -> None:
    somebody(world)

    def answers(login: str) -> list[str]:
        seen = []
        for _ in range(8):
            with pytest.raises((NotSignedIn, TooManyAttempts)) as refusal:
                enter(world, login, "salah sekali ini")
            seen.append(str(refusal.value))
        return seen

    assert answers("siti") == answers("tidak-ada")


def test_an_unknown_login_takes_as_long_as_a_wrong_password() -> None:
    passwords = Passwords(memory_kib=8_192, time_cost=1)
    stored = passwords.hash(PASSWORD)

    def median_s(kept: str | None) -> float:
        took = []
        for _ in range(15):
            start = time.process_time()
            assert not passwords.is_right("salah sekali ini", kept)
            took.append(time.process_time() - start)
        return statistics.median(took)

    known, unknown = median_s(stored), median_s(None)
    assert known > 0.001
    assert 0.5 < unknown / known < 2


def test_a_hash_of_older_figures_is_renewed_at_the_next_sign_in(world: World) -> None:
    somebody(world)
    dearer = replace(world, passwords=Passwords(memory_kib=64, time_cost=1))
    assert dearer.passwords.is_outdated(world.passwords.hash(PASSWORD))
    enter(dearer)
    with world.database.reading() as session:
        known = Accounts(session, world.vault, world.kanim).password_of("siti")
    assert known
    assert known[1]
    assert not dearer.passwords.is_outdated(known[1])


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(world: World) -> None:
    somebody(world)
    rules = world.account_rules.session
    idle = enter(world).token.reveal()
    with pytest.raises(NotSignedIn):
        caller_of_session(world, idle, now=NOW + timedelta(seconds=rules.idle_s + 1))
    busy = enter(world).token.reveal()
    for seconds in range(0, rules.longest_s, rules.idle_s // 2):
        assert caller_of_session(world, busy, now=NOW + timedelta(seconds=seconds)).login == "siti"
    with pytest.raises(NotSignedIn):
        caller_of_session(world, busy, now=NOW + timedelta(seconds=rules.longest_s))


def _disable(world: World) -> None:
    disable_account(world, "siti", actor="test", now=NOW)


def _reset(world: World) -> None:
    reset_account(world, "siti", actor="test", now=NOW)


def _other_role(world: World) -> None:
    set_rights(world, "siti", Rights(role=Role.AUDITOR), actor="test", now=NOW)


@pytest.mark.parametrize("end", [_disable, _reset, _other_role])
def test_sessions_and_tokens_end_at_once(world: World, end: object) -> None:
    somebody(world)
    session = enter(world).token.reveal()
    token = issue_token(world, "siti", label="test", days=1, actor="test", now=NOW).reveal()
    assert caller_of_session(world, session, now=NOW) == caller_of_token(world, token, now=NOW)
    end(world)  # type: ignore[operator]
    for find, secret in ((caller_of_session, session), (caller_of_token, token)):
        with pytest.raises(NotSignedIn):
            find(world, secret, now=NOW)


def test_closing_an_organisation_closes_its_coordinators(world: World) -> None:
    somebody(world)
    session = enter(world).token.reveal()
    scope = caller_of_session(world, session, now=NOW).scope
    assert scope.organisation_id
    seen = revision_of_organisation(find_organisation(world, scope.organisation_id))
    change_organisation(
        world,
        scope.organisation_id,
        name="KBIHU siti",
        regency="3505",
        is_active=False,
        seen=seen,
        actor="test",
        now=NOW,
    )
    with pytest.raises(NotSignedIn):
        caller_of_session(world, session, now=NOW)
    with pytest.raises(WrongCredentials):
        enter(world)


def test_a_token_ends_with_its_time(world: World) -> None:
    somebody(world)
    token = issue_token(world, "siti", label="test", days=2, actor="test", now=NOW).reveal()
    assert caller_of_token(world, token, now=NOW + timedelta(days=1)).login == "siti"
    with pytest.raises(NotSignedIn):
        caller_of_token(world, token, now=NOW + timedelta(days=2))


def test_signing_out_twice_is_no_fault(world: World) -> None:
    somebody(world)
    session = enter(world).token.reveal()
    for _ in range(2):
        sign_out(world, session, now=NOW)
    with pytest.raises(NotSignedIn):
        caller_of_session(world, session, now=NOW)


def test_the_database_holds_nothing_that_lets_anybody_in(world: World) -> None:
    login = somebody(world, "rencana", Role.PLANNER)
    waiting = enter(world, login).token.reveal()
    offered = enrolment(world, waiting, now=NOW)
    assert offered
    secret = offered.secret.reveal()
    confirmed = give_code(world, waiting, pyotp.TOTP(secret).at(NOW), device="computer", now=NOW)
    shown = [
        waiting,
        confirmed.admission.token.reveal(),
        issue_token(world, login, label="test", days=1, actor="test", now=NOW).reveal(),
        reset_account(world, login, actor="test", now=NOW).secret.reveal(),
        *(code.reveal() for code in confirmed.recovery_codes),
    ]
    with world.database.reading() as session:
        stored = [
            *session.scalars(select(SessionRow.token_hash)),
            *session.scalars(select(ApiTokenRow.token_hash)),
            *session.scalars(select(InvitationRow.secret_hash)),
            *session.scalars(select(RecoveryCodeRow.code_hash)),
        ]
    assert len(stored) >= len(shown)
    assert all(len(digest) == 32 for digest in stored)
    assert not {text.encode() for text in shown} & set(stored)
    assert secret not in repr(offered)


def test_a_code_is_taken_once_and_only_around_its_time(world: World) -> None:
    login = somebody(world, "rencana", Role.PLANNER)

    def waiting() -> str:
        return enter(world, login).token.reveal()

    offered = enrolment(world, waiting(), now=NOW)
    assert offered
    totp = pyotp.TOTP(offered.secret.reveal())
    for code in (totp.at(NOW, counter_offset=-2), totp.at(NOW, counter_offset=2), "000000", "", "satu"):
        with pytest.raises(WrongCode):
            give_code(world, waiting(), code, device="computer", now=NOW)
    later = NOW + timedelta(hours=1)
    first = enter(world, login, now=later).token.reveal()
    assert give_code(world, first, totp.at(later), device="computer", now=later).recovery_codes
    again = enter(world, login, now=later).token.reveal()
    for offset in (-1, 0):
        with pytest.raises(WrongCode):
            give_code(world, again, totp.at(later, counter_offset=offset), device="computer", now=later)
    with pytest.raises(NotSignedIn):
        give_code(world, first, totp.at(later, counter_offset=1), device="computer", now=later)
    assert enrolment(world, again, now=later) is None
    assert not give_code(world, again, totp.at(later, counter_offset=1), device="computer", now=later).recovery_codes


def test_guesses_of_a_code_are_counted_for_the_account(world: World) -> None:
    login = somebody(world, "rencana", Role.PLANNER)
    looked_at = 0
    for attempt in range(12):
        session = enter(world, login, source=f"203.0.113.{attempt}").token.reveal()
        enrolment(world, session, now=NOW)
        try:
            give_code(world, session, "000000", device="computer", now=NOW)
        except TooManyAttempts:
            continue
        except WrongCode:
            looked_at += 1
    assert looked_at == world.account_rules.back_off.free_failures + 1


def test_an_invitation_ends_with_its_time_and_with_the_next_one(world: World) -> None:
    rights = Rights(role=Role.PLANNER)
    first = add_account(world, "rencana", rights, display_name="", actor="test", now=NOW)
    second = reset_account(world, "rencana", actor="test", now=NOW)
    for secret, now in ((first.secret, NOW), (second.secret, second.expires_at)):
        with pytest.raises(InvitationEnded):
            accept_invitation(world, secret.reveal(), PASSWORD, now=now)
    accept_invitation(world, second.secret.reveal(), PASSWORD, now=NOW)


def test_a_login_and_an_organisation_are_there_once(world: World) -> None:
    somebody(world)
    with pytest.raises(LoginTaken):
        add_account(world, " SITI ", Rights(role=Role.PLANNER), display_name="", actor="test", now=NOW)
    with pytest.raises(OrganisationExists):
        add_organisation(world, kind=AskerKind.KBIHU, name="KBIHU siti", regency="3505", actor="test", now=NOW)


def test_a_changed_password_ends_every_other_session(world: World) -> None:
    somebody(world)
    own, other = enter(world).token.reveal(), enter(world).token.reveal()
    new = "empat burung biru terbang"
    with pytest.raises(WeakPassword):
        change_password(world, own, old=PASSWORD, new="siti siti siti", source=HOME, device="computer", now=NOW)
    after = change_password(world, own, old=PASSWORD, new=new, source=HOME, device="computer", now=NOW)
    assert caller_of_session(world, after.token.reveal(), now=NOW).login == "siti"
    for ended in (own, other):
        with pytest.raises(NotSignedIn):
            caller_of_session(world, ended, now=NOW)
    with pytest.raises(WrongCredentials):
        enter(world)
    assert enter(world, password=new).stage is SessionStage.COMPLETE
