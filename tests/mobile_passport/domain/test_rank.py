from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.domain.override import OverrideKind
from mobile_passport.domain.rank import Claim, OrderRecord, RankFacts, drawn, in_order, points_of, points_of_person
from mobile_passport.domain.request import Category, VisitKind
from mobile_passport.persistence.plans.order_records import read_order, write_order
from mobile_passport.rules.rulebook import load_rulebook

RULES = load_rulebook("blitar").rank
DAY = date(2026, 12, 22)  # four weeks after 2026-11-24, from which kecamatan count
NO_DRAW = replace(RULES, draw=replace(RULES.draw, points=0.0))


def claim(reference: str = "BLI-2026-0001", **changes: object) -> Claim:
    made = Claim(
        reference=reference,
        category=Category.HAJJ,
        kind=VisitKind.COLLECTIVE,
        received_date=DAY,
        deadline_date=None,
        district="350511",
        district_served_date=DAY,
        override_kind=None,
        override_points=0.0,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def facts(reference: str = "BLI-2026-0001", people: int = 10, vulnerable: int = 0, **changes: object) -> RankFacts:
    return RankFacts(claim=claim(reference, **changes), people=people, vulnerable=vulnerable)


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, 10.0),
        ({"category": Category.UMRAH}, 7.0),
        ({"kind": VisitKind.HOME, "category": Category.ELDERLY_HOME}, 60.0),  # 10 × 6
        ({"vulnerable": 5}, 11.0),  # half of them, 2 each
        ({"received_date": date(2026, 12, 1)}, 10.6),  # 21 days are 3 full weeks, 0.2 each
        ({"received_date": date(2026, 12, 2)}, 10.4),  # 20 days are 2
        ({"deadline_date": date(2027, 2, 20)}, 10.0),  # 60 days are 8 full weeks: not near yet
        ({"deadline_date": date(2027, 1, 5)}, 13.0),  # 14 days: 6 weeks nearer than 8, 0.5 each
        ({"deadline_date": date(2026, 12, 29)}, 13.5),  # 7 days
        ({"deadline_date": date(2026, 11, 1)}, 14.0),  # gone: as near as can be
        ({"district_served_date": None}, 10.25),  # four weeks since counting began
        ({"district_served_date": date(2026, 10, 27)}, 10.5),  # eight weeks
        ({"district_served_date": date(2025, 1, 1)}, 11.5),  # no more than 1.5
        ({"override_points": 10.0, "override_kind": OverrideKind.DISASTER}, 20.0),
    ],
)
def test_points_follow_from_the_facts(changes: dict[str, object], points: float) -> None:
    assert points_of(facts(**changes), NO_DRAW, DAY).total == pytest.approx(points)  # type: ignore[arg-type]


@given(people=st.integers(1, 40), share=st.floats(0, 1), weeks=st.integers(0, 60))
@settings(derandomize=True, deadline=None, max_examples=50)
def test_a_request_has_the_mean_of_what_planning_is_rewarded_with(people: int, share: float, weeks: int) -> None:
    vulnerable = round(share * people)
    one = facts(people=people, vulnerable=vulnerable, received_date=date.fromordinal(DAY.toordinal() - weeks))
    each = [points_of_person(one.claim, RULES, DAY, vulnerable=number < vulnerable) for number in range(people)]
    assert sum(each) / people == pytest.approx(points_of(one, RULES, DAY).total, abs=1e-5)


def test_the_order_does_not_depend_on_the_order_of_the_facts() -> None:
    many = [facts(f"BLI-2026-{number:04d}") for number in range(20)]
    assert in_order(many, RULES, DAY) == in_order(many[::-1], RULES, DAY)
    assert [one.rank for one in in_order(many, RULES, DAY)] == list(range(1, 21))


def test_equals_are_told_apart_by_the_public_draw_and_by_nothing_else() -> None:
    seed = RULES.draw.seed
    many = [facts(f"BLI-2026-{number:04d}") for number in range(50)]
    by_hand = sorted(
        (one.claim.reference for one in many),
        key=lambda reference: sha256(f"{seed}:{reference}".encode()).digest(),
        reverse=True,
    )
    assert [one.reference for one in in_order(many, RULES, DAY)] == by_hand
    assert by_hand != sorted(by_hand)
    other = replace(RULES, draw=replace(RULES.draw, seed="another draw"))
    assert [one.reference for one in in_order(many, other, DAY)] != by_hand


def test_the_draw_outweighs_no_other_criterion() -> None:
    steps = (RULES.arrival.per_week, RULES.deadline.per_week_nearer, RULES.district.per_four_weeks)
    assert RULES.draw.points < min(steps)
    assert all(0 <= drawn("seed", str(number)) < 1 for number in range(100))


def test_every_kind_of_override_has_its_published_rule() -> None:
    assert [kind for kind in OverrideKind if RULES.override(kind) is None] == []


def test_an_order_reads_back_from_its_canonical_text_to_the_same_order() -> None:
    wished = facts("BLI-2026-0002", wished_dates=(DAY,), override_kind=OverrideKind.DISASTER, override_points=5.0)
    record = OrderRecord(rules=RULES, day=DAY, facts=(facts(), wished))
    text = write_order(record)
    assert read_order(text) == record
    assert write_order(read_order(text)) == text
    assert read_order(text).order()[0].reference == "BLI-2026-0002"
