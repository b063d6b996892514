"""What README promises to list, it lists."""

from enum import StrEnum
from pathlib import Path

import pytest

from mobile_passport.domain.audit_chain import BreakKind
from mobile_passport.domain.eligibility import OfficeReason
from mobile_passport.domain.override import OverrideKind
from mobile_passport.intake.findings import FindingCode
from mobile_passport.intake.venue_findings import VenueFindingCode
from mobile_passport.planning.inversions import Explanation
from optimizer.appointments import UnplacedCode
from optimizer.check import ViolationCode
from optimizer.gathering.problem import UnservedCode
from optimizer.plan import ReasonCode
from optimizer.validate import IssueCode

README = Path(__file__).parents[1] / "README.md"
KINDS = (
    IssueCode,
    ViolationCode,
    ReasonCode,
    UnservedCode,
    UnplacedCode,
    OfficeReason,
    FindingCode,
    VenueFindingCode,
    BreakKind,
    Explanation,
    OverrideKind,
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_code_that_people_meet_is_listed(kind: type[StrEnum]) -> None:
    text = README.read_text(encoding="utf-8")
    assert [code.value for code in kind if f"`{code.value}`" not in text] == []
