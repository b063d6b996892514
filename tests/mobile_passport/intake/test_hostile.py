"""Files made to hurt are refused for what they are, before they cost time or memory."""

import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mobile_passport.intake.columns import Column
from mobile_passport.intake.findings import FindingCode
from tests.mobile_passport.intake.hostile_old_workbooks import HOSTILE_OLD
from tests.mobile_passport.intake.lists import codes, opendocument, opendocument_of, run_python, workbook

C = FindingCode
SHEET = "xl/worksheets/sheet1.xml"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (ord("b") + n, b"&%c;" % (ord("a") + n) * 10) for n in range(12))
    + b"]><l>&m;</l>"
)


def changed(original: bytes = b"", /, **parts: bytes | None) -> bytes:
    """Rewrite a valid workbook: replace parts (``__`` is ``/``), add new ones, drop those that are ``None``."""
    wanted = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(original or workbook())) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        kept = {name: source.read(name) for name in source.namelist()}
        for name, content in (kept | wanted).items():
            if content is not None:
                target.writestr(name, content)
    return buffer.getvalue()


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook())) as source:
        return source.read(name)


def sheet(cells: bytes) -> bytes:
    return b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (MAIN, cells)


def with_sheets(count: int) -> bytes:
    """Many sheets of two cells each, as far apart as one sheet may reach."""
    far = sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="6000"><c r="BH6000"><v>1</v></c></row>')
    relation = b'<Relationship Id="r%d" Type="http://x/worksheet" Target="worksheets/s%d.xml"/>'
    named = b'<sheet name="s%d" sheetId="%d" r:id="r%d"/>'
    parts = {f"xl__worksheets__s{n}_dot_xml": far for n in range(count)}
    parts["xl__workbook_dot_xml"] = (
        b"<workbook %s xmlns:r=" % MAIN
        + b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        + b"".join(named % (n, n + 1, n) for n in range(count))
        + b"</sheets></workbook>"
    )
    parts["xl___rels__workbook_dot_xml_dot_rels"] = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + b"".join(relation % (n, n) for n in range(count))
        + b"</Relationships>"
    )
    return changed(**parts)


def lying_about_size(stated: int, unpacked: int) -> bytes:
    """The directory says another size than the member unpacks to."""
    data = bytearray(changed(xl__media__x_dot_xml=b"<a>" + b" " * (unpacked - 7) + b"</a>"))
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/media/x.xml"))
    data[at + 24 : at + 28] = struct.pack("<I", stated)
    return bytes(data)


def marked_as_encrypted() -> bytes:
    data = bytearray(workbook())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def packed_by_bzip2() -> bytes:
    buffer = io.BytesIO(workbook())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/more.xml", b"<a/>")
    return buffer.getvalue()


def twice_the_same_name() -> bytes:
    buffer = io.BytesIO(workbook())
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(SHEET, b"<worksheet/>")
    return buffer.getvalue()


FULL = 'office:value-type="string"'
FILLED = (
    '<table:table table:name="%s"><table:table-row table:number-rows-repeated="%s">'
    '<table:table-cell table:number-columns-repeated="%s" %s><text:p>x</text:p></table:table-cell>'
    "</table:table-row></table:table>"
)


def repeated(rows: object = 1, columns: object = 1, cell: str = FULL) -> bytes:
    """An ODS of one cell, many times."""
    return opendocument_of(FILLED % ("Daftar", rows, columns, cell))


def nested_bomb() -> bytes:
    return changed(xl__media__bomb_dot_bin=bytes(49_000_000))


HOSTILE: dict[str, tuple[Callable[[], bytes], FindingCode]] = {
    "49 MB of zeros in 49 kB": (nested_bomb, C.UNPACKS_TOO_LARGE),
    "billion laughs": (lambda: changed(xl__sharedStrings_dot_xml=BILLION_LAUGHS), C.XML_DOCTYPE),
    "billion laughs in UTF-16": (
        lambda: changed(
            xl__styles_dot_xml=BILLION_LAUGHS.decode().replace("?>", ' encoding="utf-16"?>', 1).encode("utf-16")
        ),
        C.XML_DOCTYPE,
    ),
    "encoding that does not exist": (
        lambda: changed(xl__styles_dot_xml=b'<?xml version="1.0" encoding="e"?><!DOCTYPE a><a/>'),
        C.XML_DOCTYPE,
    ),
    "encoding that hides markup": (
        lambda: changed(xl__styles_dot_xml=b'<?xml version="1.0" encoding="utf-7"?>+ADw-!DOCTYPE a+AD4-<a/>'),
        C.BROKEN_FILE,
    ),
    "external entity": (
        lambda: changed(xl__styles_dot_xml=b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
        C.XML_DOCTYPE,
    ),
    "macro": (lambda: changed(xl__vbaProject_dot_bin=b"x"), C.ACTIVE_CONTENT),
    "macro by content type": (
        lambda: changed(**{"[Content_Types]_dot_xml": b'<Types><Default ContentType="x.macroEnabled.12"/></Types>'}),
        C.ACTIVE_CONTENT,
    ),
    "link to another workbook": (lambda: changed(xl__externalLinks__externalLink1_dot_xml=b"<a/>"), C.ACTIVE_CONTENT),
    "data connection": (lambda: changed(xl__connections_dot_xml=b"<a/>"), C.ACTIVE_CONTENT),
    "embedded object": (lambda: changed(xl__embeddings__oleObject1_dot_bin=b"x"), C.ACTIVE_CONTENT),
    "cell in the last row": (
        lambda: changed(xl__worksheets__sheet1_dot_xml=sheet(b'<row><c r="A1048576"><v>1</v></c></row>')),
        C.TOO_MANY_ROWS,
    ),
    "cell in the last column": (
        lambda: changed(xl__worksheets__sheet1_dot_xml=sheet(b'<row><c r="XFD1"><v>1</v></c></row>')),
        C.TOO_WIDE,
    ),
    "error cell in the far corner": (
        lambda: changed(xl__worksheets__sheet1_dot_xml=sheet(b'<row><c r="XFD1048576" t="e"><v>#N/A</v></c></row>')),
        C.TOO_MANY_ROWS,
    ),
    "row number out of this world": (
        lambda: changed(xl__worksheets__sheet1_dot_xml=sheet(b'<row r="99999999999999999999"><c><v>1</v></c></row>')),
        C.TOO_MANY_ROWS,
    ),
    "row number that is none": (
        lambda: changed(xl__worksheets__sheet1_dot_xml=sheet(b'<row r="x"><c><v>1</v></c></row>')),
        C.BROKEN_FILE,
    ),
    "address that is none": (
        lambda: changed(xl__worksheets__sheet1_dot_xml=sheet(b'<row><c r="ZZZZ1"><v>1</v></c></row>')),
        C.BROKEN_FILE,
    ),
    "two hundred sheets spread wide": (lambda: with_sheets(200), C.UNPACKS_TOO_LARGE),
    "size stated too small": (lambda: lying_about_size(100, 3_000_000), C.BROKEN_FILE),
    "size stated too large": (lambda: lying_about_size(50_000, 100), C.BROKEN_FILE),
    "prefix that nobody declared": (
        lambda: changed(xl__worksheets__sheet1_dot_xml=b"<x:worksheet><x:sheetData/></x:worksheet>"),
        C.BROKEN_FILE,
    ),
    "packed in a way that Excel does not know": (packed_by_bzip2, C.BROKEN_FILE),
    "sheet that leads nowhere": (
        lambda: changed(xl___rels__workbook_dot_xml_dot_rels=b"<Relationships/>"),
        C.BROKEN_FILE,
    ),
    "sheet name that readers spell differently": (
        lambda: changed(xl__workbook_dot_xml=part("xl/workbook.xml").replace(b'"Permohonan"', b'"a\tb"')),
        C.BROKEN_FILE,
    ),
    "marked as encrypted": (marked_as_encrypted, C.ENCRYPTED),
    "two members of one name": (twice_the_same_name, C.BROKEN_FILE),
    "path out of the archive": (lambda: changed(**{"..__..__evil_dot_xml": b"<a/>"}), C.BROKEN_FILE),
    "truncated": (lambda: workbook()[:3_000], C.BROKEN_FILE),
    "no workbook inside": (lambda: changed(xl__workbook_dot_xml=None), C.UNSUPPORTED_TYPE),
    "sheet missing": (lambda: changed(xl__worksheets__sheet1_dot_xml=None), C.BROKEN_FILE),
    "XML not closed": (lambda: changed(xl__worksheets__sheet1_dot_xml=b"<worksheet><sheetData>"), C.BROKEN_FILE),
    "deeply nested XML": (
        lambda: changed(xl__worksheets__sheet1_dot_xml=b"<a>" * 100_000 + b"</a>" * 100_000),
        C.UNPACKS_TOO_LARGE,
    ),
    "only a signature": (lambda: b"PK\x03\x04", C.BROKEN_FILE),
    "two and a half thousand members": (
        lambda: changed(**{f"xl__media__m{n}_dot_xml": b"<a/>" for n in range(2_500)}),
        C.TOO_MANY_MEMBERS,
    ),
    "zeros in every part": (
        lambda: changed(**{f"xl__media__m{n}_dot_bin": bytes(5_000_000) for n in range(11)}),
        C.UNPACKS_TOO_LARGE,
    ),
    "quadratic blowup": (
        lambda: changed(
            xl__sharedStrings_dot_xml=b'<!DOCTYPE a [<!ENTITY x "'
            + b"h" * 50_000
            + b'">]><a>'
            + b"&x;" * 50_000
            + b"</a>"
        ),
        C.UNPACKS_TOO_LARGE,
    ),
    "parameter entity": (
        lambda: changed(xl__workbook_dot_xml=b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://192.0.2.1/x.dtd"> %x;]><a/>'),
        C.XML_DOCTYPE,
    ),
    "doctype in the sheet": (lambda: changed(xl__worksheets__sheet1_dot_xml=b"<!DOCTYPE a><a/>"), C.XML_DOCTYPE),
    "doctype in a relation": (lambda: changed(xl___rels__workbook_dot_xml_dot_rels=b"<!DOCTYPE a><a/>"), C.XML_DOCTYPE),
    "macro sheet": (lambda: changed(xl__macrosheets__sheet1_dot_xml=b"<a/>"), C.ACTIVE_CONTENT),
    "control that runs code": (lambda: changed(xl__activeX__activeX1_dot_bin=b"x"), C.ACTIVE_CONTENT),
    "row number below one": (
        lambda: changed(xl__worksheets__sheet1_dot_xml=sheet(b'<row r="-5"><c><v>1</v></c></row>')),
        C.BROKEN_FILE,
    ),
    "filled row a million times": (lambda: repeated(rows=1_000_000), C.TOO_MANY_ROWS),
    "filled cell in every column": (lambda: repeated(columns=16_384), C.TOO_WIDE),
    "formula without a value, in every cell": (
        lambda: repeated(rows=1_000_000, columns=16_384, cell='table:formula="of:=1"'),
        C.TOO_MANY_ROWS,
    ),
    "row number beyond every machine": (lambda: repeated(rows=10**30), C.TOO_MANY_ROWS),
    "row never": (lambda: repeated(rows=0), C.BROKEN_FILE),
    "row as often as a word": (lambda: repeated(rows="often"), C.BROKEN_FILE),
    "a hundred ODS sheets spread wide": (
        lambda: opendocument_of("".join(FILLED % (f"s{n}", 6_000, 60, FULL) for n in range(100))),
        C.UNPACKS_TOO_LARGE,
    ),
    "ODS that unpacks to 45 MB": (lambda: opendocument(rows=" " * 45_000_000), C.UNPACKS_TOO_LARGE),
    "billion laughs in ODS": (lambda: opendocument_of("", parts={"styles.xml": BILLION_LAUGHS}), C.XML_DOCTYPE),
    "ODS with a password": (
        lambda: opendocument_of("", parts={"META-INF/manifest.xml": b"<m:encryption-data xmlns:m='m'/>"}),
        C.ENCRYPTED,
    ),
    "ODS wholly encrypted": (
        lambda: changed(
            **{
                "xl__workbook_dot_xml": None,
                "META-INF__manifest_dot_xml": b"<m:encryption-data xmlns:m='m'/>",
                "encrypted-package": b"x",
            }
        ),
        C.ENCRYPTED,
    ),
    "text document with a table": (lambda: opendocument_of(FILLED % ("s", 1, 1, FULL), "text"), C.UNSUPPORTED_TYPE),
    "ODS sheet inside a sheet": (
        lambda: opendocument_of('<table:table table:name="a"><table:table table:name="b"/></table:table>'),
        C.BROKEN_FILE,
    ),
    "ODS cell not closed": (lambda: opendocument(rows="<table:table-cell>"), C.BROKEN_FILE),
    "nothing": (lambda: b"", C.FILE_EMPTY),
    **HOSTILE_OLD,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_for_what_it_is(name: str) -> None:
    make, code = HOSTILE[name]
    assert codes(make(), "daftar.xlsx") == {code}


HOSTILE_TEXTS: dict[str, tuple[bytes, FindingCode]] = {
    "quote that never ends": (b'"' + b"x" * 200_000, C.BROKEN_QUOTES),
    "nothing but line ends": (b"\n" * 5_000_000, C.FILE_EMPTY),
    "millions of blank rows": (b",\n" * 2_500_000, C.NO_HEADER),
    "one row of millions of cells": (b"," * 5_000_000, C.NO_HEADER),
    "zero bytes": (b"Nama;NIK\x00\x00\x00", C.UNREADABLE_TEXT),
    "every byte there is": (bytes(range(256)) * 20, C.UNREADABLE_TEXT),
}


@pytest.mark.parametrize("name", HOSTILE_TEXTS)
def test_a_hostile_text_file_is_refused_for_what_it_is(name: str) -> None:
    data, code = HOSTILE_TEXTS[name]
    assert codes(data) == {code}


def test_no_hostile_file_costs_more_than_two_seconds_or_256_mebibytes(tmp_path: Path) -> None:
    """All of them in one fresh process, away from the tracing of test coverage."""
    assert len(HOSTILE) + len(HOSTILE_TEXTS) >= 50
    for name, (make, _) in HOSTILE.items():
        (tmp_path / f"{name}.xlsx").write_bytes(make())
    for name, (data, _) in HOSTILE_TEXTS.items():
        (tmp_path / f"{name}.csv").write_bytes(data)
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from tests.mobile_passport.intake.lists import codes, workbook\n"
        "assert codes(workbook(), 'a.xlsx') == set()\n"
        "for path in sorted(Path(sys.argv[1]).iterdir()):\n"
        "    began = time.process_time()\n"
        "    assert codes(path.read_bytes(), path.name), path\n"
        "    assert time.process_time() - began < 2.0, path\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    assert int(run_python(program, str(tmp_path))) < 256 * 1024


@pytest.mark.parametrize("number", [b"NaN", b"1E400", b"-1E400", b"inf"])
@pytest.mark.parametrize("column", [b"L", b"O", b"P", b"R", b"T"])
def test_a_number_that_is_none_is_refused_in_every_kind_of_column(number: bytes, column: bytes) -> None:
    """Deadline, NIK, birth date, phone and needs of the first person."""
    original = workbook({Column.DEADLINE: "05-02-2027", Column.NEEDS: "Hamil"})
    with zipfile.ZipFile(io.BytesIO(original)) as source:
        content = source.read(SHEET)
    content, count = re.subn(b'(<c r="%s2") t="s"><v>[0-9]+' % column, rb"\1><v>" + number, content)
    assert count == 1
    assert codes(changed(original, xl__worksheets__sheet1_dot_xml=content), "a.xlsx") == {C.EXCEL_ERROR}


def test_a_plain_hyperlink_is_no_active_content() -> None:
    link = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="http://x/hyperlink" Target="mailto:a@example.org" TargetMode="External"/>'
        b"</Relationships>"
    )
    assert codes(changed(xl__worksheets___rels__sheet1_dot_xml_dot_rels=link), "a.xlsx") == set()
