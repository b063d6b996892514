"""Who can be served on an outreach visit, and who has to come to the office."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mobile_passport.domain.person import PassportCase, PersonForm, age_on
from mobile_passport.domain.request import Category
from mobile_passport.domain.sentence import Sentence


class OfficeReason(StrEnum):
    """Why a person cannot be served on an outreach visit."""

    LOST_PASSPORT = "lost_passport"
    DAMAGED_PASSPORT = "damaged_passport"
    DATA_CHANGE = "data_change"
    TOO_YOUNG = "too_young"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCase:
    """A passport case that the outreach does not take.

    Attributes
    ----------
    sentence
        The reason, Indonesian, for the person to read.
    action
        What the person does next, Indonesian.
    """

    passport_case: PassportCase
    reason: OfficeReason
    sentence: str
    action: str
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRule:
    """Age limit and documents of one category.

    Attributes
    ----------
    minimum_age_years
        Completed years on the day of the visit; 0 for no limit.
    too_young_sentence, too_young_action
        Indonesian; ``{minimum_age_years}`` is filled in.
    documents
        What to bring besides ``EligibilityRules.base_documents``, Indonesian.
    """

    category: Category
    minimum_age_years: int = 0
    too_young_sentence: str = ""
    too_young_action: str = ""
    documents: tuple[str, ...]
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseDocuments:
    """What people bring whatever the category, Indonesian."""

    everyone: tuple[str, ...]
    replacement: tuple[str, ...]
    minor: tuple[str, ...]
    home_visit: tuple[str, ...]
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """Ages that change what a person is owed, completed years on the day of the visit.

    Attributes
    ----------
    elderly_from_years
        Priority in service. Not the "lansia" quota of the hajj, which starts elsewhere.
    minor_below_years
        Needs a parent or guardian, and gets a passport of five years.
    infant_below_years
        Priority in service.
    """

    elderly_from_years: int
    minor_below_years: int
    infant_below_years: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityRules:
    """An office's rules: file ``eligibility.toml``."""

    ages: Ages
    base_documents: BaseDocuments
    office_cases: tuple[OfficeCase, ...]
    categories: tuple[CategoryRule, ...]

    def __post_init__(self) -> None:
        """Insist on one table for every category, and on words for every age limit."""
        stated = [rule.category for rule in self.categories]
        for category in Category:
            if stated.count(category) != 1:
                raise ValueError(
                    f"{category.value} needs exactly one [[categories]] table, not {stated.count(category)}"
                )
        for rule in self.categories:
            if rule.minimum_age_years and not (rule.too_young_sentence and rule.too_young_action):
                raise ValueError(f"{rule.category.value} has a minimum age but no too_young_sentence and _action")

    def category(self, category: Category) -> CategoryRule:
        """Rule of one category."""
        return next(rule for rule in self.categories if rule.category is category)


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """Can be served on the visit.

    Attributes
    ----------
    documents
        What this person brings, Indonesian, in the order to print.
    has_priority
        Elderly, infant or with a need: served first and with more time.
    """

    documents: tuple[str, ...]
    has_priority: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedToOffice:
    """Cannot be served on the visit; stays on the request's record with the reason.

    Attributes
    ----------
    sentence, action
        Why, and what to do, Indonesian.
    """

    reason: OfficeReason
    sentence: str
    action: str


def eligibility(
    person: PersonForm, *, category: Category, is_home_visit: bool, rules: EligibilityRules, on_date: date
) -> Eligible | RoutedToOffice:
    """Decide whether a person can be served on an outreach visit.

    Parameters
    ----------
    on_date
        Day of the visit, or the day of the request while no visit is planned: ages count on it.
    """
    for case in rules.office_cases:
        if case.passport_case is person.passport_case:
            return RoutedToOffice(reason=case.reason, sentence=case.sentence, action=case.action)
    rule = rules.category(category)
    age = age_on(person.birth_date, on_date)
    if age < rule.minimum_age_years:
        return RoutedToOffice(
            reason=OfficeReason.TOO_YOUNG,
            sentence=Sentence(rule.too_young_sentence, {"minimum_age_years": rule.minimum_age_years}),
            action=Sentence(rule.too_young_action, {"minimum_age_years": rule.minimum_age_years}),
        )
    documents = documents_to_bring(
        person.passport_case, age=age, category=category, is_home_visit=is_home_visit, rules=rules
    )
    has_priority = age >= rules.ages.elderly_from_years or age < rules.ages.infant_below_years or bool(person.needs)
    return Eligible(documents=documents, has_priority=has_priority)


def documents_to_bring(
    passport_case: PassportCase, *, age: int, category: Category, is_home_visit: bool, rules: EligibilityRules
) -> tuple[str, ...]:
    """Return what a person brings, Indonesian, in the order to print."""
    base = rules.base_documents
    documents = base.everyone
    if passport_case is PassportCase.REPLACEMENT:
        documents += base.replacement
    if age < rules.ages.minor_below_years:
        documents += base.minor
    if is_home_visit:
        documents += base.home_visit
    return documents + rules.category(category).documents


def office_reason(
    person: PersonForm, *, category: Category, is_home_visit: bool, rules: EligibilityRules, on_date: date
) -> OfficeReason | None:
    """Return why a person has to come to the office; ``None`` when a visit can serve them."""
    verdict = eligibility(person, category=category, is_home_visit=is_home_visit, rules=rules, on_date=on_date)
    return verdict.reason if isinstance(verdict, RoutedToOffice) else None
