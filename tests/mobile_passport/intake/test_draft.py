"""A list on its way: cells keep what the file said, and intake judges them as it judges the file."""

from datetime import date

import pytest

from mobile_passport.intake.columns import Column
from mobile_passport.intake.draft import SeveralLetters, draft_of, table_of_draft, written
from mobile_passport.intake.grid import Broken, Cell, Grid
from mobile_passport.intake.rules import FileLimits, IntakeRules
from mobile_passport.intake.table import read_table
from mobile_passport.rules.loading import load_rules

HEADER = ("Nama", "NIK", "Tanggal Lahir", "Jenis Kelamin")
NEEDED = frozenset({Column.NAME, Column.NIK})


@pytest.fixture(scope="module")
def limits() -> FileLimits:
    """Those of the office."""
    return load_rules(IntakeRules, "intake", office="blitar").files


def test_cells_keep_their_kind_and_rows_their_numbers(limits: FileLimits) -> None:
    rows: tuple[tuple[Cell, ...], ...] = (HEADER, ("Siti", 3.505e15, date(1960, 1, 1)), ("Budi", Broken.FORMULA, None))
    table, _ = read_table(Grid(sheet=None, rows=rows), limits, required=NEEDED)
    draft, found = draft_of(table)
    assert not found
    assert [row.number for row in draft.rows] == [2, 3]
    assert draft.rows[0].cells == {Column.NAME: "Siti", Column.NIK: 3.505e15, Column.BIRTH_DATE: date(1960, 1, 1)}
    assert table_of_draft(draft).rows[1].cells[Column.NIK].cell is Broken.FORMULA


def test_days_that_a_workbook_counts_in_two_ways_are_asked_anew(limits: FileLimits) -> None:
    grid = Grid(sheet=None, rows=(HEADER, ("Siti", "3505014101600001", 21_916.0)), counts_days_from_1904=True)
    draft, _ = draft_of(read_table(grid, limits, required=NEEDED)[0])
    assert draft.rows[0].cells[Column.BIRTH_DATE] is None


def test_what_a_letter_says_in_two_ways_is_told(limits: FileLimits) -> None:
    rows = (("Keperluan", *HEADER), ("Haji", "Siti", "1", ""), ("Umrah", "Budi", "2", ""))
    draft, found = draft_of(read_table(Grid(sheet=None, rows=rows), limits, required=NEEDED)[0])
    assert draft.head[Column.CATEGORY] == "Haji"
    assert [one.code for one in found] == ["I402"]


def test_a_file_of_several_letters_is_refused(limits: FileLimits) -> None:
    rows = (("Nomor Surat", *HEADER), ("B-1", "Siti", "1", ""), ("B-2", "Budi", "2", ""))
    with pytest.raises(SeveralLetters, match="2"):
        draft_of(read_table(Grid(sheet=None, rows=rows), limits, required=NEEDED)[0])


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        pytest.param(None, "", id="empty"),
        pytest.param("Siti", "Siti", id="text"),
        pytest.param(812.0, "812", id="whole number"),
        pytest.param(1.5, "1.5", id="number"),
        pytest.param(3.505e15, "", id="number that lost digits"),
        pytest.param(date(1960, 1, 2), "02-01-1960", id="day"),
        pytest.param(True, "Ya", id="yes"),
        pytest.param(Broken.EXCEL_ERROR, "", id="broken"),
    ],
)
def test_a_cell_is_written_as_somebody_would_type_it(cell: Cell, text: str) -> None:
    assert written(cell) == text
