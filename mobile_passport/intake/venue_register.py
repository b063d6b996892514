"""Read a register of venues from CSV: every problem at once, or all venues."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from datetime import date

from mobile_passport.domain.venue import SurveyState, Venue, VenueKind, same_name
from mobile_passport.geo.distance import haversine_m, radians_of
from mobile_passport.geo.gazetteer import Gazetteer, UnknownPlaceCode
from mobile_passport.intake.venue_findings import (
    RefusedRegister,
    VenueFinding,
    VenueFindingCode,
    venue_finding,
)
from optimizer.problem import LatLon

COLUMNS = (
    "kode",
    "nama",
    "jenis",
    "kode_desa",
    "lintang",
    "bujur",
    "kapasitas_per_hari",
    "tanpa_tangga",
    "listrik",
    "internet",
    "survei",
    "tanggal_survei",
    "sumber",
)
KINDS = {
    "kemenag": VenueKind.KEMENAG,
    "kua": VenueKind.KUA,
    "balai desa": VenueKind.VILLAGE_HALL,
    "masjid": VenueKind.MOSQUE,
    "sekolah": VenueKind.SCHOOL,
    "lain": VenueKind.OTHER,
}
SURVEYS = {"belum": SurveyState.NOT_SURVEYED, "sudah": SurveyState.SURVEYED, "tidak layak": SurveyState.UNFIT}
_YES_NO = {"ya": True, "tidak": False}
_LONGEST = {"kode": 32, "nama": 200, "sumber": 300}
_MOST_A_DAY = 5_000
_MOST_BYTES = 4 * 1024 * 1024
_FARTHEST_M = 15_000.0
"""A village's point is the centroid of its area: up to a few km from its hall, never this far."""


def parse_register(data: bytes, gazetteer: Gazetteer, *, today: date) -> tuple[Venue, ...]:
    """Read a register.

    Parameters
    ----------
    data
        CSV, UTF-8, comma or semicolon, header `COLUMNS` in any order.
    today
        A survey may not lie after it.

    Raises
    ------
    RefusedRegister
        With every finding.
    """
    rows = _rows(data)
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    findings = [
        venue_finding(VenueFindingCode.MISSING_COLUMN, row=1, values={"value": name})
        for name in COLUMNS
        if name not in header
    ]
    findings += [
        venue_finding(VenueFindingCode.UNKNOWN_COLUMN, row=1, values={"value": name[:60]})
        for name in header
        if name not in COLUMNS or header.count(name) > 1
    ]
    if findings:
        raise RefusedRegister(tuple(findings))
    venues: list[Venue] = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            code = VenueFindingCode.WRONG_CELL_COUNT
            findings.append(venue_finding(code, row=number, values={"value": len(header)}))
            continue
        row = _Row(number, {name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=True)})
        venue = row.read(gazetteer, today)
        if venue:
            row.refuse_repeats(venue, venues)
            venues.append(venue)
        findings += row.findings
    if not venues and not findings:
        findings = [venue_finding(VenueFindingCode.NO_VENUES)]
    if findings:
        raise RefusedRegister(tuple(findings))
    return tuple(venues)


def check_venue(venue: Venue, others: Sequence[Venue], gazetteer: Gazetteer, *, today: date) -> None:
    """Judge one venue by the rules of a register.

    Parameters
    ----------
    others
        Venues that are registered already, this one not among them.

    Raises
    ------
    RefusedRegister
        With every finding.
    """
    row = _Row(1, _cells(venue))
    if row.read(gazetteer, today):
        row.refuse_repeats(venue, others)
    if row.findings:
        raise RefusedRegister(tuple(row.findings))


def _cells(venue: Venue) -> dict[str, str]:
    values = (
        venue.code,
        venue.name,
        _word(KINDS, venue.kind),
        venue.village_code,
        repr(venue.position.lat),
        repr(venue.position.lon),
        str(venue.capacity_a_day),
        _word(_YES_NO, venue.step_free),
        _word(_YES_NO, venue.power),
        _word(_YES_NO, venue.internet),
        _word(SURVEYS, venue.survey_state),
        venue.surveyed_date.isoformat() if venue.surveyed_date else "",
        venue.source,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _word[T](words: Mapping[str, T], meaning: T) -> str:
    return next(word for word, means in words.items() if means == meaning)


def _rows(data: bytes) -> list[list[str]]:
    if len(data) > _MOST_BYTES:
        raise RefusedRegister((venue_finding(VenueFindingCode.TOO_LARGE),))
    try:
        text = data.decode("utf-8-sig")
        first_line = text.partition("\n")[0]
        delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise RefusedRegister((venue_finding(VenueFindingCode.UNREADABLE),)) from error


class _Row:
    """One row being read: values as far as they can be, findings for the rest."""

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        self.number = number
        self.cells = cells
        self.findings: list[VenueFinding] = []

    def read(self, gazetteer: Gazetteer, today: date) -> Venue | None:
        """Return the venue, ``None`` when anything is wrong with it."""
        code, name, source = (self._text(column) for column in ("kode", "nama", "sumber"))
        kind = self._word("jenis", KINDS)
        village_code, position = self._position(gazetteer)
        capacity = self._capacity()
        step_free, power, internet = (self._word(column, _YES_NO) for column in ("tanpa_tangga", "listrik", "internet"))
        state = self._word("survei", SURVEYS)
        surveyed_date = self._date(today)
        if state and (state is SurveyState.NOT_SURVEYED) != (self.cells["tanggal_survei"] == ""):
            self._find(VenueFindingCode.SURVEY_WITHOUT_DATE, "tanggal_survei")
        if self.findings or not (kind and position and state):
            return None
        return Venue(
            code=code,
            name=name,
            kind=kind,
            village_code=village_code,
            position=position,
            capacity_a_day=capacity,
            step_free=bool(step_free),
            power=bool(power),
            internet=bool(internet),
            survey_state=state,
            surveyed_date=surveyed_date,
            source=source,
        )

    def refuse_repeats(self, venue: Venue, earlier: Sequence[Venue]) -> None:
        """Find a code, or a name in the same village, that an earlier row has."""
        if any(other.code == venue.code for other in earlier):
            self._find(VenueFindingCode.DUPLICATE_CODE, "kode", value=venue.code)
        elif any(o.village_code == venue.village_code and same_name(o.name, venue.name) for o in earlier):
            self._find(VenueFindingCode.DUPLICATE_NAME, "nama", value=venue.name)

    def _find(self, code: VenueFindingCode, column: str, **values: object) -> None:
        self.findings.append(venue_finding(code, row=self.number, column=column, values=values))

    def _text(self, column: str) -> str:
        text = self.cells[column]
        if not text:
            self._find(VenueFindingCode.EMPTY, column)
        elif len(text) > _LONGEST[column]:
            self._find(VenueFindingCode.TEXT_TOO_LONG, column, value=_LONGEST[column])
        return text

    def _word[T](self, column: str, words: Mapping[str, T]) -> T | None:
        word = self.cells[column].casefold()
        if word not in words:
            self._find(VenueFindingCode.UNKNOWN_WORD, column, value=word[:60], choices=", ".join(words))
        return words.get(word)

    def _number(self, column: str) -> float | None:
        try:
            number = float(self.cells[column])
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self._find(VenueFindingCode.NOT_A_NUMBER, column, value=self.cells[column][:60])
            return None
        return number

    def _position(self, gazetteer: Gazetteer) -> tuple[str, LatLon | None]:
        village_code = self.cells["kode_desa"].replace(".", "")
        lat, lon = self._number("lintang"), self._number("bujur")
        try:
            village = gazetteer.village(village_code)
        except UnknownPlaceCode:
            self._find(VenueFindingCode.UNKNOWN_VILLAGE, "kode_desa", value=village_code[:60])
            return village_code, None
        if lat is None or lon is None:
            return village_code, None
        position = LatLon(lat=lat, lon=lon)
        away_m = float(haversine_m(radians_of([position]), radians_of([village.position]))[0, 0])
        if not away_m <= _FARTHEST_M:
            self._find(VenueFindingCode.FAR_FROM_VILLAGE, "lintang", value=f"{away_m / 1000:.0f}")
        return village_code, position

    def _capacity(self) -> int:
        text = self.cells["kapasitas_per_hari"]
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST_A_DAY):
            self._find(VenueFindingCode.NO_CAPACITY, "kapasitas_per_hari", value=text[:60], most=_MOST_A_DAY)
            return 0
        return int(text)

    def _date(self, today: date) -> date | None:
        text = self.cells["tanggal_survei"]
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self._find(VenueFindingCode.DATE_UNREADABLE, "tanggal_survei", value=text[:60])
            return None
        if day > today:
            self._find(VenueFindingCode.DATE_IN_FUTURE, "tanggal_survei", value=text)
        return day
