"""What can be wrong with a file: one catalogue of codes, sentences and actions, Indonesian, for clerks."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mobile_passport.domain.sentence import Sentence


class Severity(StrEnum):
    """Whether a finding refuses the file."""

    ERROR = "error"
    WARNING = "warning"


class FindingCode(StrEnum):
    """Stable codes, never reused: I1 file, I2 table, I3 cell, I4 request, I5 worth a look."""

    FILE_TOO_LARGE = "I101"
    FILE_EMPTY = "I102"
    UNSUPPORTED_TYPE = "I103"
    BROKEN_FILE = "I104"
    ENCRYPTED = "I105"
    UNPACKS_TOO_LARGE = "I106"
    TOO_MANY_MEMBERS = "I107"
    ACTIVE_CONTENT = "I108"
    XML_DOCTYPE = "I109"
    UNREADABLE_TEXT = "I110"
    BROKEN_QUOTES = "I111"
    GUESSED_ENCODING = "I112"
    TOO_WIDE = "I113"
    TOO_HARD_TO_READ = "I114"
    WEB_PAGE = "I115"
    NO_HEADER = "I201"
    MISSING_COLUMN = "I202"
    DUPLICATE_COLUMN = "I203"
    UNKNOWN_COLUMN = "I204"
    TOO_MANY_ROWS = "I205"
    NO_PEOPLE = "I206"
    SEVERAL_TABLES = "I207"
    IGNORED_SHEET = "I208"
    NOT_A_PERSON_ROW = "I209"
    RECEIVED_DATE_IGNORED = "I210"
    FOOT_NOT_READ = "I211"
    REMARKS_NOT_READ = "I212"
    EMPTY = "I301"
    FORMULA = "I302"
    DAMAGED_NUMBER = "I303"
    NIK_NOT_16_DIGITS = "I304"
    NIK_DATE_IMPOSSIBLE = "I305"
    NIK_SERIAL_ZERO = "I306"
    NIK_DUPLICATE = "I307"
    NIK_ALL_ROUNDED = "I308"
    NIK_HAS_LETTER = "I309"
    DATE_UNREADABLE = "I311"
    DATE_CENTURY = "I312"
    BIRTH_DATE_IN_FUTURE = "I313"
    BIRTH_DATE_TOO_EARLY = "I314"
    PHONE_NOT_A_NUMBER = "I321"
    PHONE_FOREIGN = "I322"
    PHONE_LANDLINE = "I323"
    PHONE_INVALID = "I324"
    UNKNOWN_WORD = "I331"
    NAME_UNLIKELY = "I341"
    TEXT_TOO_LONG = "I342"
    UNREADABLE_CHARACTER = "I343"
    EXCEL_ERROR = "I344"
    TURNED_INTO_DATE = "I345"
    NO_REFERENCE = "I401"
    CONFLICT = "I402"
    DATE_PAST = "I403"
    DATE_TOO_FAR = "I404"
    RANGE_UNUSABLE = "I405"
    RECEIVED_IN_FUTURE = "I406"
    WISHES_UNREADABLE = "I407"
    NIK_OTHER_BIRTH_DATE = "I501"
    NIK_OTHER_SEX = "I502"
    NIK_OTHER_REGION = "I503"
    ROUTED_TO_OFFICE = "I504"
    BEDRIDDEN_IN_COLLECTIVE = "I505"
    CHILD_UNLIKELY = "I506"
    PERSON_LANDLINE = "I507"
    CARER_WITHOUT_PARTY = "I508"


@dataclass(frozen=True, slots=True)
class _Entry:
    problem: str
    action: str
    severity: Severity = Severity.ERROR


_WARNING = Severity.WARNING
_FILL_COLUMN = "Tambahkan kolom itu; contoh ada pada berkas templat."
_AS_TEXT = "Ubah format kolom menjadi Teks, lalu ketik ulang nomornya dari KTP; jangan salin dari sel ini."

_CATALOGUE: dict[FindingCode, _Entry] = {
    FindingCode.FILE_TOO_LARGE: _Entry(
        "Berkas lebih besar dari {limit} MiB.",
        "Hapus gambar dan lembar yang tidak perlu, atau bagi menjadi beberapa berkas.",
    ),
    FindingCode.FILE_EMPTY: _Entry("Berkas kosong.", "Periksa berkas yang dipilih, lalu unggah lagi."),
    FindingCode.UNSUPPORTED_TYPE: _Entry(
        "Jenis berkas ini tidak dapat dibaca.",
        "Simpan sebagai .xlsx (Buku Kerja Excel), .xls (Excel 97–2003), .ods, atau .csv, lalu unggah lagi.",
    ),
    FindingCode.BROKEN_FILE: _Entry(
        "Berkas rusak: isinya tidak dapat dibuka.", "Buka di Excel, simpan ulang sebagai .xlsx, lalu unggah lagi."
    ),
    FindingCode.ENCRYPTED: _Entry("Berkas dikunci dengan kata sandi.", "Simpan tanpa kata sandi, lalu unggah lagi."),
    FindingCode.UNPACKS_TOO_LARGE: _Entry(
        "Isi berkas setelah dibuka terlalu besar.",
        "Salin hanya tabelnya ke berkas baru yang kosong, lalu unggah berkas baru itu.",
    ),
    FindingCode.TOO_MANY_MEMBERS: _Entry(
        "Berkas berisi lebih dari {limit} bagian.",
        "Salin hanya tabelnya ke berkas baru yang kosong, lalu unggah berkas baru itu.",
    ),
    FindingCode.ACTIVE_CONTENT: _Entry(
        "Berkas berisi makro, objek sisipan, atau tautan ke berkas lain.",
        "Simpan sebagai .xlsx tanpa makro dan tanpa tautan, lalu unggah lagi.",
    ),
    FindingCode.XML_DOCTYPE: _Entry(
        "Berkas berisi perintah yang tidak lazim dan ditolak demi keamanan.",
        "Salin hanya tabelnya ke berkas baru yang kosong, lalu unggah berkas baru itu.",
    ),
    FindingCode.UNREADABLE_TEXT: _Entry(
        "Huruf dalam berkas tidak dapat dibaca.", "Di Excel pilih Simpan Sebagai: CSV UTF-8, lalu unggah lagi."
    ),
    FindingCode.BROKEN_QUOTES: _Entry(
        "Tanda kutip dalam berkas CSV tidak berpasangan.",
        "Buka di Excel, simpan ulang sebagai .xlsx, lalu unggah lagi.",
    ),
    FindingCode.GUESSED_ENCODING: _Entry(
        "Berkas dibaca sebagai Windows-1252, bukan UTF-8.",
        "Periksa huruf khusus dalam nama; bila salah, simpan sebagai CSV UTF-8.",
        _WARNING,
    ),
    FindingCode.TOO_WIDE: _Entry(
        "Tabel memakai lebih dari {limit} kolom.", "Hapus kolom yang tidak perlu di sebelah kanan tabel."
    ),
    FindingCode.TOO_HARD_TO_READ: _Entry(
        "Membaca berkas ini memakan waktu atau memori terlalu banyak.",
        "Salin hanya tabelnya ke berkas baru yang kosong, lalu unggah berkas baru itu.",
    ),
    FindingCode.WEB_PAGE: _Entry(
        "Berkas ini bukan Excel, melainkan halaman web (HTML atau XML) yang diberi nama seperti Excel.",
        "Dari aplikasi asalnya, ekspor sebagai .xlsx atau .csv. Membukanya di Excel lalu menyimpan ulang dapat "
        "mengubah digit terakhir NIK.",
    ),
    FindingCode.NO_HEADER: _Entry(
        "Baris judul kolom tidak ditemukan.",
        "Pakai berkas templat, atau beri judul kolom: Nama, NIK, Tanggal Lahir, Jenis Kelamin, Jenis Paspor.",
    ),
    FindingCode.MISSING_COLUMN: _Entry("Kolom “{label}” tidak ada.", _FILL_COLUMN),
    FindingCode.DUPLICATE_COLUMN: _Entry("Ada dua kolom untuk “{label}”.", "Hapus salah satu, atau ganti judulnya."),
    FindingCode.UNKNOWN_COLUMN: _Entry(
        "Kolom “{label}” tidak dikenal dan tidak dibaca.",
        "Tidak perlu diubah bila memang tidak diperlukan; bila perlu, pakai judul kolom dari templat.",
        _WARNING,
    ),
    FindingCode.TOO_MANY_ROWS: _Entry(
        "Berkas berisi lebih dari {limit} baris.",
        "Bagi menjadi beberapa berkas, satu surat permohonan tetap dalam satu berkas.",
    ),
    FindingCode.NO_PEOPLE: _Entry(
        "Tidak ada satu pun pemohon di bawah judul kolom.", "Isi daftar pemohon, lalu unggah lagi."
    ),
    FindingCode.SEVERAL_TABLES: _Entry(
        "Daftar pemohon ada di lebih dari satu lembar: {sheets}.",
        "Gabungkan ke dalam satu lembar, atau unggah satu per satu.",
    ),
    FindingCode.IGNORED_SHEET: _Entry(
        "Lembar “{sheet}” tidak berisi daftar pemohon dan tidak dibaca.",
        "Tidak perlu diubah bila memang tidak diperlukan.",
        _WARNING,
    ),
    FindingCode.NOT_A_PERSON_ROW: _Entry(
        "Baris ini bukan data pemohon yang lengkap.",
        "Hapus baris ini (jumlah, tanda tangan), atau lengkapi NIK, tanggal lahir, jenis kelamin, dan jenis paspor.",
    ),
    FindingCode.RECEIVED_DATE_IGNORED: _Entry(
        "Kolom tanggal diterima tidak dibaca; yang dicatat adalah tanggal surat masuk di kantor.",
        "Tidak perlu diubah.",
        _WARNING,
    ),
    FindingCode.FOOT_NOT_READ: _Entry(
        "Baris {rows} di bawah daftar tidak dibaca: bukan data pemohon.",
        "Bila ada pemohon di situ, tambahkan ke daftar.",
        _WARNING,
    ),
    FindingCode.REMARKS_NOT_READ: _Entry(
        "Kolom “{label}” hanya dibaca bila berisi kebutuhan khusus; isi yang lain tidak dibaca.",
        "Bila ada kebutuhan khusus di situ, isi {needs} orangnya: {choices}.",
        _WARNING,
    ),
    FindingCode.EMPTY: _Entry("Belum diisi.", "Isi sel ini."),
    FindingCode.FORMULA: _Entry(
        "Sel berisi rumus atau diawali tanda =, +, -, @.", "Ganti dengan isinya saja: salin, lalu Tempel Khusus: Nilai."
    ),
    FindingCode.DAMAGED_NUMBER: _Entry(
        "Nomor tersimpan sebagai angka, bukan teks; digit terakhirnya mungkin sudah berubah.", _AS_TEXT
    ),
    FindingCode.NIK_NOT_16_DIGITS: _Entry(
        "NIK harus 16 angka; sel ini berisi {length} karakter.", "Ketik ulang 16 angka NIK dari KTP."
    ),
    FindingCode.NIK_HAS_LETTER: _Entry(
        "Karakter ke-{position} dalam NIK ini “{character}”, bukan angka.", "Ketik ulang 16 angka NIK dari KTP."
    ),
    FindingCode.NIK_DATE_IMPOSSIBLE: _Entry(
        "Angka ke-7 sampai ke-12 NIK bukan tanggal yang ada.",
        "Cocokkan NIK dengan KTP; biasanya ada dua angka tertukar.",
    ),
    FindingCode.NIK_SERIAL_ZERO: _Entry(
        "NIK berakhir 0000: nomor urut seperti itu tidak ada, biasanya karena dirusak Excel.", _AS_TEXT
    ),
    FindingCode.NIK_DUPLICATE: _Entry(
        "NIK ini sudah ada di baris {other_row}.", "Hapus salah satu baris, atau perbaiki NIK yang salah."
    ),
    FindingCode.NIK_ALL_ROUNDED: _Entry(
        "Semua {count} NIK berakhir dengan 0: tanda bahwa Excel telah mengubah digit terakhirnya.", _AS_TEXT
    ),
    FindingCode.DATE_UNREADABLE: _Entry(
        "Bukan tanggal yang dapat dibaca.", "Tulis tanggal-bulan-tahun, misalnya 05-03-1958 atau 5 Maret 1958."
    ),
    FindingCode.DATE_CENTURY: _Entry(
        "Tahun ini dapat berarti {early} atau {late}.",
        "Tulis tahun dengan empat angka sebagai teks, misalnya 5 Maret {early}.",
    ),
    FindingCode.BIRTH_DATE_IN_FUTURE: _Entry(
        "Tanggal lahir berada di masa depan.", "Periksa tahunnya; Excel sering membaca 32 sebagai 2032, bukan 1932."
    ),
    FindingCode.BIRTH_DATE_TOO_EARLY: _Entry(
        "Menurut tanggal lahir ini usianya lebih dari {limit} tahun.", "Periksa tahun lahir pada KTP."
    ),
    FindingCode.PHONE_NOT_A_NUMBER: _Entry(
        "Bukan nomor telepon.", "Isi satu nomor HP saja, misalnya 0812…; kosongkan bila pemohon tidak punya HP."
    ),
    FindingCode.PHONE_FOREIGN: _Entry(
        "Nomor luar negeri tidak dapat dipakai.", "Isi nomor HP Indonesia (08… atau +62 8…)."
    ),
    FindingCode.PHONE_LANDLINE: _Entry(
        "Nomor telepon rumah atau kantor tidak dapat menerima SMS.", "Isi nomor HP penanggung jawab (08…)."
    ),
    FindingCode.PHONE_INVALID: _Entry(
        "Nomor HP tidak mungkin: panjang atau awalannya salah.",
        "Periksa nomornya; isi satu nomor, 10 sampai 13 angka, diawali 08.",
    ),
    FindingCode.UNKNOWN_WORD: _Entry("Isian tidak dikenal.", "Isi salah satu: {choices}."),
    FindingCode.NAME_UNLIKELY: _Entry(
        "Nama berisi angka atau tanda yang tidak lazim.", "Tulis nama seperti pada KTP, huruf saja."
    ),
    FindingCode.TEXT_TOO_LONG: _Entry("Isian lebih panjang dari {limit} huruf.", "Persingkat isian ini."),
    FindingCode.UNREADABLE_CHARACTER: _Entry("Ada huruf yang rusak atau tidak terlihat.", "Ketik ulang isian ini."),
    FindingCode.EXCEL_ERROR: _Entry("Sel berisi pesan galat Excel.", "Isi sel ini dengan nilai yang benar."),
    FindingCode.TURNED_INTO_DATE: _Entry(
        "Excel telah mengubah isian ini menjadi tanggal.", "Ubah format sel menjadi Teks, lalu ketik ulang isian ini."
    ),
    FindingCode.NO_REFERENCE: _Entry(
        "Baris pertama belum menyebut nomor surat permohonan.", "Isi Nomor Surat pada baris pertama setiap permohonan."
    ),
    FindingCode.CONFLICT: _Entry(
        "Isian ini berbeda dari baris {other_row}, padahal nomor suratnya sama.",
        "Samakan isian untuk satu surat; bila memang dua surat, bedakan nomor suratnya.",
    ),
    FindingCode.DATE_PAST: _Entry("Tanggal ini sebelum surat diterima.", "Periksa bulan dan tahunnya."),
    FindingCode.DATE_TOO_FAR: _Entry("Tanggal ini lebih dari {limit} tahun lagi.", "Periksa tahunnya."),
    FindingCode.RANGE_UNUSABLE: _Entry(
        "Rentang tanggal terbalik atau lebih dari {limit} hari.",
        "Tulis tanggal awal s.d. tanggal akhir, atau sebut beberapa tanggal.",
    ),
    FindingCode.RECEIVED_IN_FUTURE: _Entry("Tanggal diterima belum tiba.", "Periksa bulan dan tahunnya."),
    FindingCode.WISHES_UNREADABLE: _Entry(
        "Bukan tanggal yang dapat dibaca.",
        "Tulis tanggalnya, misalnya 12-01-2027; 14-01-2027 atau 12 s.d. 14 Januari 2027.",
    ),
    FindingCode.NIK_OTHER_BIRTH_DATE: _Entry(
        "Tanggal lahir dalam NIK berbeda dari kolom tanggal lahir.",
        "Cocokkan dengan KTP. Bila KTP memang begitu (data pernah diperbaiki), biarkan.",
        _WARNING,
    ),
    FindingCode.NIK_OTHER_SEX: _Entry(
        "Jenis kelamin menurut NIK berbeda dari kolom jenis kelamin.", "Cocokkan dengan KTP.", _WARNING
    ),
    FindingCode.NIK_OTHER_REGION: _Entry(
        "NIK terdaftar pertama kali di luar wilayah kerja kantor.",
        "Tidak perlu diubah: NIK tetap walaupun orangnya pindah. Pastikan alamat KTP sekarang.",
        _WARNING,
    ),
    FindingCode.ROUTED_TO_OFFICE: _Entry("{sentence}", "{action}", _WARNING),
    FindingCode.BEDRIDDEN_IN_COLLECTIVE: _Entry(
        "Pemohon terbaring tidak dapat datang ke lokasi bersama.",
        "Ajukan kunjungan rumah dengan surat tersendiri, atau pastikan pemohon dapat diantar.",
        _WARNING,
    ),
    FindingCode.CHILD_UNLIKELY: _Entry(
        "Menurut tanggal lahir pemohon masih anak-anak, padahal keperluannya {category}.",
        "Periksa tahun lahir: mungkin {early}, bukan {late}.",
        _WARNING,
    ),
    FindingCode.PERSON_LANDLINE: _Entry(
        "Nomor telepon rumah tidak dapat menerima SMS dan tidak dicatat.",
        "Isi nomor HP bila ada; jika tidak, kabar disampaikan lewat penanggung jawab.",
        _WARNING,
    ),
    FindingCode.CARER_WITHOUT_PARTY: _Entry(
        "Pendamping belum dihubungkan dengan orang yang didampingi.",
        "Isi kolom Keluarga dengan tanda yang sama pada pendamping dan orang yang didampingi.",
        _WARNING,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong or worth a look.

    Attributes
    ----------
    row
        Row as the spreadsheet numbers it, from 1; ``None`` when the whole file is meant.
    column
        Header as written in the file, or the layout's own when the column is missing.
    cell
        Address such as ``C7``; ``None`` when no single cell is meant.
    shown
        The value, masked where personal; empty when there is none to show.
    problem, action
        What is wrong and what to do, Indonesian; other languages fill in the form anew.
    """

    code: FindingCode
    severity: Severity
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    shown: str = ""
    problem: Sentence
    action: Sentence

    def __str__(self) -> str:
        """Say it in one line, Indonesian."""
        place = f"Baris {self.row}: " if self.row else ""
        column = f"{self.column}: " if self.column else ""
        shown = f" ({self.shown})" if self.shown else ""
        return f"{self.code} {place}{column}{self.problem}{shown} {self.action}"


class RefusedFile(Exception):
    """A file is not taken over; ``findings`` says everything that is wrong with it, warnings included."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(", ".join(sorted({f.code for f in findings if f.severity is Severity.ERROR})))
        self.findings = findings


def finding(
    code: FindingCode,
    *,
    row: int | None = None,
    column: str | None = None,
    cell: str | None = None,
    shown: str = "",
    details: Mapping[str, object] | None = None,
) -> Finding:
    """Fill in the catalogue's sentences.

    Parameters
    ----------
    details
        What the sentences of this code mention; never a personal value in clear.
    """
    entry = _CATALOGUE[code]
    return Finding(
        code=code,
        severity=entry.severity,
        row=row,
        column=column,
        cell=cell,
        shown=shown,
        problem=Sentence(entry.problem, details),
        action=Sentence(entry.action, details),
    )


def refuse(code: FindingCode, **details: object) -> RefusedFile:
    """Make the refusal of a whole file for one reason, for the caller to raise."""
    return RefusedFile((finding(code, details=details),))


def catalogue() -> tuple[str, ...]:
    """Return the forms of every sentence, for whoever translates them."""
    return tuple(form for entry in _CATALOGUE.values() for form in (entry.problem, entry.action))
