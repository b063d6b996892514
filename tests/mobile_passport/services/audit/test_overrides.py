from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from mobile_passport.domain.access import Caller, Role, Scope
from mobile_passport.domain.override import Override, OverrideKind, OverrideState
from mobile_passport.domain.refusal import Forbidden, NotFound, Stale
from mobile_passport.services.audit.overrides import (
    OverrideNotAllowed,
    OverrideOpen,
    SelfApproval,
    approve_override,
    list_overrides,
    propose_override,
    reject_override,
    withdraw_override,
)
from mobile_passport.services.plans.plan_outreach import plan_outreach
from mobile_passport.services.plans.publish_plan import NotPublishable, publish_plan
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.requests.show_queue import Queue, show_queue
from mobile_passport.services.world import World
from tests.mobile_passport.services.seasons import NOW, QUICK, letter, person, rows, small_season

LATER = NOW + timedelta(hours=1)
REASON = "Anak Bu Siti dirawat di RSUD"
FIRST, LAST = "BLI-2026-0001", "BLI-2026-0003"


def caller(role: Role = Role.SUPERVISOR, kanim: str = "blitar") -> Caller:
    return Caller(account_id=uuid4(), login=f"{role.value}.{uuid4().hex[:4]}", role=role, scope=Scope(kanim=kanim))


PLANNER, SUPERVISOR = caller(Role.PLANNER), caller()


@pytest.fixture
def office(world: World) -> World:
    """An office where the letters of the small season wait."""
    import_requests(small_season(), world, actor="test", now=NOW)
    return world


def proposed(world: World, reference: str = LAST, by: Caller = PLANNER) -> Override:
    return propose_override(world, reference, OverrideKind.MEDICAL_URGENCY, REASON, caller=by, now=NOW)


def approved(world: World) -> Override:
    return approve_override(world, proposed(world).id, caller=SUPERVISOR, now=LATER)


def audit_actions(world: World) -> list[object]:
    return [row[4] for row in rows(world, "audit") if "override" in str(row[4])]


def place(queue: Queue, reference: str) -> int:
    return next(line.rank for line in queue.lines if line.reference == reference)


def test_an_override_of_two_people_moves_a_request_and_ends_on_the_public_list(office: World) -> None:
    before = show_queue(office, now=NOW)
    override = approved(office)
    after = show_queue(office, now=LATER)
    assert override.state is OverrideState.APPROVED
    assert (override.proposed_by, override.approved_by) == (PLANNER.account_id, SUPERVISOR.account_id)
    assert place(after, LAST) < place(before, LAST)
    assert [(one.reference, one.points) for one in after.overrides] == [(LAST, 10.0)]
    assert after.overrides[0].sentence == "Kebutuhan mendesak yang dibuktikan dengan surat keterangan."
    line = next(line for line in after.lines if line.reference == LAST)
    assert any(reason.sentence.startswith("Diputuskan dua petugas: Kebutuhan mendesak") for reason in line.reasons)
    assert audit_actions(office) == ["propose_override", "approve_override"]


def test_a_proposal_alone_moves_nothing_and_is_not_shown(office: World) -> None:
    before = show_queue(office, now=NOW)
    proposed(office)
    assert show_queue(office, now=NOW) == before


def test_nobody_approves_their_own_proposal(office: World) -> None:
    mine = proposed(office, by=SUPERVISOR)
    with pytest.raises(SelfApproval):
        approve_override(office, mine.id, caller=SUPERVISOR, now=LATER)
    assert [one.state for one in list_overrides(office, caller=SUPERVISOR)] == [OverrideState.PROPOSED]
    assert approve_override(office, mine.id, caller=caller(), now=LATER).state is OverrideState.APPROVED


@pytest.mark.parametrize("approver", ["the proposer", "nobody"])
def test_the_database_refuses_an_approval_by_the_proposer_or_by_nobody(office: World, approver: str) -> None:
    proposed(office)
    by = "proposed_by" if approver == "the proposer" else "NULL"
    with pytest.raises(IntegrityError), office.database.engine.begin() as connection:
        connection.execute(
            text(f"UPDATE rank_override SET state = 'approved', approved_by = {by}, approved_at = proposed_at")
        )


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PLANNER, Role.SUPERVISOR)])
def test_others_neither_propose_nor_approve(office: World, role: Role) -> None:
    override = proposed(office)
    for refused in (
        lambda: proposed(office, FIRST, caller(role)),
        lambda: approve_override(office, override.id, caller=caller(role), now=LATER),
        lambda: reject_override(office, override.id, caller=caller(role), now=LATER),
        lambda: withdraw_override(office, override.id, caller=caller(role), now=LATER),
        lambda: list_overrides(office, caller=caller(role)),
    ):
        with pytest.raises(Forbidden):
            refused()
    with pytest.raises(Forbidden):
        approve_override(office, override.id, caller=caller(Role.PLANNER), now=LATER)


def test_another_office_finds_nothing(office: World) -> None:
    override = proposed(office)
    with pytest.raises(NotFound):
        approve_override(office, override.id, caller=caller(kanim="malang"), now=LATER)
    with pytest.raises(NotFound):
        approve_override(office, UUID(int=1), caller=SUPERVISOR, now=LATER)
    with pytest.raises(NotFound):
        proposed(office, "BLI-2026-9999")


def test_a_request_has_one_open_override_and_may_get_another_when_that_ended(office: World) -> None:
    first = proposed(office)
    with pytest.raises(OverrideOpen):
        proposed(office)
    reject_override(office, first.id, caller=SUPERVISOR, now=LATER)
    second = proposed(office)
    assert withdraw_override(office, second.id, caller=PLANNER, now=LATER).state is OverrideState.WITHDRAWN
    assert audit_actions(office)[1::2] == ["reject_override", "withdraw_override"]


def test_an_override_that_is_withdrawn_counts_no_more(office: World) -> None:
    before = show_queue(office, now=NOW)
    override = approved(office)
    ended = withdraw_override(office, override.id, caller=PLANNER, now=LATER)
    assert show_queue(office, now=NOW) == before
    assert ended.approved_by == SUPERVISOR.account_id


def test_what_has_ended_or_is_in_force_is_not_approved_or_rejected_again(office: World) -> None:
    override = approved(office)
    with pytest.raises(Stale):
        approve_override(office, override.id, caller=caller(), now=LATER)
    with pytest.raises(Stale):
        reject_override(office, override.id, caller=caller(), now=LATER)
    withdraw_override(office, override.id, caller=PLANNER, now=LATER)
    with pytest.raises(Stale):
        withdraw_override(office, override.id, caller=PLANNER, now=LATER)


def test_a_reason_is_asked_for_and_kept_sealed_and_out_of_the_log(office: World) -> None:
    with pytest.raises(OverrideNotAllowed, match="reason"):
        propose_override(office, LAST, OverrideKind.DISASTER, "  ", caller=PLANNER, now=NOW)
    proposed(office)
    assert list_overrides(office, caller=PLANNER)[0].reason.reveal() == REASON
    stored = str([*rows(office, "rank_override"), *rows(office, "audit")])
    assert "Siti" not in stored
    assert REASON.encode() not in rows(office, "rank_override")[0]


def test_a_draft_made_before_an_override_is_stale(office: World) -> None:
    head = plan_outreach(office, QUICK, actor="test", now=NOW)
    approved(office)
    with pytest.raises(NotPublishable):
        publish_plan(office, head.version, expected=None, actor="test", now=LATER)


def test_the_queue_tells_no_household_s_ages_and_nobody_s_name(office: World) -> None:
    queue = show_queue(office, now=NOW)
    assert [line.rank for line in queue.lines] == [1, 2, 3, 4]
    home = next(line for line in queue.lines if line.reference == "BLI-2026-0004")
    assert "Ada yang lanjut usia atau berkebutuhan khusus" in [reason.sentence for reason in home.reasons]
    group = next(line for line in queue.lines if line.reference == FIRST)
    assert "32 dari 32 orang lanjut usia atau berkebutuhan khusus" in [reason.sentence for reason in group.reasons]
    for line in queue.lines:
        assert sum(reason.points for reason in line.reasons) == pytest.approx(line.points)
    assert not any(word in str(queue) for word in ("Orang Contoh", "Bu Kontak", "Karangsono", "3505"))


def test_who_came_first_is_served_first_among_equals(world: World) -> None:
    early, late = NOW.date() - timedelta(days=30), NOW.date()
    import_requests(
        [
            letter("9/2026", "Desa Karangsono, Kec. Kanigoro", [person(1)], received_date=late),
            letter("8/2026", "Desa Karangsono, Kec. Kanigoro", [person(2)], received_date=early, asker_name="lain"),
        ],
        world,
        actor="test",
        now=NOW,
    )
    first = show_queue(world, now=NOW).lines[0]
    assert first.reference == "BLI-2026-0002"
    assert "Surat diterima Minggu, 25 Oktober 2026" in [reason.sentence for reason in first.reasons]
