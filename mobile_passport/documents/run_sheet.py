"""The run sheet: one team's day on paper, complete without a phone and without signal."""

from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from typing import Any

import segno

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.day_map import day_map
from mobile_passport.documents.directions import directions_url
from mobile_passport.documents.indonesian import (
    clock,
    clock_span,
    hours,
    kilometres,
    long_date,
    phone,
    rupiah,
    whole_number,
)
from mobile_passport.documents.marks import team_styles
from mobile_passport.documents.typesetting import make_pdf
from mobile_passport.documents.words import (
    LIGHTS,
    VISIT_KINDS,
    lines_on_map,
    need,
    passport_case,
    punctuality,
    waiver,
)
from mobile_passport.domain.plan_view import RunSheet, SheetPerson, SheetStop, StopView
from mobile_passport.domain.request import VisitKind

_TO_TICK = {
    VisitKind.COLLECTIVE: ("Hadir", "Selesai", "Tidak datang", "Belum lengkap"),
    VisitKind.HOME: ("Ditemui", "Selesai", "Tidak ada di rumah", "Belum lengkap"),
}
"""What becomes of a person; to a home nobody comes: the team does."""


def run_sheet_pdf(sheet: RunSheet, basemap: Basemap) -> bytes:
    """Typeset a run sheet.

    Returns
    -------
    bytes
        PDF/UA-1, A4, in Indonesian; equal sheets give equal bytes. Holds names, so every page says that it is secret.
    """
    return make_pdf((files(__package__) / "run_sheet.typ").read_bytes(), sheet_data(sheet, basemap))


def sheet_data(sheet: RunSheet, basemap: Basemap) -> dict[str, Any]:
    """Return what the template prints, every value as text."""
    route = sheet.route
    about = "±" if route.travel_is_estimate else ""
    return {
        "title": f"Lembar tugas {route.team_label}, {long_date(sheet.date)}",
        "office": sheet.office_name,
        "office_phone": sheet.office_phone,
        "depot": sheet.depot_label,
        "team": route.team_label,
        "date": long_date(sheet.date),
        "version": str(sheet.plan_version),
        "leaves": clock(route.leaves_at),
        "back": clock(route.back_at),
        "people": whole_number(sum(len(stop.people) for stop in sheet.stops)),
        "way": f"{about}{kilometres(route.distance_m)}, {about}{hours(route.travel_s)}",
        "notes": " ".join(_notes(sheet)),
        "map": day_map([route], sheet.depot, basemap, team_styles([route.team])),
        "map_description": f"Rute {route.team_label} dari {sheet.depot_label} ke "
        + ", ".join(item.stop.place for item in sheet.stops),
        "qr": _qr(directions_url(sheet.depot, [item.stop.position for item in sheet.stops])),
        "fees": [{"label": label, "amount": rupiah(amount)} for label, amount in sheet.fees],
        "stops": [_stop(order, item) for order, item in enumerate(sheet.stops, start=1)],
    }


def _notes(sheet: RunSheet) -> Iterator[str]:
    if sheet.route.travel_is_estimate:
        yield "± berarti perkiraan."
    yield lines_on_map([sheet.route])
    yield "Titik pada peta adalah titik desa, bukan alamat."
    if any(stop.punctuality for stop in sheet.route.stops):
        yield "Ketepatan waktu adalah taksiran dari simulasi."


def _stop(order: int, item: SheetStop) -> dict[str, Any]:
    stop = item.stop
    return {
        "order": str(order),
        "visit": stop.visit,
        "place": stop.place,
        "kind": VISIT_KINDS[stop.kind],
        "arrival": clock(stop.arrival_at),
        "ends": clock(stop.ends_at),
        "slots": clock_span(stop.first_slot_at, stop.last_expected_at),
        "count": whole_number(len(item.people)),
        "waiver": waiver(stop.waiver) if stop.waiver else "",
        "proposal": "" if stop.is_surveyed else "usulan: tempat belum disurvei, belum ada yang diundang",
        "light": stop.punctuality.light.value if stop.punctuality else "",
        "punctuality": f"{LIGHTS[stop.punctuality.light]}: {punctuality(stop, stop.punctuality)}"
        if stop.punctuality
        else "",
        "requests": ", ".join(stop.requests),
        "addresses": list(item.addresses),
        "contacts": [{"name": name, "phone": phone(number)} for name, number in item.contacts],
        "ticks": list(_TO_TICK[stop.kind]),
        "people": [_person(number, person, stop) for number, person in enumerate(item.people, start=1)],
    }


def _person(number: int, person: SheetPerson, stop: StopView) -> dict[str, str]:
    turn_at = stop.arrival_at if stop.kind is VisitKind.HOME else person.slot_at
    return {
        "number": str(number),
        "slot": clock(turn_at),
        "name": person.name,
        "nik": f"…{person.nik_tail}",
        "age": str(person.age),
        "case": passport_case(person.passport_case),
        "needs": ", ".join(map(need, person.needs)),
        "party": person.party or "",
    }


def _qr(url: str) -> str:
    drawn = BytesIO()
    segno.make(url, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()
