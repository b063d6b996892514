"""Files are read in a process of their own: what would exhaust it is refused, and the process that asked lives on."""

import io
import pickle
import subprocess
import sys
from dataclasses import replace

import pytest

from mobile_passport.domain.refusal import Busy
from mobile_passport.intake import apart
from mobile_passport.intake.apart import answer_one, parse_file_apart, read_list_apart
from mobile_passport.intake.columns import Column
from mobile_passport.intake.draft import NEEDED_COLUMNS
from mobile_passport.intake.findings import RefusedFile
from mobile_passport.intake.parse import ParsedFile
from mobile_passport.intake.rules import IntakeRules
from tests.mobile_passport.intake.lists import ELIGIBILITY, RECEIVED, RULES, listing, parse

MEBIBYTE = 1_048_576
LITTLE = replace(RULES, parsing=replace(RULES.parsing, maximum_memory_bytes=64 * MEBIBYTE))
NO_TIME = replace(RULES, parsing=replace(RULES.parsing, maximum_seconds=0))
WIDE = b"a,b,c,d,e,f,g,h,i,j\n" * 200_000
"""4 MB that no limit of the parser refuses before they are cells: two million of them."""


def read(data: bytes, filename: str = "daftar.csv", rules: IntakeRules = RULES) -> ParsedFile:
    return parse_file_apart(
        data,
        filename,
        rules=rules,
        eligibility_rules=ELIGIBILITY,
        regency_codes=frozenset({"3504", "3505", "3572"}),
        received_date=RECEIVED,
    )


def codes(data: bytes, rules: IntakeRules) -> list[str]:
    with pytest.raises(RefusedFile) as refused:
        read(data, rules=rules)
    return [one.code.value for one in refused.value.findings]


def test_a_list_is_read_as_it_would_be_here() -> None:
    data = listing({Column.NIK: "12"}, {Column.NAME: "=1+1"})
    with pytest.raises(RefusedFile) as here:
        parse(data)
    with pytest.raises(RefusedFile) as there:
        read(data)
    assert there.value.findings == here.value.findings
    assert read(listing({})) == parse(listing({}))
    table, _ = read_list_apart(listing({}), "daftar.csv", RULES, required=NEEDED_COLUMNS)
    assert len(table.rows) == 1


def test_what_needs_too_much_memory_is_refused_and_the_next_list_is_read() -> None:
    assert codes(WIDE, LITTLE) == ["I114"]
    assert codes(WIDE, RULES) == ["I201"], "with enough memory it is refused for what it is"
    assert read(listing({}), rules=LITTLE) == parse(listing({}))


def test_what_takes_too_long_is_given_up() -> None:
    assert codes(WIDE, NO_TIME) == ["I114"]


def test_a_file_that_is_too_large_is_worth_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")
    assert codes(b"x" * (RULES.files.maximum_bytes + 1), RULES) == ["I101"]


def test_no_more_files_are_read_at_once_than_may_be() -> None:
    slots = apart._FILES_AT_ONCE
    with slots, slots, pytest.raises(Busy):
        read(listing({}), rules=NO_TIME)
    assert read(listing({}))


def test_a_fault_of_the_reader_is_no_refusal_and_tells_nothing_of_the_file() -> None:
    with pytest.raises(ChildProcessError, match=r"code 1: \w+Error$"):
        read_list_apart(listing({}), "daftar.csv", RULES, required=None)  # type: ignore[arg-type]


def test_an_answer_that_outgrows_memory_is_told_by_the_exit_code() -> None:
    class Endless(io.BytesIO):
        def write(self, _: object) -> int:
            raise MemoryError

    job = pickle.dumps(("read_list", (listing({}), "daftar.csv", RULES.files), {"required": NEEDED_COLUMNS}))
    answer = io.BytesIO()
    assert answer_one(io.BytesIO(job), answer) == 0
    assert pickle.loads(answer.getvalue())[0] is None
    assert answer_one(io.BytesIO(job), Endless()) != 0


def test_the_process_knows_no_setting_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}

    def look(command: list[str], **how: object) -> subprocess.CompletedProcess[bytes]:
        seen.update(how["env"])  # type: ignore[call-overload]
        return subprocess.CompletedProcess(command, 0, stdout=pickle.dumps((None, "read")), stderr=b"")

    monkeypatch.setenv("MP_SECRET_KEY", "known to nobody")
    monkeypatch.setattr(subprocess, "run", look)
    read(listing({}))
    assert seen
    assert not [name for name in seen if name.startswith("MP_")]
