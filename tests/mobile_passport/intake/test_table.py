"""Lists as offices keep them: merged headers, columns of their own, remarks and signatures."""

import pytest

from mobile_passport.domain.person import Need
from mobile_passport.intake.cells import read_needs
from mobile_passport.intake.columns import Column
from mobile_passport.intake.draft import NEEDED_COLUMNS
from mobile_passport.intake.findings import Finding, RefusedFile
from mobile_passport.intake.grid import Cell, Grid
from mobile_passport.intake.table import Table, read_table
from tests.mobile_passport.intake.lists import RULES, listing, parse

type Rows = tuple[tuple[Cell, ...], ...]

HEADER = ("No", "Nama", "NIK", "Tgl Lahir", "L/P")
SITI = (1.0, "Siti", "3505074503589901", "05-03-1958", "P")
BUDI = (2.0, "Budi", "3505070503589902", "05-03-1958", "L")


def read(*rows: tuple[Cell, ...]) -> tuple[Table, tuple[Finding, ...]]:
    return read_table(Grid(sheet=None, rows=rows), RULES.files, required=NEEDED_COLUMNS)


def people(table: Table) -> list[int]:
    return [row.row for row in table.rows]


@pytest.mark.parametrize(
    "label",
    ["Ket. Khusus", "KETERANGAN KHUSUS", "Kebutuhan", "Kebutuhan Khusus *", "Kondisi", "Keterangan", "Ket.", "Catatan"],
)
def test_needs_are_read_under_the_headings_that_offices_use(label: str) -> None:
    table, found = read((*HEADER, label), (*SITI, "kursi roda"), BUDI)
    at = table.rows[0].cells[Column.NEEDS]
    assert (read_needs(at.cell), at.address, found) == (frozenset({Need.WHEELCHAIR}), "F2", ())


def test_a_word_that_is_no_need_is_asked_about_in_a_column_for_needs_and_told_in_one_for_remarks() -> None:
    table, found = read((*HEADER, "Ket. Khusus"), (*SITI, "stroke"))
    assert (table.rows[0].cells[Column.NEEDS].cell, found) == ("stroke", ())
    table, found = read((*HEADER, "Keterangan"), (*SITI, "stroke"), (*BUDI, "kursi roda"))
    assert [Column.NEEDS in row.cells for row in table.rows] == [False, True]
    assert [(one.code, one.shown) for one in found] == [("I212", "“stroke”")]


def test_a_column_that_is_not_read_is_named_with_what_stands_there() -> None:
    _, found = read(
        (*HEADER, "Kebutuhan Khusus", "Ket", "No. Porsi"),
        (*SITI, None, "stroke", "3500900000"),
        (*BUDI, None, "stroke", 3500900001.0),
        ("", "Mengetahui", None, None, None, None, "Kepala KUA"),
    )
    assert [(one.code, one.column, one.cell, one.shown) for one in found] == [
        ("I204", "Ket", "G1", "“stroke”"),
        ("I204", "No. Porsi", "H1", "“*******000”, “*******001”"),
        ("I211", None, None, "“Mengetahui”, “Kepala KUA”"),
    ]
    assert "“Ket”" in found[0].problem


def test_a_need_in_a_column_that_is_not_read_is_shown_before_anything_else() -> None:
    rows = [(*SITI, None, f"Jalan {n}") for n in "ABCDEFGH"]
    _, found = read((*HEADER, "Kebutuhan Khusus", "Lain"), *rows, (*BUDI, None, "Kursi roda"))
    assert found[0].shown == "“Kursi roda”, “Jalan A”, “Jalan B”, “Jalan C”, “Jalan D”, “Jalan E” …"


def test_what_is_not_read_is_shown_to_somebody_at_a_desk_only() -> None:
    data = listing(without=[Column.NEEDS], also=["Ket."]).rstrip() + b",stroke\r\n"
    assert [(one.code, one.shown) for one in parse(data).warnings] == [("I212", "")]


@pytest.mark.parametrize(
    ("rows", "indexes"),
    [
        pytest.param(
            (("NO", "NAMA", "IDENTITAS", None, None, "KONTAK"), (None, None, "NIK", "TGL LAHIR", "JK", "HP")),
            {"number": 0, "name": 1, "nik": 2, "birth_date": 3, "sex": 4, "phone": 5},
            id="names above, the rest below",
        ),
        pytest.param(
            (("No", "Identitas", None, None, "L/P"), (None, "Nama", "NIK", "Tgl Lahir", None)),
            {"number": 0, "name": 1, "nik": 2, "birth_date": 3, "sex": 4},
            id="names below, the rest above",
        ),
        pytest.param(
            (("Nama", "Nomor", None, "Tanggal", None), (None, "KTP", "HP", "Lahir", "Daftar")),
            {"name": 0, "nik": 1, "phone": 2, "birth_date": 3},
            id="two halves of a name",
        ),
    ],
)
def test_two_rows_of_merged_headings_are_one_header(rows: Rows, indexes: dict[str, int]) -> None:
    person: list[Cell] = [None] * 6
    person[indexes["name"]], person[indexes["nik"]] = "Siti", "3505074503589901"
    table, _ = read(("DAFTAR JEMAAH",), *rows, tuple(person))
    assert table.indexes == indexes
    assert people(table) == [4]


@pytest.mark.parametrize(
    "above",
    [
        ("DAFTAR NOMINATIF",),
        ("Lokasi", "Kanigoro"),
        (None, None, None, None, None, "Lokasi", "Kanigoro"),
        (None, None, None, None, None, "No HP:", "belum ada"),
    ],
)
def test_what_stands_above_a_header_is_no_half_of_it(above: tuple[Cell, ...]) -> None:
    table, _ = read(above, HEADER, SITI)
    assert table.indexes == {"number": 0, "name": 1, "nik": 2, "birth_date": 3, "sex": 4}
    assert people(table) == [3]


def test_a_first_person_who_gives_little_is_no_half_of_a_header() -> None:
    table, _ = read(("Nama", "NIK", "Tgl Lahir", "L/P", None), ("Siti", None, None, "P", "HP"), SITI)
    assert people(table) == [2, 3]


def test_a_heading_that_is_missing_comes_before_those_that_are_not_read() -> None:
    with pytest.raises(RefusedFile) as refused:
        read(("No", "Nama", "Alamat", "Tgl Lahir", "L/P"), (1.0, "Siti", "Kanigoro", "05-03-1958", "P"))
    assert [(one.code, one.column) for one in refused.value.findings] == [("I202", "NIK"), ("I204", "Alamat")]


@pytest.mark.parametrize(
    "foot",
    [
        pytest.param(((None, "Jumlah: 2"),), id="a total"),
        pytest.param(
            (
                (),
                (None, None, None, "Blitar, 20 November 2026"),
                (None, None, None, "Kepala KUA"),
                (),
                (None, None, "Ali"),
            ),
            id="signature at the right",
        ),
        pytest.param(
            (
                (None, "Blitar, 20 November 2026"),
                (None, "Mengetahui,"),
                (None, "Ali"),
                (None, "NIP. 196503121990031002"),
            ),
            id="signature below the names",
        ),
        pytest.param(((None, None, "NIP 19650312 199003 1 002"),), id="the number of an official below the NIKs"),
    ],
)
def test_signatures_are_no_people_and_are_told(foot: Rows) -> None:
    table, found = read(HEADER, SITI, BUDI, *foot)
    assert people(table) == [2, 3]
    assert [one.code for one in found] == ["I211"]
    texts = {str(cell) for row in foot for cell in row if cell}
    assert all(text.split()[0] in found[0].shown for text in texts)


@pytest.mark.parametrize(
    "last",
    [
        pytest.param((None, "Ali"), id="a name alone"),
        pytest.param((None, "Ali", None, "Blitar, 5 Maret 1958"), id="a name and a birth date"),
    ],
)
def test_a_name_right_below_the_list_stays_in_it(last: tuple[Cell, ...]) -> None:
    table, found = read(HEADER, SITI, last)
    assert (people(table), found) == ([2, 3], ())


@pytest.mark.parametrize(
    "last",
    [
        pytest.param((3.0, None), id="a running number alone"),
        pytest.param((None, None, "350507450358990"), id="a NIK with a digit lost"),
        pytest.param((None, "Ketua Ali", None, "05-03-1958", "L"), id="a name that begins as a foot does"),
    ],
)
def test_nothing_above_somebody_is_a_foot(last: tuple[Cell, ...]) -> None:
    table, found = read(HEADER, SITI, (None, "Jumlah"), last)
    assert (people(table), found) == ([2, 3, 4], ())


def test_many_rows_that_say_little_are_a_list_to_be_filled_in_and_no_foot() -> None:
    table, found = read(HEADER, SITI, *[(None, None, None, None, "L")] * 30)
    assert (len(table.rows), found) == (31, ())
