"""The workbook that people fill in: one letter, its list of people, and instructions."""

import io

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from mobile_passport.domain.request import RequestForm
from mobile_passport.intake.columns import LAYOUT, PERSON_COLUMNS, REQUEST_COLUMNS, Column
from mobile_passport.intake.render import CREATED_AT, inert, person_cells, request_cells
from mobile_passport.intake.table import EXAMPLE_MARK
from mobile_passport.intake.words import ASKER_WORDS, CASE_WORDS, CATEGORY_WORDS, NO, SEX_WORDS, VISIT_WORDS, YES

_TITLE = "PERMOHONAN LAYANAN PASPOR KELILING"
_FIRST_STATED_ROW = 2
_HEADER_ROW = _FIRST_STATED_ROW + len(REQUEST_COLUMNS) + 1
_CHOICES: dict[Column, list[str]] = {
    Column.ASKER_KIND: [words[0] for words in ASKER_WORDS.values()],
    Column.CATEGORY: [words[0] for words in CATEGORY_WORDS.values()],
    Column.VISIT_KIND: [words[0] for words in VISIT_WORDS.values()],
    Column.SEX: [words[0] for words in SEX_WORDS.values()],
    Column.PASSPORT_CASE: [words[0] for words in CASE_WORDS.values()],
    Column.CARER: [YES, NO],
}
_WIDTHS = {Column.NAME: 30, Column.NIK: 20, Column.NEEDS: 24, Column.NUMBER: 24}
_EXAMPLE = {
    Column.NUMBER: EXAMPLE_MARK.capitalize(),
    Column.NAME: "Siti Contoh Aminah",
    Column.NIK: "3505074503589901",
    Column.BIRTH_DATE: "05-03-1958",
    Column.SEX: "P",
    Column.PHONE: "086000000001",
    Column.PASSPORT_CASE: "Baru",
    Column.NEEDS: "Kursi Roda",
    Column.PARTY: "A",
    Column.CARER: "",
}
_HINTS: dict[Column, str] = {
    Column.REFERENCE: "Nomor surat permohonan Anda. Bila daftar diperbaiki, pakai nomor yang sama.",
    Column.RECEIVED: "Tanggal surat masuk di kantor imigrasi.",
    Column.ASKER_KIND: "Pilih dari daftar.",
    Column.ASKER_NAME: "Nama lembaga; untuk keluarga, nama kepala keluarga.",
    Column.CONTACT_NAME: "Orang yang dihubungi kantor imigrasi.",
    Column.CONTACT_PHONE: "Nomor HP, bukan telepon kantor. Kabar jadwal dikirim ke sini.",
    Column.CATEGORY: "Pilih dari daftar.",
    Column.VISIT_KIND: "Bersama: semua datang ke satu lokasi. Ke Rumah: petugas datang ke tempat tidur pemohon.",
    Column.PLACE: "Desa atau kelurahan, kecamatan, dan kabupaten atau kota.",
    Column.OWN_VENUE: "Gedung yang Anda sediakan; kosongkan bila belum ada.",
    Column.WISHED: "Boleh kosong. Contoh: 12-01-2027; 14-01-2027 atau 12 s.d. 14 Januari 2027.",
    Column.DEADLINE: "Paspor diperlukan sebelum tanggal ini. Boleh kosong.",
    Column.NUMBER: "Nomor urut; tidak wajib. Baris bertanda Contoh tidak dibaca.",
    Column.NAME: "Seperti pada KTP.",
    Column.NIK: "16 angka. Kolom ini berformat Teks: jangan diubah menjadi Angka.",
    Column.BIRTH_DATE: "Tanggal-bulan-tahun dengan tahun empat angka.",
    Column.SEX: "L atau P.",
    Column.PHONE: "Nomor HP pemohon atau keluarganya; kosongkan bila tidak ada. Boleh sama untuk beberapa orang.",
    Column.PASSPORT_CASE: "Baru, Ganti (habis berlaku atau penuh), Hilang, Rusak, atau Ubah Data.",
    Column.NEEDS: (
        "Boleh lebih dari satu, dipisah koma: Kursi Roda, Terbaring, Alat Bantu Jalan, Gangguan Penglihatan, "
        "Gangguan Pendengaran, Perlu Dibantu Menjawab, Hamil. Jangan tulis nama penyakit."
    ),
    Column.PARTY: "Tanda yang sama bagi orang yang harus dilayani bersama, misalnya A bagi suami, istri, pendamping.",
    Column.CARER: "Ya bila orang ini mendampingi orang lain dengan tanda keluarga yang sama.",
}


def template_workbook(
    request: RequestForm | None = None, *, spare_rows: int = 300, for_register: bool = False
) -> bytes:
    """Write the workbook to fill in, empty or with one request filled in.

    Parameters
    ----------
    spare_rows
        Rows prepared for people beyond those of ``request``.
    for_register
        With the day on which the office received the letter, which only the office itself may state.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": _TITLE, "created": CREATED_AT})
        bold = workbook.add_format({"bold": True, "bg_color": "#DDE7F0", "text_wrap": True, "border": 1})
        as_text = workbook.add_format({"num_format": "@", "border": 1})
        grey = workbook.add_format({"num_format": "@", "font_color": "#777777", "italic": True, "border": 1})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        sheet = workbook.add_worksheet("Permohonan")
        stated = tuple(column for column in REQUEST_COLUMNS if for_register or column is not Column.RECEIVED)
        _write_letter(sheet, request, stated, bold=bold, as_text=as_text)
        _write_list(sheet, request, spare_rows, bold=bold, as_text=as_text, grey=grey)
        _write_instructions(workbook.add_worksheet("Petunjuk"), (*stated, *PERSON_COLUMNS), bold=bold, wrapped=wrapped)
    return buffer.getvalue()


def _write_letter(
    sheet: Worksheet, request: RequestForm | None, stated: tuple[Column, ...], *, bold: Format, as_text: Format
) -> None:
    about = request_cells(request) if request else {}
    sheet.write_string(0, 0, _TITLE, bold)
    for row, column in enumerate(stated, start=_FIRST_STATED_ROW):
        sheet.write_string(row, 0, LAYOUT[column].label, bold)
        _write_text(sheet, row, 1, about.get(column, ""), as_text)
        if column in _CHOICES:
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": _CHOICES[column]})


def _write_list(
    sheet: Worksheet, request: RequestForm | None, spare_rows: int, *, bold: Format, as_text: Format, grey: Format
) -> None:
    people = request.people if request else ()
    first = _HEADER_ROW + 2
    last = first + len(people) + spare_rows - 1
    for index, column in enumerate(PERSON_COLUMNS):
        sheet.set_column(index, index, _WIDTHS.get(column, 16))
        sheet.write_string(_HEADER_ROW, index, LAYOUT[column].label, bold)
        _write_text(sheet, _HEADER_ROW + 1, index, _EXAMPLE[column], grey)
        if column in _CHOICES:
            sheet.data_validation(first, index, last, index, {"validate": "list", "source": _CHOICES[column]})
    for row in range(first, last + 1):
        at = row - first
        filled = person_cells(people[at]) | {Column.NUMBER: str(at + 1)} if at < len(people) else {}
        for index, column in enumerate(PERSON_COLUMNS):
            _write_text(sheet, row, index, filled.get(column, ""), as_text)
    sheet.freeze_panes(_HEADER_ROW + 1, 0)


def _write_instructions(sheet: Worksheet, columns: tuple[Column, ...], *, bold: Format, wrapped: Format) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 2, 90)
    for index, title in enumerate(("Isian", "Wajib", "Cara mengisi")):
        sheet.write_string(0, index, title, bold)
    for row, column in enumerate(columns, start=1):
        sheet.write_string(row, 0, LAYOUT[column].label, wrapped)
        sheet.write_string(row, 1, YES if LAYOUT[column].is_required else NO, wrapped)
        sheet.write_string(row, 2, _HINTS[column], wrapped)


def _write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    if text:
        sheet.write_string(row, column, inert(text), style)
    else:
        sheet.write_blank(row, column, None, style)
