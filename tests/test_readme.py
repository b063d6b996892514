"""What README promises to list, it lists."""

import importlib
import pkgutil
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

import api
import mobile_passport
from api import errors
from mobile_passport.domain.audit_chain import BreakKind
from mobile_passport.domain.eligibility import OfficeReason
from mobile_passport.domain.field import Outcome, OutcomeReason
from mobile_passport.domain.override import OverrideKind
from mobile_passport.domain.refusal import Refusal
from mobile_passport.intake.findings import FindingCode
from mobile_passport.intake.venue_findings import VenueFindingCode
from mobile_passport.persistence.field.field_operations import OperationState
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
    Outcome,
    OutcomeReason,
    OperationState,
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_code_that_people_meet_is_listed(kind: type[StrEnum]) -> None:
    text = README.read_text(encoding="utf-8")
    assert [code.value for code in kind if f"`{code.value}`" not in text] == []


def test_every_code_of_a_refusal_is_listed() -> None:
    for package in (api, mobile_passport):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    text = README.read_text(encoding="utf-8")
    codes = {kind.code for kind in _with_subclasses(Refusal)} | {kind.code for kind in errors.KINDS.values()}
    assert sorted(code for code in codes if f"`{code}`" not in text) == []


def _with_subclasses(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    yield kind
    for subclass in kind.__subclasses__():
        yield from _with_subclasses(subclass)
