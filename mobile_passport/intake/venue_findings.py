"""What can be wrong with a register of venues: codes, sentences and actions, Indonesian, for clerks."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class VenueFindingCode(StrEnum):
    """Stable codes, never reused: V1 file, V2 columns, V3 a venue."""

    UNREADABLE = "V101"
    TOO_LARGE = "V102"
    MISSING_COLUMN = "V201"
    UNKNOWN_COLUMN = "V202"
    NO_VENUES = "V203"
    EMPTY = "V301"
    TEXT_TOO_LONG = "V302"
    UNKNOWN_WORD = "V303"
    DUPLICATE_CODE = "V304"
    DUPLICATE_NAME = "V305"
    UNKNOWN_VILLAGE = "V306"
    NOT_A_NUMBER = "V307"
    FAR_FROM_VILLAGE = "V308"
    NO_CAPACITY = "V309"
    DATE_UNREADABLE = "V310"
    SURVEY_WITHOUT_DATE = "V311"
    DATE_IN_FUTURE = "V312"
    WRONG_CELL_COUNT = "V313"


_TEXTS = {
    VenueFindingCode.UNREADABLE: ("Berkas tidak dapat dibaca.", "Simpan sebagai CSV UTF-8, lalu coba lagi."),
    VenueFindingCode.TOO_LARGE: ("Berkas terlalu besar untuk daftar tempat.", "Bagi menjadi beberapa berkas."),
    VenueFindingCode.MISSING_COLUMN: ("Kolom “{value}” tidak ada.", "Tambahkan kolom itu."),
    VenueFindingCode.UNKNOWN_COLUMN: ("Kolom “{value}” tidak dikenal.", "Hapus kolom itu atau perbaiki namanya."),
    VenueFindingCode.NO_VENUES: ("Daftar tidak berisi tempat.", "Isi paling sedikit satu baris."),
    VenueFindingCode.EMPTY: ("Sel kosong.", "Isi sel itu."),
    VenueFindingCode.TEXT_TOO_LONG: ("Teks lebih panjang dari {value} huruf.", "Singkat teks itu."),
    VenueFindingCode.UNKNOWN_WORD: ("“{value}” tidak dikenal.", "Pilih salah satu: {choices}."),
    VenueFindingCode.DUPLICATE_CODE: ("Kode “{value}” dipakai dua kali.", "Beri setiap tempat kode sendiri."),
    VenueFindingCode.DUPLICATE_NAME: (
        "Tempat “{value}” sudah ada di desa yang sama.",
        "Hapus salah satu baris, atau bedakan namanya.",
    ),
    VenueFindingCode.UNKNOWN_VILLAGE: (
        "Kode desa “{value}” tidak ada di wilayah kerja.",
        "Tulis kode Kemendagri sepuluh angka.",
    ),
    VenueFindingCode.NOT_A_NUMBER: ("“{value}” bukan angka.", "Tulis angka saja, misalnya -8.0672 atau 60."),
    VenueFindingCode.FAR_FROM_VILLAGE: (
        "Titik itu {value} km dari desanya.",
        "Periksa lintang, bujur dan kode desa; jangan-jangan tertukar.",
    ),
    VenueFindingCode.NO_CAPACITY: (
        "Daya tampung “{value}” tidak mungkin.",
        "Tulis berapa orang dapat dilayani sehari, 1 sampai {most}.",
    ),
    VenueFindingCode.DATE_UNREADABLE: ("Tanggal “{value}” tidak dapat dibaca.", "Tulis seperti 2026-11-24."),
    VenueFindingCode.SURVEY_WITHOUT_DATE: (
        "Status dan tanggal survei tidak cocok.",
        "Isi tanggal untuk tempat yang sudah disurvei, kosongkan untuk yang belum.",
    ),
    VenueFindingCode.DATE_IN_FUTURE: ("Tanggal survei “{value}” belum tiba.", "Isi setelah survei selesai."),
    VenueFindingCode.WRONG_CELL_COUNT: (
        "Baris ini tidak berisi {value} sel.",
        "Periksa koma dan tanda kutip pada baris itu.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueFinding:
    """One thing that refuses the file; ``row`` counts as the spreadsheet does, ``None`` for the whole file."""

    code: VenueFindingCode
    row: int | None
    column: str | None
    problem: str
    action: str

    def __str__(self) -> str:
        """Say it in one line."""
        place = f"Baris {self.row}: " if self.row else ""
        column = f"{self.column}: " if self.column else ""
        return f"{self.code} {place}{column}{self.problem} {self.action}"


class RefusedRegister(Exception):
    """A register that cannot be taken in, with everything that is wrong with it; nothing was changed."""

    def __init__(self, findings: tuple[VenueFinding, ...]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


def venue_finding(
    code: VenueFindingCode,
    *,
    row: int | None = None,
    column: str | None = None,
    values: Mapping[str, object] | None = None,
) -> VenueFinding:
    """Make a finding; ``values`` fill the sentence."""
    problem, action = _TEXTS[code]
    filled = dict(values or {})
    return VenueFinding(
        code=code, row=row, column=column, problem=problem.format(**filled), action=action.format(**filled)
    )
