from dataclasses import replace
from datetime import date

import pytest

from mobile_passport.domain.eligibility import (
    EligibilityRules,
    Eligible,
    OfficeReason,
    RoutedToOffice,
    eligibility,
)
from mobile_passport.domain.person import Need, PassportCase, PersonForm, Sex
from mobile_passport.domain.request import Category
from mobile_passport.domain.secret import Secret
from mobile_passport.rules.loading import load_rules

RULES = load_rules(EligibilityRules, "eligibility", office="blitar")
DAY = date(2027, 1, 12)
PERSON = PersonForm(
    name=Secret("Siti Aminah"),
    nik=Secret("3505074503780001"),
    birth_date=date(1978, 3, 5),
    sex=Sex.FEMALE,
    phone=None,
    passport_case=PassportCase.NEW,
)


def judge(person: PersonForm, category: Category = Category.HAJJ, *, home: bool = False) -> Eligible | RoutedToOffice:
    return eligibility(person, category=category, is_home_visit=home, rules=RULES, on_date=DAY)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (PassportCase.LOST, OfficeReason.LOST_PASSPORT),
        (PassportCase.DAMAGED, OfficeReason.DAMAGED_PASSPORT),
        (PassportCase.DATA_CHANGE, OfficeReason.DATA_CHANGE),
    ],
)
def test_cases_that_need_an_examination_go_to_the_office_with_a_reason(
    case: PassportCase, reason: OfficeReason
) -> None:
    outcome = judge(replace(PERSON, passport_case=case))
    assert isinstance(outcome, RoutedToOffice)
    assert outcome.reason is reason
    assert "Kantor Imigrasi" in outcome.action


@pytest.mark.parametrize("case", [PassportCase.NEW, PassportCase.REPLACEMENT])
def test_new_and_replacement_passports_are_served_on_the_visit(case: PassportCase) -> None:
    assert isinstance(judge(replace(PERSON, passport_case=case)), Eligible)


def test_a_migrant_worker_is_eighteen_on_the_day_of_the_visit() -> None:
    birthday = replace(PERSON, birth_date=date(2009, 1, 12))
    day_before = replace(PERSON, birth_date=date(2009, 1, 13))
    assert isinstance(judge(birthday, Category.MIGRANT_WORKER), Eligible)
    outcome = judge(day_before, Category.MIGRANT_WORKER)
    assert isinstance(outcome, RoutedToOffice)
    assert outcome.reason is OfficeReason.TOO_YOUNG
    assert "18 tahun" in outcome.sentence
    assert isinstance(judge(day_before, Category.UMRAH), Eligible)


def documents(person: PersonForm, category: Category = Category.HAJJ, *, home: bool = False) -> str:
    outcome = judge(person, category, home=home)
    assert isinstance(outcome, Eligible)
    return "; ".join(outcome.documents)


def test_documents_follow_category_case_age_and_kind_of_visit() -> None:
    base = documents(PERSON, Category.OTHER)
    assert "KTP elektronik" in base
    assert "Kartu Keluarga" in base
    assert "BPIH" in documents(PERSON, Category.HAJJ)
    assert "biro perjalanan" in documents(PERSON, Category.UMRAH)
    assert "Dinas Tenaga Kerja" in documents(PERSON, Category.MIGRANT_WORKER)
    assert "Paspor lama" in documents(replace(PERSON, passport_case=PassportCase.REPLACEMENT))
    assert "dokter" in documents(PERSON, Category.ELDERLY_HOME, home=True)
    assert "orang tua" in documents(replace(PERSON, birth_date=date(2015, 1, 1)), Category.UMRAH)
    assert not any(word in base for word in ("BPIH", "Paspor lama", "dokter", "Tenaga Kerja"))


@pytest.mark.parametrize(
    ("change", "has_priority"),
    [
        ({"birth_date": date(1967, 1, 12)}, True),
        ({"birth_date": date(1967, 1, 13)}, False),
        ({"birth_date": date(2022, 1, 13)}, True),
        ({"birth_date": date(2022, 1, 12)}, False),
        ({"needs": frozenset({Need.PREGNANT})}, True),
        ({}, False),
    ],
)
def test_elderly_infants_and_people_with_needs_have_priority(change: dict[str, object], has_priority: bool) -> None:
    outcome = judge(replace(PERSON, **change))  # type: ignore[arg-type]  # the table varies one field a row
    assert isinstance(outcome, Eligible)
    assert outcome.has_priority is has_priority


def test_rules_without_a_category_or_without_words_for_an_age_limit_are_refused() -> None:
    with pytest.raises(ValueError, match="needs exactly one"):
        replace(RULES, categories=RULES.categories[1:])
    worker = replace(RULES.category(Category.MIGRANT_WORKER), too_young_action="")
    others = tuple(rule for rule in RULES.categories if rule.category is not Category.MIGRANT_WORKER)
    with pytest.raises(ValueError, match="too_young"):
        replace(RULES, categories=(*others, worker))


def test_every_shipped_rule_names_source_and_date() -> None:
    dated = [
        (RULES.ages.source, RULES.ages.as_of_date),
        (RULES.base_documents.source, RULES.base_documents.as_of_date),
        *((case.source, case.as_of_date) for case in RULES.office_cases),
        *((rule.source, rule.as_of_date) for rule in RULES.categories),
    ]
    assert all(source and date(2018, 1, 1) < as_of <= date(2026, 11, 24) for source, as_of in dated)
