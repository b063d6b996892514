"""What people bring, in the order they are told it."""

from mobile_passport.documents.words import CATEGORIES
from mobile_passport.domain.eligibility import EligibilityRules
from mobile_passport.domain.sentence import Sentence


def further_documents(rules: EligibilityRules) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return whom it concerns and what they bring besides what everyone brings, Indonesian."""
    base = rules.base_documents
    lists = (
        (Sentence("Penggantian paspor"), base.replacement),
        (Sentence("Anak"), base.minor),
        (Sentence("Kunjungan rumah"), base.home_visit),
        *((CATEGORIES[rule.category], rule.documents) for rule in rules.categories),
    )
    return tuple((whom, documents) for whom, documents in lists if documents)
