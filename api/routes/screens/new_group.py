"""A coordinator makes a request: from a spreadsheet or by typing, step by step, until it is handed in."""

import logging
from collections.abc import Mapping
from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Response
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse

from api.form import Sent
from api.group_draft import FIELD, GroupDraft, PlaceIn, draft_from, typed, with_blank_rows
from api.group_steps import At, Workplace, days_page, is_list_ready, judged, list_page, place_page, summary_page
from api.screens import screen
from mobile_passport.domain.refusal import Refusal
from mobile_passport.domain.request import RequestForm, VisitKind
from mobile_passport.geo.geocoder import GeocoderUnavailable, UnfitForGeocoding
from mobile_passport.intake.columns import Column
from mobile_passport.intake.draft import SeveralLetters
from mobile_passport.intake.findings import Finding, RefusedFile
from mobile_passport.intake.template import template_workbook
from mobile_passport.persistence.requests.requests import PlaceFinding
from mobile_passport.services.booking.confirm_booking import confirm_booking
from mobile_passport.services.booking.hold_places import hold_places
from mobile_passport.services.booking.release_booking import release_booking
from mobile_passport.services.booking.show_days import show_days
from mobile_passport.services.booking.waiting_list import join_waiting_list
from mobile_passport.services.requests.draft_request import hand_in_form, open_list, people_to_visit, share_out
from mobile_passport.services.requests.import_requests import AlreadyBooked, AlreadyImported, locate
from mobile_passport.services.requests.point_out import OutsideRegency, PinOutside, point_out
from optimizer.problem import LatLon

_LOG = logging.getLogger(__name__)
_SEE_OTHER = 303
_BLANK_ROWS = 10
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

router = APIRouter(prefix="/kelompok/baru", include_in_schema=False)


@router.get("")
def start(at: At) -> Response:
    """Ask for the spreadsheet, or offer to type."""
    return _start(at)


@router.get("/templat.xlsx")
def template(at: At) -> Response:
    """Hand out the workbook to fill in."""
    headers = {"Content-Disposition": 'attachment; filename="daftar-pemohon.xlsx"'}
    return Response(template_workbook(), media_type=_XLSX, headers=headers)


@router.post("/berkas")
def take_file(at: At, sent: Sent) -> Response:
    """Read a spreadsheet and show what has to be mended."""
    file = sent.get("berkas")
    if not isinstance(file, UploadFile) or not file.filename:
        return _start(at, trouble="Pilih berkas dulu, lalu tekan “Baca berkas”.")
    try:
        draft, about_file = open_list(at.world, file.file.read(), file.filename)
    except RefusedFile as refused:
        return _start(at, findings=refused.findings)
    except SeveralLetters as several:
        return _start(at, trouble=f"Berkas ini berisi {several} surat. Bagi menjadi satu berkas untuk setiap surat.")
    return list_page(at, GroupDraft.of(draft), about_file=about_file)


@router.post("/ketik")
def type_list(at: At) -> Response:
    """Show an empty list to type in."""
    blank = with_blank_rows(GroupDraft().draft(), _BLANK_ROWS)
    return list_page(at, GroupDraft.of(blank), is_table=True, is_new=True)


@router.post("/daftar")
def take_list(at: At, sent: Sent) -> Response:
    """Take corrections; go on when nothing is wrong any more."""
    draft = _typed(sent)
    if not draft.rows:
        draft = draft.with_list(with_blank_rows(draft.draft(), _BLANK_ROWS))
        return list_page(at, draft, is_table=True, is_new=True)
    match sent.get("ke"):
        case "tabel":
            return list_page(at, draft, is_table=True)
        case "tambah":
            longer = draft.with_list(with_blank_rows(draft.draft(), _BLANK_ROWS))
            return list_page(at, longer, is_table=True, is_new=True)
        case _ if not is_list_ready(judged(at, draft).findings):
            return list_page(at, draft, is_table=sent.get("tampilan") == "tabel")
    return place_page(at, draft, _whereabouts(at, draft))


@router.post("/tempat")
def take_place(at: At, sent: Sent) -> Response:
    """Take where it is: a text to look for, one of its meanings, or a pin."""
    before = draft_from(_text(sent, FIELD))
    draft = _typed(sent)
    if sent.get("gedung") == "cari":
        draft = draft.model_copy(update={"head": draft.head | {Column.OWN_VENUE: None}})
    if sent.get("ke") == "daftar":
        return list_page(at, draft)
    if sent.get("ke") == "cari" or before.head.get(Column.PLACE) != draft.head.get(Column.PLACE):
        anew = draft.model_copy(update={"place": None})
        return place_page(at, anew, _whereabouts(at, anew))
    try:
        draft = draft.model_copy(update={"place": _pointed_out(at, sent)})
    except (PinOutside, OutsideRegency) as refusal:
        return place_page(at, draft, _whereabouts(at, draft), trouble=_WORDS[type(refusal)])
    form = judged(at, draft).form
    if form is None or (draft.place is None and sent.get("ke") != "kantor"):
        trouble = "Pilih tempatnya pada daftar atau peta, atau biarkan kantor yang mencari."
        return place_page(at, draft, _whereabouts(at, draft), trouble=trouble)
    return _after_place(at, draft, form)


@router.post("/hari")
def take_days(at: At, sent: Sent) -> Response:
    """Hold places on the chosen days; whoever finds none there will wait for the first full one."""
    draft = _typed(sent)
    form = judged(at, draft).form
    if form is None:
        return list_page(at, draft)
    if sent.get("ke") == "tempat":
        return place_page(at, draft, _whereabouts(at, draft))
    draft = _let_go(at, draft)
    if sent.get("ke") == "tanpa":
        return summary_page(at, draft, form)
    chosen = {day for value in sent.getlist("hari") if (day := _day(value))}
    if not chosen:
        return days_page(at, draft, form, trouble="Pilih sedikitnya satu hari, atau lanjut tanpa memesan hari.")
    days = show_days(at.world, min(chosen), max(chosen), now=at.now)
    shares = share_out(people_to_visit(at.world, form, now=at.now), [day for day in days if day.date in chosen])
    if shares.left_over:
        trouble = f"Hari yang dipilih masih kurang {shares.left_over} tempat. Pilih satu hari lagi."
        return days_page(at, draft, form, trouble=trouble)
    try:
        held = _hold(at, form, shares.held)
    except Refusal as refusal:
        return days_page(at, draft, form, trouble=_said(refusal))
    return summary_page(at, draft.model_copy(update={"holds": held, "waiting": dict(shares.waiting)}), form)


@router.post("/serahkan")
def hand_in(at: At, sent: Sent) -> Response:
    """Hand the request in, and book what is held for it."""
    draft = _typed(sent)
    form = judged(at, draft).form
    if form is None:
        return list_page(at, draft)
    if sent.get("ke") == "hari":
        return _after_place(at, draft, form)
    place = _place_of(at, draft)
    try:
        taken = hand_in_form(at.world, form, place, caller=at.caller, now=at.now)
    except AlreadyImported:
        trouble = "Surat dengan nomor ini sudah pernah diserahkan dengan isi lain. Pakai nomor surat yang lain."
        return summary_page(at, draft, form, trouble=trouble)
    except AlreadyBooked:
        trouble = (
            "Ada orang dalam daftar ini yang masih punya permohonan lain. Keluarkan dari daftar, atau tarik yang lama."
        )
        return summary_page(at, draft, form, trouble=trouble)
    except GeocoderUnavailable:
        trouble = "Pencari tempat tidak menjawab. Tunggu sebentar, lalu serahkan lagi; tidak ada yang hilang."
        return summary_page(at, draft, form, trouble=trouble)
    if not taken.references:
        return RedirectResponse("/kelompok?sudah=1", _SEE_OTHER)
    (reference,) = taken.references
    is_booked = _book(at, draft, form, reference)
    return RedirectResponse(
        f"/kelompok/{quote(reference)}?kabar={'diterima' if is_booked else 'tanpa-hari'}", _SEE_OTHER
    )


_WORDS: Mapping[type[Refusal], str] = {
    PinOutside: "Pin berada di laut atau di luar wilayah kerja kantor. Letakkan pin di daratan dekat desanya.",
    OutsideRegency: "Tempat ini di luar kabupaten atau kota Anda. Pilih tempat lain, atau hubungi kantor imigrasi.",
}
_SAID: Mapping[str, str] = {
    "day_full": "Hari ini baru saja penuh. Pilih hari lain, atau ikut daftar tunggu.",
    "day_closed": "Hari ini tidak dapat dipesan. Pilih hari lain.",
    "quota_reached": "Jatah tempat lembaga Anda sudah terpakai. Lepaskan pesanan lain, atau hubungi kantor imigrasi.",
    "booking_does_not_fit": "Hari ini sesudah batas waktu permohonan. Pilih hari yang lebih awal.",
    "busy": "Banyak orang memesan saat ini. Coba sekali lagi.",
}


def _said(refusal: Refusal) -> str:
    return _SAID.get(refusal.code, "Hari ini tidak dapat dipesan. Pilih hari lain.")


def _start(at: Workplace, *, trouble: str | None = None, findings: tuple[Finding, ...] = ()) -> Response:
    status = 422 if trouble or findings else 200
    return screen(
        at.request,
        at.world,
        at.caller,
        "groups/start.html",
        status_code=status,
        trouble=trouble,
        findings=findings,
        limits=at.world.intake_rules.files,
    )


def _typed(sent: FormData) -> GroupDraft:
    draft = draft_from(_text(sent, FIELD))
    fields = {name: value for name, value in sent.items() if isinstance(value, str)}
    removed = [value for value in sent.getlist("hapus") if isinstance(value, str)]
    return draft.with_list(typed(draft.draft(), fields, removed=removed))


def _text(sent: FormData, name: str) -> str:
    value = sent.get(name)
    return value if isinstance(value, str) else ""


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _whereabouts(at: Workplace, draft: GroupDraft) -> PlaceFinding | None:
    """Ask what the written place may mean; ``None`` when there is nothing to ask, or nobody to answer."""
    text = draft.head.get(Column.PLACE)
    if not isinstance(text, str) or not text:
        return None
    try:
        return locate(text, at.world)
    except (GeocoderUnavailable, UnfitForGeocoding) as error:
        _LOG.warning("no answer about a place", extra={"error": type(error).__name__})
        return None


def _pointed_out(at: Workplace, sent: FormData) -> PlaceIn | None:
    code, lat, lon = (_text(sent, name) for name in ("desa", "lat", "lon"))
    pin = _pin(lat, lon) if sent.get("pin_lat") != lat or sent.get("pin_lon") != lon else None
    if not code and pin is None:
        return None
    place = point_out(at.world, code, pin, caller=at.caller)
    return PlaceIn(village_code=place.village_code or code, lat=pin.lat if pin else None, lon=pin.lon if pin else None)


def _pin(lat: str, lon: str) -> LatLon | None:
    try:
        return LatLon(lat=float(lat.replace(",", ".")), lon=float(lon.replace(",", ".")))
    except ValueError:
        return None


def _place_of(at: Workplace, draft: GroupDraft) -> PlaceFinding | None:
    if draft.place is None:
        return None
    lat, lon = draft.place.lat, draft.place.lon
    pin = LatLon(lat=lat, lon=lon) if lat is not None and lon is not None else None
    return point_out(at.world, draft.place.village_code, pin, caller=at.caller)


def _after_place(at: Workplace, draft: GroupDraft, form: RequestForm) -> Response:
    """Home visits are arranged one by one, so no day is booked for them."""
    return summary_page(at, draft, form) if form.visit_kind is VisitKind.HOME else days_page(at, draft, form)


def _hold(at: Workplace, form: RequestForm, wanted: Mapping[date, int]) -> tuple[object, ...]:
    if not wanted:
        return ()
    held = hold_places(
        at.world, wanted, category=form.category, deadline_date=form.deadline_date, caller=at.caller, now=at.now
    )
    return tuple(one.id for one in held)


def _let_go(at: Workplace, draft: GroupDraft) -> GroupDraft:
    """Give back what was held for another choice."""
    for hold in draft.holds:
        try:
            release_booking(at.world, hold, caller=at.caller, now=at.now)
        except Refusal as refusal:  # it has ended by itself
            _LOG.info("a hold was over", extra={"code": refusal.code})
    return draft.model_copy(update={"holds": (), "waiting": {}})


def _book(at: Workplace, draft: GroupDraft, form: RequestForm, reference: str) -> bool:
    """Book what is held and wait for the rest; ``False`` when a day was lost meanwhile. The request itself stands."""
    try:
        if draft.holds:
            confirm_booking(at.world, draft.holds, reference, caller=at.caller, now=at.now)
        for day, places in draft.waiting.items():
            join_waiting_list(
                at.world,
                day,
                places,
                category=form.category,
                deadline_date=form.deadline_date,
                caller=at.caller,
                now=at.now,
            )
    except Refusal as refusal:
        _LOG.info("a day was lost before the request came", extra={"code": refusal.code, "reference": reference})
        return False
    return True
