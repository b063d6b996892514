"""Who asks in the sample season: real villages and believable figures, invented askers.

Proportions follow what was reported of the outreach for the hajj of 2026: 927 passports, 593 of them for Kab.
Tulungagung, 283 for Kab. Blitar, 51 for Kota Blitar (jatimnow.com baca-80777, read 2026-11-24). Places are written as
askers write them: shortened, misspelt, and in two cases ambiguous.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files

from mobile_passport.domain.request import AskerKind, Category, VisitKind

_SKETCHES = "sketches_2027.csv"


class SheetName(StrEnum):
    """The files that the requests come in, by name."""

    KEMENAG_TULUNGAGUNG = "kemenag_tulungagung.xlsx"
    REGISTER = "agenda_surat_masuk.csv"
    KBIHU_TULUNGAGUNG = "kbihu_tulungagung.csv"
    KBIHU_BLITAR = "kbihu_blitar.csv"
    MIGRANT_WORKERS = "p3mi.csv"
    UMRAH = "biro_umrah.xlsx"
    HOME_VISITS = "kunjungan_rumah.xlsx"


class Ages(StrEnum):
    """How old the people of a request are."""

    PILGRIMS = "pilgrims"
    WORKERS = "workers"
    MIXED = "mixed"
    ELDERLY = "elderly"
    VERY_OLD = "very_old"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """One request before its people are invented.

    Attributes
    ----------
    place
        As the asker wrote it.
    kecamatan, village
        What is meant: six-digit code, and the village's official name.
    people
        How many.
    """

    sheet: SheetName
    reference: str
    received: date
    asker: AskerKind
    name: str
    category: Category
    visit: VisitKind
    place: str
    kecamatan: str
    village: str
    people: int
    ages: Ages
    venue: str | None
    wished: tuple[date, ...]
    deadline: date | None


def season_2027() -> tuple[Sketch, ...]:
    """Read the sketches: about 60 requests of about 1,200 people."""
    text = (files(__package__) / _SKETCHES).read_text(encoding="utf-8")
    return tuple(_sketch(row) for row in csv.DictReader(io.StringIO(text)))


def _sketch(row: dict[str, str]) -> Sketch:
    return Sketch(
        sheet=SheetName(row["sheet"]),
        reference=row["reference"],
        received=date.fromisoformat(row["received"]),
        asker=AskerKind(row["asker"]),
        name=row["name"],
        category=Category(row["category"]),
        visit=VisitKind(row["visit"]),
        place=row["place"],
        kecamatan=row["kecamatan"],
        village=row["village"],
        people=int(row["people"]),
        ages=Ages(row["ages"]),
        venue=row["venue"] or None,
        wished=tuple(date.fromisoformat(day) for day in row["wished"].split(";") if day),
        deadline=date.fromisoformat(row["deadline"]) if row["deadline"] else None,
    )
