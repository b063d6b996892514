"""A request's place in the order of service, in plain words."""

from dataclasses import dataclass
from datetime import date

from mobile_passport.documents.formats import Formats
from mobile_passport.documents.sentences import sentence
from mobile_passport.documents.words import CATEGORIES
from mobile_passport.domain.override import OverrideKind
from mobile_passport.domain.rank import Ranked
from mobile_passport.domain.rank_rules import RankRules
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.domain.sentence import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class RankReason:
    """One criterion: points for each person, and what they are for.

    Attributes
    ----------
    sentence
        Indonesian; other languages fill in its form anew.
    """

    points: float
    sentence: Sentence


def rank_reasons(ranked: Ranked, rules: RankRules) -> tuple[RankReason, ...]:
    """Say what a request's points come from, criterion by criterion; those that add nothing are left out.

    How many people of a household are elderly or ill is not told: everybody would know who.
    """
    claim, points = ranked.facts.claim, ranked.points
    at_home = claim.kind is VisitKind.HOME
    found = (
        (points.category, _category(claim.category, at_home=at_home)),
        (points.vulnerable, _vulnerable(ranked, at_home=at_home)),
        (points.arrival, sentence("Surat diterima {day}", day=claim.received_date)),
        (points.deadline, sentence("Batas waktu {day}", day=claim.deadline_date)),
        (points.district, _district(claim.district_served_date)),
        (
            points.override,
            sentence("Diputuskan dua petugas: {reason}", reason=override_sentence(claim.override_kind, rules)),
        ),
        (points.draw, sentence("Undian terbuka: {points} poin dari benih yang diumumkan", points=points.draw)),
    )
    return tuple(RankReason(points=amount, sentence=sentence) for amount, sentence in found if amount)


def rule_lines(rules: RankRules, formats: Formats) -> tuple[tuple[str, str], ...]:
    """Say what the rule gives points for, and how many; both are to be said in the language of the formats."""
    points, deadline, district = rules.points, rules.deadline, rules.district
    return (
        *((CATEGORIES[category], formats.decimal(getattr(points, category.value))) for category in CATEGORIES),
        (
            Sentence("Dilayani di rumah"),
            sentence("nilai di atas dikali {factor}", factor=points.home_visit_factor),
        ),
        (Sentence("Lanjut usia atau berkebutuhan khusus"), formats.signed(points.elderly_or_need)),
        (Sentence("Setiap minggu sejak surat diterima"), formats.signed(rules.arrival.per_week)),
        (
            sentence("Setiap minggu batas waktu lebih dekat dari {weeks} minggu", weeks=deadline.weeks),
            formats.signed(deadline.per_week_nearer),
        ),
        (
            Sentence("Setiap empat minggu tanpa layanan di kecamatan itu"),
            sentence(
                "{step}, paling banyak {most}",
                step=formats.signed(district.per_four_weeks),
                most=formats.signed(district.most),
            ),
        ),
        *(
            (sentence("Keputusan dua petugas: {reason}", reason=rule.sentence), formats.signed(rule.points))
            for rule in rules.overrides
        ),
    )


def override_sentence(kind: OverrideKind | None, rules: RankRules) -> str:
    """Say in the words of the published rule why a request was moved."""
    rule = rules.override(kind) if kind else None
    return rule.sentence if rule else Sentence("Keputusan khusus menurut aturan yang berlaku saat itu.")


def _category(category: Category, *, at_home: bool) -> Sentence:
    name = Sentence(CATEGORIES[category])
    return sentence("{category}, dilayani di rumah", category=name) if at_home else name


def _vulnerable(ranked: Ranked, *, at_home: bool) -> Sentence:
    if at_home:
        return Sentence("Ada yang lanjut usia atau berkebutuhan khusus")
    return sentence(
        "{vulnerable} dari {people} orang lanjut usia atau berkebutuhan khusus",
        vulnerable=ranked.facts.vulnerable,
        people=ranked.facts.people,
    )


def _district(served: date | None) -> Sentence:
    if served is None:
        return Sentence("Belum pernah ada layanan untuk kecamatan ini")
    return sentence("Layanan terakhir untuk kecamatan ini {day}", day=served)
