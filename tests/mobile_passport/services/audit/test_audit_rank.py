"""Whom the plan serves when, recomputed from an export; and everything that somebody might have moved, found."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from mobile_passport.domain.access import Caller, Role, Scope
from mobile_passport.domain.audit_chain import AuditRecord
from mobile_passport.domain.override import OverrideKind
from mobile_passport.domain.refusal import NotFound
from mobile_passport.persistence.audit.audit_log import AuditLog
from mobile_passport.persistence.plans.order_records import read_order
from mobile_passport.services.audit.audit_log import BrokenLog, export_log
from mobile_passport.services.audit.audit_rank import (
    OrderReport,
    audit_exported,
    audit_order,
    audit_stored,
    describe_order,
)
from mobile_passport.services.audit.order_export import (
    OrderExport,
    UnreadableOrder,
    export_order,
    read_order_export,
    write_order_export,
)
from mobile_passport.services.audit.overrides import approve_override, propose_override
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.requests.show_queue import show_queue
from mobile_passport.services.world import World
from optimizer.wire import read_problem, write_problem
from tests.mobile_passport.services.seasons import NOW, letter, person, plan_and_publish, small_season
from tests.tampering import disarm


def records_of(world: World) -> list[AuditRecord]:
    with world.database.reading() as session:
        return list(AuditLog(session, world.kanim).records())


def judged(world: World, export: OrderExport) -> OrderReport:
    return audit_order(export, records_of(world))


def write(world: World, *statements: str) -> None:
    with world.database.engine.begin() as connection:
        disarm(connection)
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_published_plan_is_sound(published: World) -> None:
    report = audit_stored(published)
    assert report.findings == ()
    assert report.unexplained == ()
    assert (report.version, report.requests, report.rule_version) == (1, 4, "2026-11")
    assert list(describe_order(report))[-1] == "Sound: nothing was altered, everything is explained."


def test_the_same_is_found_from_an_export_alone(published: World, tmp_path: Path) -> None:
    export_log(published.database, published.kanim, tmp_path / "audit.jsonl", actor="test", now=NOW)
    (tmp_path / "order.json").write_text(write_order_export(export_order(published)), encoding="utf-8")
    assert audit_exported(tmp_path / "order.json", tmp_path / "audit.jsonl") == audit_stored(published)


def test_an_export_reads_back_and_names_nobody(published: World) -> None:
    export = export_order(published)
    text = write_order_export(export)
    assert read_order_export(text) == export
    assert not any(word in text for word in ("Orang Contoh", "Bu Kontak", "35050101016"))


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableOrder):
        read_order_export("{}")
    with pytest.raises(UnreadableOrder, match="an export holds"):
        audit_exported(tmp_path / "order.json", tmp_path / "audit.jsonl")


def test_without_a_plan_there_is_nothing_to_judge(world: World) -> None:
    with pytest.raises(NotFound):
        audit_stored(world)


ELSEWHEN = "2027-01-05 02:00:00.000000"
MOVED = f"UPDATE plan_visit SET starts_at = '{ELSEWHEN}', ends_at = '{ELSEWHEN}' WHERE visit = 'R-001'"
JUMPS = [
    (
        "the visit",
        [MOVED],
        "R-001: stands elsewhere than in the plan that was checked",
    ),
    (
        "the team",
        ["UPDATE plan_visit SET shift = 'unit-9/2026-12-01' WHERE visit = 'R-001'"],
        "R-001: stands elsewhere",
    ),
    (
        "the appointment",
        [f"UPDATE appointment SET slot_at = '{ELSEWHEN}' WHERE visit = 'R-001'"],
        "R-001: people have appointments on another day",
    ),
    ("the stored plan", ["UPDATE plan SET plan_json = plan_json || ' '"], "plan 1: the plan was altered"),
    ("the stored problem", ["UPDATE plan SET problem_json = problem_json || ' '"], "plan 1: the problem was altered"),
    (
        "the stored facts",
        ["UPDATE plan_order SET order_json = replace(order_json, '2026-11-20', '2026-01-20')"],
        "plan 1: the order was altered",
    ),
    (
        "the day of arrival",
        ["UPDATE request SET received_date = '2026-01-20' WHERE reference = 'BLI-2026-0003'"],
        "BLI-2026-0003: plan 1 counts from 2026-11-20, the register says 2026-01-20",
    ),
]


@pytest.mark.parametrize(("statements", "finding"), [row[1:] for row in JUMPS], ids=[row[0] for row in JUMPS])
def test_a_planted_queue_jump_is_found(published: World, statements: list[str], finding: str) -> None:
    write(published, *statements)
    report = audit_stored(published)
    assert not report.is_sound
    assert any(one.startswith(finding) for one in report.findings), report.findings
    assert list(describe_order(report))[-1] == "Not sound."


def test_an_altered_log_is_no_witness(published: World) -> None:
    write(
        published,
        "UPDATE audit SET detail = replace(detail, 'plan_digest', 'plan_digesT') WHERE action = 'draft_plan'",
    )
    with pytest.raises(BrokenLog):
        audit_stored(published)


def test_a_plan_that_the_log_does_not_know_is_named(published: World) -> None:
    report = audit_order(export_order(published), [])
    assert report.findings == ("the log does not know how plan 1 came about",)


def test_a_letter_backdated_before_planning_is_found(world: World) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)
    write(world, "UPDATE request SET received_date = '2026-01-20' WHERE reference = 'BLI-2026-0003'")
    plan_and_publish(world)
    assert audit_stored(world).findings == ("BLI-2026-0003: plan 1 counts from 2026-01-20, the log says 2026-11-20",)


def test_an_override_is_in_the_order_that_is_judged(world: World) -> None:
    import_requests(small_season(), world, actor="test", now=NOW)
    planner, supervisor = (
        Caller(account_id=uuid4(), login=role.value, role=role, scope=Scope(kanim="blitar"))
        for role in (Role.PLANNER, Role.SUPERVISOR)
    )
    override = propose_override(
        world, "BLI-2026-0003", OverrideKind.DEPARTURE_MOVED_UP, "surat kloter", caller=planner, now=NOW
    )
    approve_override(world, override.id, caller=supervisor, now=NOW)
    plan_and_publish(world)
    export = export_order(world)
    report = audit_stored(world)
    assert report.is_sound, list(describe_order(report))
    claims = {one.claim.reference: one.claim for one in read_order(export.orders[0].text).facts}
    assert claims["BLI-2026-0003"].override_kind is OverrideKind.DEPARTURE_MOVED_UP
    assert show_queue(world, now=NOW).overrides[0].reference == "BLI-2026-0003"


def test_a_visit_rewarded_for_more_than_its_people_s_points_is_named(published: World) -> None:
    export = export_order(published)
    problem = read_problem(export.problem_json)
    boosted = tuple(
        replace(visit, reward=visit.reward * 2) if visit.id.startswith("R-001") else visit for visit in problem.visits
    )
    report = judged(published, replace(export, problem_json=write_problem(replace(problem, visits=boosted))))
    assert any(finding.startswith("R-001: planned as worth") for finding in report.findings)


def test_people_promised_by_an_earlier_plan_are_ranked_by_what_was_stored_then(published: World) -> None:
    later = NOW + timedelta(days=1)
    import_requests(
        [letter("5/2026", "Desa Karangsono, Kec. Kanigoro", [person(n) for n in range(500, 532)])],
        published,
        actor="test",
        now=later,
    )
    plan_and_publish(published, expected=1, now=later)
    report = audit_stored(published)
    assert (report.version, report.requests) == (2, 5)
    assert report.is_sound, list(describe_order(report))
