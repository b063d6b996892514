"""Recompute the order of service from what was stored, and compare it with whom a plan serves when.

Everything works on an `OrderExport` alone, so it can be done by anybody, without the database. The log says which
order, problem and plan were stored (by digest); the plan is checked; then every inversion needs an explanation.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mobile_passport.domain.audit_chain import AuditRecord, walk
from mobile_passport.domain.audit_export import read_lines
from mobile_passport.domain.rank import Ranked, RankFacts, in_order
from mobile_passport.persistence.audit.audit_log import AuditLog
from mobile_passport.persistence.plans.order_records import read_order
from mobile_passport.planning.inversions import Inversion, Inversions, Part, count_by_explanation, name_of
from mobile_passport.services.audit.audit_log import BrokenLog, describe_break
from mobile_passport.services.audit.order_export import (
    ExportedOrder,
    OrderExport,
    UnreadableOrder,
    export_order,
    read_order_export,
)
from mobile_passport.services.world import World
from optimizer.check import check
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.wire import read_plan, read_problem


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReport:
    """What an audit of the order found.

    Attributes
    ----------
    requests
        That are in the order.
    findings
        What was altered since it was stored, or breaks a rule; each is a sentence.
    inversions
        All of them; those without an explanation are places given to somebody without a reason.
    """

    version: int
    rule_version: str
    requests: int
    findings: tuple[str, ...]
    inversions: tuple[Inversion, ...]

    @property
    def unexplained(self) -> tuple[Inversion, ...]:
        """Inversions that nothing explains."""
        return tuple(inversion for inversion in self.inversions if inversion.explanation is None)

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found and everything is explained."""
        return not self.findings and not self.unexplained


def audit_order(export: OrderExport, records: Iterable[AuditRecord]) -> OrderReport:
    """Judge a plan's order.

    Parameters
    ----------
    records
        The audit log, whose chain the caller has verified.
    """
    order = read_order(export.orders[0].text)
    problem, plan = read_problem(export.problem_json), read_plan(export.plan_json)
    ranked = {one.reference: one for one in _everybody(export)}
    inversions = tuple(Inversions(problem=problem, plan=plan).find(tuple(_parts(export, ranked))))
    findings = (
        *_altered(export, records),
        *_unlike_plan(export, problem, plan),
        *(f"the plan breaks a rule: {one.code} {one.where}" for one in check(problem, plan).violations),
        *_overpaid(export, problem, ranked, order.rules.points.elderly_or_need),
    )
    return OrderReport(
        version=export.version,
        rule_version=order.rules.rule.version,
        requests=len(ranked),
        findings=findings,
        inversions=inversions,
    )


def audit_stored(world: World, version: int | None = None) -> OrderReport:
    """Judge a plan's order from the database.

    Raises
    ------
    BrokenLog, NotFound
    """
    export = export_order(world, version)
    with world.database.reading() as session:
        return audit_order(export, _sound(AuditLog(session, world.kanim).records))


def audit_exported(order: Path, log: Path) -> OrderReport:
    """Judge a plan's order from an export alone.

    Parameters
    ----------
    order, log
        Files ``order.json`` and ``audit.jsonl`` of one export.

    Raises
    ------
    BrokenLog, UnreadableExport, UnreadableOrder
    """

    def records() -> Iterator[AuditRecord]:
        with log.open(encoding="utf-8") as lines:
            yield from read_lines(lines)

    try:
        return audit_order(read_order_export(order.read_text(encoding="utf-8")), _sound(records))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableOrder(f"{order.parent}: an export holds {order.name} and {log.name}; export it anew") from error


def describe_order(report: OrderReport) -> Iterator[str]:
    """Say what an audit of the order found, line by line."""
    yield f"Plan {report.version}, {report.requests} requests ranked by rule {report.rule_version}."
    yield f"{len(report.inversions)} times a request is served before one that ranks higher:"
    for explanation, count in sorted(count_by_explanation(report.inversions).items(), key=lambda item: str(item[0])):
        yield f"  {count:6}  {explanation.value if explanation else 'UNEXPLAINED'}"
    for one in report.unexplained:
        yield (
            f"UNEXPLAINED: {one.lower.reference} (rank {one.lower.rank}, {one.lower.visit}, {one.lower.day}) before "
            f"{one.higher.reference} (rank {one.higher.rank}, {one.higher.visit}, {one.higher.day or 'waiting'})"
        )
    for finding in report.findings:
        yield f"ALTERED: {finding}"
    yield "Sound: nothing was altered, everything is explained." if report.is_sound else "Not sound."


def _sound(records: Callable[[], Iterator[AuditRecord]]) -> Iterator[AuditRecord]:
    """Verify a log, then yield it."""
    broken = walk(records(), {}).broken
    if broken:
        raise BrokenLog(f"the log is broken at {describe_break(broken)}; verify it with every checkpoint")
    yield from records()


def _everybody(export: OrderExport) -> tuple[Ranked, ...]:
    """Rank whom this plan was asked to serve together with those whom earlier plans have promised a day."""
    order = read_order(export.orders[0].text)
    facts: dict[str, RankFacts] = {}
    for stored in export.orders:  # the newest first: what it says of a request counts
        for one in read_order(stored.text).facts:
            facts.setdefault(one.claim.reference, one)
    return in_order(facts.values(), order.rules, order.day)


def _parts(export: OrderExport, ranked: Mapping[str, Ranked]) -> Iterator[Part]:
    zone = ZoneInfo(export.timezone)
    for visit in export.visits:
        day = visit.starts_at.astimezone(zone).date() if visit.starts_at else None
        for reference in visit.people:
            if reference in ranked:
                yield Part(
                    rank=ranked[reference].rank,
                    reference=reference,
                    visit=visit.visit,
                    day=day,
                    is_surveyed=visit.is_surveyed,
                    reason_code=visit.reason_code,
                    wished_dates=ranked[reference].facts.claim.wished_dates,
                )


def _altered(export: OrderExport, records: Iterable[AuditRecord]) -> Iterator[str]:
    """Compare what is stored now with what the log has of it."""
    plans: dict[int, dict[str, Any]] = {}
    received: dict[str, str] = {}
    for record in records:
        detail = record.content
        if record.action == "draft_plan":
            plans[detail["version"]] = detail
        elif record.action == "import_request" and "received" in detail:
            received[detail["reference"]] = detail["received"]
    for order in export.orders:
        yield from _altered_texts(export, order, plans.get(order.version))
        for one in read_order(order.text).facts:
            reference, counted = one.claim.reference, one.claim.received_date
            days = {"log": received.get(reference, str(counted)), "register": str(export.received.get(reference))}
            for where, day in days.items():
                if day != str(counted):
                    yield f"{reference}: plan {order.version} counts from {counted}, the {where} says {day}"


def _altered_texts(export: OrderExport, order: ExportedOrder, logged: Mapping[str, Any] | None) -> Iterator[str]:
    if logged is None:
        yield f"the log does not know how plan {order.version} came about"
        return
    texts = {"order": order.text}
    if order.version == export.version:
        texts |= {"problem": export.problem_json, "plan": export.plan_json}
    for name, text in texts.items():
        if logged.get(f"{name}_digest") != sha256(text.encode()).hexdigest():
            yield f"plan {order.version}: the {name} was altered after it was stored"


def _unlike_plan(export: OrderExport, problem: Problem, plan: Plan) -> Iterator[str]:
    """Compare whom teams go to, and whom people were told, with the plan that was checked."""
    zone = ZoneInfo(export.timezone)
    planned = {name_of(stop.visit): (route.shift, stop.start_s) for route in plan.routes for stop in route.stops}
    for visit in export.visits:
        start_s = round((visit.starts_at - problem.horizon_start_at).total_seconds()) if visit.starts_at else None
        stored = (visit.shift, start_s) if start_s is not None else None
        if planned.get(visit.visit) != stored:
            yield f"{visit.visit}: stands elsewhere than in the plan that was checked"
        day = visit.starts_at.astimezone(zone).date() if visit.starts_at else None
        if any(told != day for told in visit.appointment_dates):
            yield f"{visit.visit}: people have appointments on another day than the plan's"


def _overpaid(
    export: OrderExport, problem: Problem, ranked: Mapping[str, Ranked], elderly_or_need: float
) -> Iterator[str]:
    """Find visits that planning was rewarded more for than the published points of their people."""
    rewards: dict[str, float] = {}
    for visit in problem.visits:
        rewards[name_of(visit.id)] = max(visit.reward, rewards.get(name_of(visit.id), 0.0))
    for exported in export.visits:
        most = 0.0
        for reference, people in exported.people.items():
            if reference not in ranked:
                break
            one = ranked[reference]
            all_of_it = people == one.facts.people
            each = one.points.total - (0.0 if all_of_it else one.points.vulnerable - elderly_or_need)
            most += each * people
        else:
            if rewards.get(exported.visit, 0.0) > most + 1e-3 * len(exported.people) + 1e-3:
                yield f"{exported.visit}: planned as worth {rewards[exported.visit]}, its people have {most:.3f} points"
