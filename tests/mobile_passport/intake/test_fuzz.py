"""Damaged files: whatever the bytes, a file is read or refused, and nothing else happens."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mobile_passport.intake.columns import Column
from mobile_passport.intake.findings import RefusedFile, Severity
from mobile_passport.intake.parse import ParsedFile
from mobile_passport.intake.template import template_workbook
from mobile_passport.sample.generate import committed_season
from mobile_passport.sample.season import SheetName
from tests.mobile_passport.intake.hostile_old_workbooks import in_short_sectors, small
from tests.mobile_passport.intake.lists import listing, old_workbook, opendocument, parse, workbook

SEASON = committed_season()
TEXTS = (
    listing({}, {}),
    listing({}).decode().replace(",", ";").encode("utf-16"),
    SEASON[SheetName.KBIHU_BLITAR][:3_000],
    SEASON[SheetName.MIGRANT_WORKERS][:3_000],
)
WORKBOOKS = (workbook({}, {}), template_workbook(spare_rows=2), SEASON[SheetName.HOME_VISITS], opendocument({}, {}))
OLD_WORKBOOKS = (old_workbook({}, {}), in_short_sectors(small()))
OLD_TOKENS = (b"\x00", b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x01\x00\x00\x00", b"\x3c\x00")
TOKENS = (b'"', b"\x00", b"\xff\xfe", b"=", b"\r", b"\n", b";", b"1e308", b"-", b"9" * 20, b"\xef\xbb\xbf", b"sep=;\n")
XML_TOKENS = (
    b"<",
    b">",
    b"/>",
    b'"',
    b"&#0;",
    b"&#x110000;",
    b"1E400",
    b"-1",
    b"NaN",
    b"]]>",
    b"<f>",
    b"XFD1048576",
    b'table:number-rows-repeated="7',
    b"",
)
BOUNDED = settings(derandomize=True, deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])


def outcome(data: bytes, filename: str) -> ParsedFile | RefusedFile:
    """Read a file; anything raised but the declared refusal fails the test."""
    try:
        return parse(data, filename)
    except RefusedFile as refused:
        return refused


def is_sound(outcome: ParsedFile | RefusedFile) -> bool:
    """Tell whether requests have people and nothing worse than a warning, or the refusal says what to do."""
    if isinstance(outcome, ParsedFile):
        warned = {finding.severity for finding in outcome.warnings}
        return all(request.people for request in outcome.requests) and warned <= {Severity.WARNING}
    is_refused = any(finding.severity is Severity.ERROR for finding in outcome.findings)
    return is_refused and all(finding.problem and finding.action for finding in outcome.findings)


@st.composite
def damaged(draw: st.DrawFn, originals: tuple[bytes, ...], tokens: tuple[bytes, ...]) -> bytes:
    """One to six times: overwrite, insert or cut out some bytes."""
    data = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from((0, 1, 1, 4, 40)))
        data[at : at + length] = draw(st.sampled_from(tokens) | st.binary(max_size=4))
    return bytes(data)


@st.composite
def damaged_inside(draw: st.DrawFn) -> bytes:
    """A sound archive around damaged XML, so that the damage reaches the readers."""
    original = draw(st.sampled_from(WORKBOOKS))
    with zipfile.ZipFile(io.BytesIO(original)) as source:
        parts = {name: source.read(name) for name in source.namelist() if not name.startswith("docProps")}
    name = draw(st.sampled_from(sorted(part for part in parts if "theme" not in part)))
    parts[name] = draw(damaged((parts[name],), XML_TOKENS))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for part, content in parts.items():
            target.writestr(part, content)
    return buffer.getvalue()


@BOUNDED
@given(damaged(TEXTS, TOKENS))
def test_a_damaged_text_file_is_read_or_refused(data: bytes) -> None:
    assert is_sound(outcome(data, "a.csv"))


@BOUNDED
@given(damaged(WORKBOOKS, TOKENS))
def test_a_damaged_archive_is_read_or_refused(data: bytes) -> None:
    assert is_sound(outcome(data, "a.xlsx"))


@settings(BOUNDED, max_examples=150)
@given(damaged(OLD_WORKBOOKS, OLD_TOKENS))
def test_a_damaged_old_workbook_is_read_or_refused(data: bytes) -> None:
    assert is_sound(outcome(data, "a.xls"))


@BOUNDED
@given(damaged_inside())
def test_a_workbook_of_damaged_parts_is_read_or_refused(data: bytes) -> None:
    assert is_sound(outcome(data, "a.xlsx"))


@BOUNDED
@given(st.binary(max_size=300), st.sampled_from(("a.csv", "a.xlsx", "a", "a.xlsm", "")))
def test_any_bytes_under_any_name_are_read_or_refused(data: bytes, filename: str) -> None:
    assert is_sound(outcome(data, filename))


@pytest.mark.parametrize("cut", range(0, 3_000, 250))
def test_a_file_cut_short_is_read_or_refused(cut: int) -> None:
    for original in TEXTS:
        assert is_sound(outcome(original[:cut], "a.csv"))
    for original in WORKBOOKS:
        refused = outcome(original[: min(cut, len(original) - 1)], "a.xlsx")
        assert isinstance(refused, RefusedFile)
        assert is_sound(refused)


@settings(BOUNDED, max_examples=100)
@given(
    st.lists(st.text(max_size=25) | st.sampled_from(["", "Haji", "P", "05-03-58", "0860"]), min_size=22, max_size=22)
)
def test_any_texts_in_the_cells_are_read_or_refused_the_same_in_both_formats(texts: list[str]) -> None:
    """Which texts a cell may hold at all differs between the formats, so only those that XML can carry are compared."""
    plain = ["".join(c for c in text if c.isprintable() and c not in "'") for text in texts]
    row = dict(zip(Column, plain, strict=True))
    text_file = outcome(listing(row), "a.csv")
    assert is_sound(text_file)
    if not any(text.startswith("=") for text in plain):
        book = outcome(workbook({column: text or None for column, text in row.items()}), "a.xlsx")
        assert is_sound(book)
        assert type(book) is type(text_file)
