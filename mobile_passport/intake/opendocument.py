"""ODS, the workbook of LibreOffice, into grids: ODF 1.3 part 3, clauses 9.1 and 19."""

from typing import Any
from xml.parsers import expat

from mobile_passport.intake.archive import OPENDOCUMENT_CONTENT, OPENDOCUMENT_MANIFEST, CheckedArchive
from mobile_passport.intake.findings import FindingCode, refuse
from mobile_passport.intake.grid import Broken, Grid
from mobile_passport.intake.rules import FileLimits
from mobile_passport.intake.sheets import Position, SheetFacts, check_extent, read_sheets

_KIND = b"application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    b'<manifest:file-entry manifest:full-path="/" manifest:media-type="%s"/></manifest:manifest>' % _KIND
)
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
_USUAL_DAY_ZERO = "1899-12-30"


def read_opendocument(archive: CheckedArchive, limits: FileLimits) -> list[Grid]:
    """Read the sheets of an ODS; nothing but its table content reaches the reader.

    Raises
    ------
    RefusedFile
        I103, I104, I106, I113 or I205.
    """
    content = archive.parts[OPENDOCUMENT_CONTENT]
    scan = _Scan(limits)
    parser = expat.ParserCreate("utf-8")  # names as written, for the reader goes by them
    parser.StartElementHandler, parser.EndElementHandler = scan.on_start, scan.on_end
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise refuse(FindingCode.BROKEN_FILE) from error
    if not scan.is_spreadsheet:
        raise refuse(FindingCode.UNSUPPORTED_TYPE)
    bare = {"mimetype": _KIND, OPENDOCUMENT_MANIFEST: _MANIFEST, OPENDOCUMENT_CONTENT: content}
    book = CheckedArchive(parts=bare).repacked()
    return read_sheets(book, scan.sheets, limits, counts_from_1904=scan.day_zero != _USUAL_DAY_ZERO)


class _Scan:
    """Finds how far each sheet is filled, repetitions counted, and its formulas and error cells."""

    def __init__(self, limits: FileLimits) -> None:
        self.sheets: list[tuple[str, SheetFacts | None]] = []
        self.is_spreadsheet = False
        self.day_zero = _USUAL_DAY_ZERO
        self._limits = limits
        self._column = 0
        self._rows = self._columns = 1
        self._is_filled = False
        self._distrust: Broken | None = None
        self._begin_sheet()

    def on_start(self, tag: str, attributes: Any) -> None:
        """Take a start tag."""
        if tag == "office:spreadsheet":
            self.is_spreadsheet = True
        elif tag == "table:null-date":
            self.day_zero = attributes.get("table:date-value", _USUAL_DAY_ZERO)
        elif tag == "table:table":
            self._begin_sheet()
            self._name = attributes.get("table:name", "")
        elif tag == "table:table-row":
            self._column = 0
            self._rows = _repeated(attributes, "table:number-rows-repeated")
        elif tag in _CELLS:
            self._columns = _repeated(attributes, "table:number-columns-repeated")
            self._is_filled = "office:value-type" in attributes
            self._distrust = _distrusted(attributes)
        elif tag == "text:p":
            self._is_filled = True

    def on_end(self, tag: str) -> None:
        """Take an end tag."""
        if tag in _CELLS:
            self._end_cell()
        elif tag == "table:table-row":
            self._row += self._rows
        elif tag == "table:table":
            facts = SheetFacts(broken=self._broken, height=self._height, width=self._width)
            self.sheets.append((self._name, facts))

    def _begin_sheet(self) -> None:
        self._name = ""
        self._broken: dict[Position, Broken] = {}
        self._height = self._width = 0
        self._row = 0

    def _end_cell(self) -> None:
        below, beside = self._row + self._rows, self._column + self._columns
        if self._is_filled or self._distrust:
            self._height, self._width = max(self._height, below), max(self._width, beside)
            check_extent(self._height, self._width, self._limits)
        if self._distrust:
            at = ((row, column) for row in range(self._row, below) for column in range(self._column, beside))
            self._broken.update(dict.fromkeys(at, self._distrust))
        self._column = beside


def _repeated(attributes: Any, name: str) -> int:
    times = int(attributes.get(name, "1"))
    if times < 1:
        raise refuse(FindingCode.BROKEN_FILE)
    return times


def _distrusted(attributes: Any) -> Broken | None:
    if "table:formula" in attributes:
        return Broken.FORMULA
    return Broken.EXCEL_ERROR if attributes.get("calcext:value-type") == "error" else None
