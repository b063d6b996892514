"""A coordinator makes a request: from a spreadsheet or by typing, step by step, until it is handed in.

Every form is kept under the coordinator's account and answered with the address of a page. So the browser's way back, a
second window, a session that ends and a machine that dies lose nothing.
"""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, Response
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse

from api.form import Sent
from api.group_days import (
    DAY_TROUBLE,
    book_days,
    chosen_days,
    hold_days,
    holds_what_others_wait_for,
    let_go,
    shares_of,
)
from api.group_draft import FileNote, GroupDraft, typed, with_blank_rows
from api.group_places import with_building
from api.group_steps import BLANK_ROWS, days_page, is_list_ready, judged, list_page, place_page, summary_page
from api.group_whereabouts import place_of, pointed_out, whereabouts
from api.group_work import PREFIX, At, OnDraft, Work, Workplace, begin, is_repeated, keep, keep_on, on_to
from api.screens import screen
from mobile_passport.domain.refusal import Refusal
from mobile_passport.domain.request import VisitKind
from mobile_passport.geo.geocoder import GeocoderUnavailable
from mobile_passport.intake.columns import Column
from mobile_passport.intake.draft import SeveralLetters
from mobile_passport.intake.findings import Finding, RefusedFile, Severity
from mobile_passport.intake.template import template_workbook
from mobile_passport.services.requests.draft_request import hand_in_form, open_list
from mobile_passport.services.requests.import_requests import AlreadyBooked, AlreadyImported
from mobile_passport.services.requests.point_out import OutsideRegency, PinOutside
from mobile_passport.services.requests.work_on_draft import drop_draft, finish_draft

_SEE_OTHER = 303
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TROUBLE: Mapping[str, str] = {
    **DAY_TROUBLE,
    "pin_outside": "Pin berada di laut atau di luar wilayah kerja kantor. Letakkan pin di daratan dekat desanya.",
    "outside_regency": "Tempat ini di luar kabupaten atau kota Anda. Pilih tempat lain, atau hubungi kantor imigrasi.",
    "no_place": "Pilih tempatnya pada daftar atau peta, atau biarkan kantor yang mencari.",
    "no_day": "Pilih sedikitnya satu hari, atau lanjut tanpa memesan hari.",
    "already_imported": "Surat dengan nomor ini sudah pernah diserahkan dengan isi lain. Pakai nomor surat yang lain.",
    "already_booked": "Ada orang dalam daftar ini yang masih punya permohonan lain. Keluarkan dari daftar, atau tarik "
    "yang lama.",
    "geocoder": "Pencari tempat tidak menjawab. Tunggu sebentar, lalu serahkan lagi; tidak ada yang hilang.",
}
"""What went wrong, by the word that an address says it with."""

router = APIRouter(prefix=PREFIX, include_in_schema=False)


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
        return _start(at, letters=str(several))
    notes = tuple(map(FileNote.of, about_file))
    found = {"about_file": notes, "file_name": file.filename}
    return begin(at, GroupDraft.of(draft).model_copy(update=found), "daftar")


@router.post("/ketik")
def type_list(at: At) -> Response:
    """Show an empty list to type in."""
    return begin(at, GroupDraft(), "daftar", tampilan="tabel", baru="1")


@router.get("/{draft}/daftar")
def show_list(work: OnDraft, tampilan: str = "", hal: int = 1, baru: bool = False) -> Response:
    """Show the list with what has to be mended."""
    return list_page(work, is_table=tampilan == "tabel" or baru, is_new=baru, page=hal)


@router.post("/{draft}/daftar")
def take_list(work: OnDraft, sent: Sent) -> Response:
    """Take corrections; go on when nothing is wrong any more."""
    draft = _typed(work, sent)
    kept = keep(work, draft, sent)
    if not draft.rows or sent.get("ke") == "tambah":
        return on_to(work, kept, "daftar", tampilan="tabel", baru="1")
    if page := sent.get("hal"):
        return on_to(work, kept, "daftar", tampilan="tabel", hal=str(page))
    if sent.get("ke") == "tabel":
        return on_to(work, kept, "daftar", tampilan="tabel")
    if is_list_ready(judged(work.at, draft).findings):
        return on_to(work, kept, "tempat")
    is_table = sent.get("tampilan") == "tabel"
    return on_to(work, kept, "daftar", **({"tampilan": "tabel"} if is_table else {}))


@router.get("/{draft}/tempat")
def show_place(work: OnDraft, soal: str = "") -> Response:
    """Ask where it is."""
    return place_page(work, whereabouts(work.at, work.draft), trouble=_TROUBLE.get(soal))


@router.post("/{draft}/tempat")
def take_place(work: OnDraft, sent: Sent) -> Response:
    """Take where it is: a text to look for, one of its meanings, or a pin."""
    draft, hall = with_building(work.at, work.draft, _typed(work, sent), sent)
    if sent.get("ke") == "daftar":
        return on_to(work, keep(work, draft, sent), "daftar")
    if sent.get("ke") == "cari" or work.draft.head.get(Column.PLACE) != draft.head.get(Column.PLACE):
        anew = draft.model_copy(update={"place": None})
        return on_to(work, keep(work, anew, sent), "tempat")
    try:
        draft = draft.model_copy(update={"place": hall or pointed_out(work.at, sent)})
    except (PinOutside, OutsideRegency) as refusal:
        return on_to(work, keep(work, draft, sent), "tempat", soal=refusal.code)
    kept = keep(work, draft, sent)
    if judged(work.at, draft).form is None or (draft.place is None and sent.get("ke") != "kantor"):
        return on_to(work, kept, "tempat", soal="no_place")
    return on_to(work, kept, "hari")


@router.get("/{draft}/hari")
def show_offers(work: OnDraft, soal: str = "") -> Response:
    """Offer days. Home visits are arranged one by one, so no day is booked for them."""
    form = judged(work.at, work.draft).form
    if form is None:
        return on_to(work, work, "daftar")
    if form.visit_kind is VisitKind.HOME:
        return on_to(work, work, "ringkasan")
    too_few = shares_of(work.at, work.draft, form).left_over if soal == "too_few" else 0
    return days_page(work, form, trouble=_TROUBLE.get(soal), too_few=too_few)


@router.post("/{draft}/hari")
def take_days(work: OnDraft, sent: Sent) -> Response:
    """Hold places on the chosen days; whoever finds none there will wait for the first full one."""
    chosen = chosen_days(sent.get("saja"), sent.getlist("hari"))
    draft = work.draft.model_copy(update={"chosen": chosen})
    form = judged(work.at, draft).form
    if form is None or sent.get("ke") == "tempat":
        return on_to(work, keep(work, draft, sent), "daftar" if form is None else "tempat")
    if is_repeated(work, sent, draft) and (draft.holds or draft.waiting):
        return on_to(work, work, "ringkasan")
    kept = keep(work, draft, sent)
    if sent.get("ke") != "tanpa" and holds_what_others_wait_for(work.at, draft, form):
        return on_to(work, kept, "ringkasan")
    free = keep_on(kept, let_go(work.at, draft))
    if sent.get("ke") == "tanpa":
        return on_to(work, free, "ringkasan")
    if not chosen:
        return on_to(work, free, "hari", soal="no_day")
    shares = shares_of(work.at, free.draft, form)
    if shares.left_over:
        return on_to(work, free, "hari", soal="too_few")
    try:
        held = hold_days(work.at, free.draft, form, shares)
    except Refusal as refusal:
        return on_to(work, free, "hari", soal=refusal.code if refusal.code in _TROUBLE else "day_closed")
    return on_to(work, keep_on(free, held), "ringkasan")


@router.get("/{draft}/ringkasan")
def show_summary(work: OnDraft, soal: str = "") -> Response:
    """Show everything before it is handed in."""
    form = judged(work.at, work.draft).form
    if form is None:
        return on_to(work, work, "daftar")
    return summary_page(work, form, trouble=_TROUBLE.get(soal))


@router.post("/{draft}/ringkasan")
def hand_in(work: OnDraft, sent: Sent) -> Response:
    """Hand the request in, and book what is held for it."""
    at, draft = work.at, work.draft
    form = judged(at, draft).form
    if form is None:
        return on_to(work, work, "daftar")
    if sent.get("ke") == "hari":
        return on_to(work, work, "tempat" if form.visit_kind is VisitKind.HOME else "hari")
    try:
        taken = hand_in_form(at.world, form, place_of(at, draft), caller=at.caller, now=at.now)
    except (AlreadyImported, AlreadyBooked) as refusal:
        return on_to(work, work, "ringkasan", soal=refusal.code)
    except GeocoderUnavailable:
        return on_to(work, work, "ringkasan", soal="geocoder")
    if not taken.references:
        drop_draft(at.world, work.id, caller=at.caller)
        return RedirectResponse("/kelompok?sudah=1", _SEE_OTHER)
    (reference,) = taken.references
    finish_draft(at.world, work.id, reference, caller=at.caller)
    is_booked = book_days(at, draft, form, reference)
    return RedirectResponse(
        f"/kelompok/{quote(reference)}?kabar={'diterima' if is_booked else 'tanpa-hari'}", _SEE_OTHER
    )


@router.post("/{draft}/buang")
def throw_away(work: OnDraft) -> Response:
    """Forget a draft, and give back what is held for it."""
    let_go(work.at, work.draft)
    drop_draft(work.at.world, work.id, caller=work.at.caller)
    return RedirectResponse("/kelompok", _SEE_OTHER)


def _start(
    at: Workplace, *, trouble: str | None = None, letters: str = "", findings: tuple[Finding, ...] = ()
) -> Response:
    status = 422 if trouble or letters or findings else 200
    return screen(
        at.request,
        at.world,
        at.caller,
        "groups/start.html",
        status_code=status,
        trouble=trouble,
        letters=letters,
        findings=sorted(findings, key=lambda one: one.severity is Severity.WARNING),
        limits=at.world.intake_rules.files,
        draft_days=at.world.intake_rules.drafts.draft_days,
    )


def _typed(work: Work, sent: FormData) -> GroupDraft:
    """Put what was typed into the draft; rows that were shown empty count when something stands in them."""
    fields = {name: value for name, value in sent.items() if isinstance(value, str)}
    removed = [value for value in sent.getlist("hapus") if isinstance(value, str)]
    with_room = with_blank_rows(work.draft.draft(), BLANK_ROWS)
    return work.draft.with_list(typed(with_room, fields, removed=removed))
