"""The words of a list and what they mean: first the word we write, then the others that people use."""

import re
from enum import StrEnum

from mobile_passport.domain.person import Need, PassportCase, Sex
from mobile_passport.domain.request import AskerKind, Category, VisitKind

_NOT_WORD = re.compile(r"[\W_]+")

SEX_WORDS: dict[Sex, tuple[str, ...]] = {
    Sex.MALE: ("L", "laki laki", "laki", "lk", "pria", "m"),
    Sex.FEMALE: ("P", "perempuan", "pr", "wanita", "f"),
}
CASE_WORDS: dict[PassportCase, tuple[str, ...]] = {
    PassportCase.NEW: ("Baru", "paspor baru", "permohonan baru"),
    PassportCase.REPLACEMENT: (
        "Ganti",
        "penggantian",
        "perpanjangan",
        "perpanjang",
        "habis berlaku",
        "habis masa berlaku",
        "penuh",
        "ganti habis berlaku",
        "ganti penuh",
    ),
    PassportCase.LOST: ("Hilang", "ganti hilang", "penggantian hilang"),
    PassportCase.DAMAGED: ("Rusak", "ganti rusak", "penggantian rusak"),
    PassportCase.DATA_CHANGE: ("Ubah Data", "perubahan data", "ganti nama", "ralat data"),
}
ASKER_WORDS: dict[AskerKind, tuple[str, ...]] = {
    AskerKind.KEMENAG: ("Kemenag", "kemenhaj", "kementerian agama", "kementerian haji dan umrah", "kua"),
    AskerKind.KBIHU: ("KBIHU", "kbih"),
    AskerKind.P3MI: ("P3MI", "pt p3mi", "pjtki"),
    AskerKind.UMRAH_BUREAU: ("Biro Umrah", "ppiu", "travel umrah", "biro perjalanan", "travel"),
    AskerKind.VILLAGE: ("Desa", "kelurahan", "pemerintah desa", "pemdes"),
    AskerKind.FAMILY: ("Keluarga", "perorangan", "pribadi"),
}
CATEGORY_WORDS: dict[Category, tuple[str, ...]] = {
    Category.HAJJ: ("Haji", "ibadah haji", "haji reguler"),
    Category.ELDERLY_HOME: ("Lansia di Rumah", "lansia", "sakit", "lansia sakit", "sambang sakit"),
    Category.MIGRANT_WORKER: ("Pekerja Migran", "pmi", "cpmi", "tki", "tkw"),
    Category.UMRAH: ("Umrah", "umroh", "ibadah umrah"),
    Category.OTHER: ("Lainnya", "lain lain", "wisata", "umum"),
}
VISIT_WORDS: dict[VisitKind, tuple[str, ...]] = {
    VisitKind.COLLECTIVE: ("Bersama", "kolektif", "satu lokasi", "di lokasi"),
    VisitKind.HOME: ("Ke Rumah", "rumah", "kunjungan rumah", "rumah sakit", "di rumah"),
}
NEED_WORDS: dict[Need, tuple[str, ...]] = {
    Need.WHEELCHAIR: ("Kursi Roda", "memakai kursi roda", "pakai kursi roda", "menggunakan kursi roda"),
    Need.BEDRIDDEN: ("Terbaring", "tidak bisa bangun", "tirah baring", "berbaring"),
    Need.WALKING_AID: ("Alat Bantu Jalan", "tongkat", "kruk", "walker"),
    Need.VISUAL: ("Gangguan Penglihatan", "tunanetra", "tuna netra", "netra"),
    Need.HEARING: ("Gangguan Pendengaran", "tunarungu", "tuna rungu", "rungu"),
    Need.COGNITIVE: ("Perlu Dibantu Menjawab", "pikun"),
    Need.PREGNANT: ("Hamil", "sedang hamil"),
}
YES_WORDS = frozenset({"ya", "y", "v", "x", "1", "ada"})
NO_WORDS = frozenset({"tidak", "t", "n", "bukan", "0"})
NO_NEED_WORDS = NO_WORDS | {"tidak ada", "nihil", "sehat", "normal", "baik"}
YES, NO = "Ya", "Tidak"


def normalise_word(text: str) -> str:
    """Reduce to lower-case words: ``"Laki-laki"`` is ``"laki laki"``."""
    return _NOT_WORD.sub(" ", text).strip().casefold()


def meanings[T: StrEnum](words: dict[T, tuple[str, ...]]) -> dict[str, T]:
    """Turn a word list round: normalised word to meaning."""
    return {normalise_word(word): meaning for meaning, several in words.items() for word in several}


def choices[T: StrEnum](words: dict[T, tuple[str, ...]]) -> str:
    """Name the words that we write ourselves, for a sentence."""
    return ", ".join(several[0] for several in words.values())
