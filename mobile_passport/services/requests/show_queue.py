"""The queue as anybody may see it: who is served in which order, with the points and what they are for."""

from dataclasses import dataclass
from datetime import date, datetime

from mobile_passport.documents.rank_words import RankReason, override_sentence, rank_reasons
from mobile_passport.domain.rank import OrderRecord
from mobile_passport.domain.rank_rules import RankRules
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.persistence.plans.overrides import Overrides
from mobile_passport.persistence.rules.rule_editions import EditionHead
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.rules.editable import RANK
from mobile_passport.services.plans.snapshot import take_snapshot
from mobile_passport.services.rules.editions import edition_in_force
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """One waiting request in its place; neither who asked nor where they live is told.

    Attributes
    ----------
    points
        For each of its people, the sum of its reasons.
    """

    rank: int
    reference: str
    category: Category
    kind: VisitKind
    people: int
    points: float
    reasons: tuple[RankReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicOverride:
    """A request that two people moved, and why, in the words of the published rule."""

    reference: str
    points: float
    sentence: str
    approved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The order of service on a day by a version of the rule, and every override in force.

    Attributes
    ----------
    draw_seed
        Of the public draw, so that everybody can compute it.
    rule
        By which it was computed.
    edition
        Which edition of the office's rules that is, ``None`` for its files.
    """

    day: date
    rule: RankRules
    edition: EditionHead | None
    rule_version: str
    draw_seed: str
    lines: tuple[QueueLine, ...]
    overrides: tuple[PublicOverride, ...]


def show_queue(world: World, *, now: datetime) -> Queue:
    """Return the queue as it is now: the order by which a plan made today is rewarded."""
    with world.database.reading() as session, office_wide(session):  # the order is everybody's; nobody is named in it
        snapshot = take_snapshot(session, world, now=now)
        approved = Overrides(session, world.vault, world.kanim).approved()
    rules, day = world.rulebook.rank, snapshot.timetable.first_date
    record = OrderRecord.of(snapshot.demand.requests, rules, world.rulebook.eligibility.ages, day)
    lines = tuple(
        QueueLine(
            rank=ranked.rank,
            reference=ranked.reference,
            category=ranked.facts.claim.category,
            kind=ranked.facts.claim.kind,
            people=ranked.facts.people,
            points=ranked.points.total,
            reasons=rank_reasons(ranked, rules),
        )
        for ranked in record.order()
    )
    return Queue(
        day=day,
        rule=rules,
        edition=edition_in_force(world, RANK),
        rule_version=rules.rule.version,
        draw_seed=rules.draw.seed,
        lines=lines,
        overrides=tuple(
            PublicOverride(
                reference=one.reference,
                points=one.points,
                sentence=override_sentence(one.kind, rules),
                approved_at=one.approved_at,
            )
            for one in sorted(approved.values(), key=lambda one: one.reference)
            if one.approved_at
        ),
    )
