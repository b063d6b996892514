"""The order of service: a pure function of stored facts by a published, versioned rule.

A request's points are the same points that the optimizer is rewarded with for its people, so the order that is
published and the order that planning aims at cannot differ. More points are served first; equal requests are told
apart by a public draw, whose share in the points is too small to outweigh anything else.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from hashlib import sha256
from typing import Self

from mobile_passport.domain.demand import WaitingRequest
from mobile_passport.domain.eligibility import Ages
from mobile_passport.domain.override import OverrideKind
from mobile_passport.domain.rank_rules import DeadlineRule, DistrictRule, RankRules
from mobile_passport.domain.request import Category, VisitKind

_DAYS_PER_WEEK = 7
_DAYS_PER_FOUR_WEEKS = 28
_DECIMALS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The facts of a request that its place in the order follows from, its people aside.

    Attributes
    ----------
    district
        Kemendagri code of the kecamatan, six digits.
    district_served_date
        When people of it were served last; ``None`` when never.
    override_points
        Of an override that two people decided; 0 without.
    wished_dates
        Do not move its place, but may be why it is served later than others.
    """

    reference: str
    category: Category
    kind: VisitKind
    received_date: date
    deadline_date: date | None
    district: str
    district_served_date: date | None
    override_kind: OverrideKind | None
    override_points: float
    wished_dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RankFacts:
    """A claim and the people who wait; ``vulnerable`` of them are elderly or have a need."""

    claim: Claim
    people: int
    vulnerable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Points of a request for each of its people, by where they come from."""

    category: float
    vulnerable: float
    arrival: float
    deadline: float
    district: float
    override: float
    draw: float

    @property
    def total(self) -> float:
        """All of them."""
        return round(math.fsum(getattr(self, field.name) for field in fields(self)), _DECIMALS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A request in its place: 1 is served first."""

    rank: int
    facts: RankFacts
    points: Points

    @property
    def reference(self) -> str:
        """The request's reference."""
        return self.facts.claim.reference


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """Everything that an order was computed from: the rule with its figures, the day, and the facts."""

    rules: RankRules
    day: date
    facts: tuple[RankFacts, ...]

    @classmethod
    def of(cls, requests: Iterable[WaitingRequest], rules: RankRules, ages: Ages, day: date) -> Self:
        """Record what the order of waiting requests follows from on a day."""
        return cls(rules=rules, day=day, facts=tuple(facts_of(request, ages, day) for request in requests))

    def order(self) -> tuple[Ranked, ...]:
        """Compute the order."""
        return in_order(self.facts, self.rules, self.day)


def claim_of(request: WaitingRequest) -> Claim:
    """Return what a waiting request's place follows from."""
    return Claim(
        reference=request.reference,
        category=request.category,
        kind=request.kind,
        received_date=request.received_date,
        deadline_date=request.deadline_date,
        district=request.place.village_code[:6],
        district_served_date=request.district_served_date,
        override_kind=request.override_kind,
        override_points=request.override_points,
        wished_dates=request.wished_dates,
    )


def facts_of(request: WaitingRequest, ages: Ages, day: date) -> RankFacts:
    """Return a waiting request's facts on a day."""
    return RankFacts(
        claim=claim_of(request),
        people=len(request.people),
        vulnerable=sum(person.is_vulnerable(ages, day) for person in request.people),
    )


def points_of_person(claim: Claim, rules: RankRules, day: date, *, vulnerable: bool) -> float:
    """Return what serving one person of a request is worth. Higher is served first."""
    return _points(claim, rules, day, share=1.0 if vulnerable else 0.0).total


def points_of(facts: RankFacts, rules: RankRules, day: date) -> Points:
    """Return the points of a request: the mean over its people. Higher is served first."""
    return _points(facts.claim, rules, day, share=facts.vulnerable / facts.people if facts.people else 0.0)


def in_order(facts: Iterable[RankFacts], rules: RankRules, day: date) -> tuple[Ranked, ...]:
    """Put requests into the order of service."""
    scored = sorted(
        ((points_of(one, rules, day), one) for one in facts), key=lambda pair: (-pair[0].total, pair[1].claim.reference)
    )
    return tuple(Ranked(rank=rank, facts=one, points=points) for rank, (points, one) in enumerate(scored, start=1))


def drawn(seed: str, reference: str) -> float:
    """Return the number that the draw gives a reference, 0 <= number < 1.

    The first 8 bytes of SHA-256 over ``seed:reference`` as a fraction; anybody can compute it.
    """
    return int.from_bytes(sha256(f"{seed}:{reference}".encode()).digest()[:8]) / 2**64


def _points(claim: Claim, rules: RankRules, day: date, *, share: float) -> Points:
    per_person: float = getattr(rules.points, claim.category.value)
    at_home = claim.kind is VisitKind.HOME
    return Points(
        category=per_person * (rules.points.home_visit_factor if at_home else 1.0),
        vulnerable=rules.points.elderly_or_need * share,
        arrival=rules.arrival.per_week * _full(claim.received_date, day, _DAYS_PER_WEEK),
        deadline=_deadline_points(claim, rules.deadline, day),
        district=_district_points(claim, rules.district, day),
        override=claim.override_points,
        draw=round(rules.draw.points * drawn(rules.draw.seed, claim.reference), _DECIMALS),
    )


def _deadline_points(claim: Claim, rule: DeadlineRule, day: date) -> float:
    if claim.deadline_date is None:
        return 0.0
    return rule.per_week_nearer * max(0, rule.weeks - _full(day, claim.deadline_date, _DAYS_PER_WEEK))


def _district_points(claim: Claim, rule: DistrictRule, day: date) -> float:
    since = claim.district_served_date or rule.counts_from_date
    return min(rule.most, rule.per_four_weeks * _full(since, day, _DAYS_PER_FOUR_WEEKS))


def _full(since: date, until: date, days: int) -> int:
    return max(0, (until - since).days // days)
