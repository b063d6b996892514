"""A request's place in the order of service, in plain Indonesian."""

from dataclasses import dataclass
from datetime import date

from babel.numbers import format_decimal

from mobile_passport.documents.indonesian import date_span, whole_number
from mobile_passport.documents.words import CATEGORIES
from mobile_passport.domain.override import OverrideKind
from mobile_passport.domain.rank import Ranked
from mobile_passport.domain.rank_rules import RankRules
from mobile_passport.domain.request import VisitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RankReason:
    """One criterion: points for each person, and what they are for."""

    points: float
    sentence: str


def rank_reasons(ranked: Ranked, rules: RankRules) -> tuple[RankReason, ...]:
    """Say what a request's points come from, criterion by criterion; those that add nothing are left out.

    How many people of a household are elderly or ill is not told: everybody would know who.
    """
    claim, points = ranked.facts.claim, ranked.points
    at_home = claim.kind is VisitKind.HOME
    vulnerable = f"{whole_number(ranked.facts.vulnerable)} dari {whole_number(ranked.facts.people)} orang"
    found = (
        (points.category, f"{CATEGORIES[claim.category]}{', dilayani di rumah' if at_home else ''}"),
        (points.vulnerable, f"{'Ada' if at_home else vulnerable} lanjut usia atau berkebutuhan khusus"),
        (points.arrival, f"Surat diterima {date_span(claim.received_date, claim.received_date)}"),
        (points.deadline, f"Batas waktu {_deadline(claim.deadline_date)}"),
        (points.district, _district(claim.district_served_date)),
        (points.override, f"Diputuskan dua petugas: {override_sentence(claim.override_kind, rules)}"),
        (points.draw, f"Undian terbuka: {decimal(points.draw)} poin dari benih yang diumumkan"),
    )
    return tuple(RankReason(points=amount, sentence=sentence) for amount, sentence in found if amount)


def rule_lines(rules: RankRules) -> tuple[tuple[str, str], ...]:
    """Say what the rule gives points for, and how many."""
    points, deadline, district = rules.points, rules.deadline, rules.district
    return (
        *((CATEGORIES[category], decimal(getattr(points, category.value))) for category in CATEGORIES),
        ("Dilayani di rumah", f"nilai di atas dikali {decimal(points.home_visit_factor)}"),
        ("Lanjut usia atau berkebutuhan khusus", signed(points.elderly_or_need)),
        ("Setiap minggu sejak surat diterima", signed(rules.arrival.per_week)),
        (
            f"Setiap minggu batas waktu lebih dekat dari {deadline.weeks} minggu",
            signed(deadline.per_week_nearer),
        ),
        (
            "Setiap empat minggu tanpa layanan di kecamatan itu",
            f"{signed(district.per_four_weeks)}, paling banyak {signed(district.most)}",
        ),
        *((f"Keputusan dua petugas: {rule.sentence}", signed(rule.points)) for rule in rules.overrides),
    )


def override_sentence(kind: OverrideKind | None, rules: RankRules) -> str:
    """Say in the words of the published rule why a request was moved."""
    rule = rules.override(kind) if kind else None
    return rule.sentence if rule else "Keputusan khusus menurut aturan yang berlaku saat itu."


def decimal(points: float) -> str:
    """``12,2037``."""
    return format_decimal(points, "#,##0.####", locale="id_ID")


def signed(points: float) -> str:
    """``+2``, ``−10``: points added or taken away."""
    return f"{'−' if points < 0 else '+'}{decimal(abs(points))}"


def _deadline(day: date | None) -> str:
    return date_span(day, day) if day else ""


def _district(served: date | None) -> str:
    if served is None:
        return "Belum pernah ada layanan untuk kecamatan ini"
    return f"Layanan terakhir untuk kecamatan ini {date_span(served, served)}"
