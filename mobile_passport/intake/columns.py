"""The layout of a list: its columns, and the headers that people use for them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Column(StrEnum):
    """What a column holds. The first twelve describe the request, the rest one person."""

    REFERENCE = "reference"
    RECEIVED = "received"
    ASKER_KIND = "asker_kind"
    ASKER_NAME = "asker_name"
    CONTACT_NAME = "contact_name"
    CONTACT_PHONE = "contact_phone"
    CATEGORY = "category"
    VISIT_KIND = "visit_kind"
    PLACE = "place"
    OWN_VENUE = "own_venue"
    WISHED = "wished"
    DEADLINE = "deadline"
    NUMBER = "number"
    NAME = "name"
    NIK = "nik"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    PHONE = "phone"
    PASSPORT_CASE = "passport_case"
    NEEDS = "needs"
    PARTY = "party"
    CARER = "carer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One column of the layout.

    Attributes
    ----------
    label
        Header that we write, Indonesian.
    also
        Other headers that mean the same, normalised as by :func:`normalise_label`.
    is_required
        Whether a file without the column is refused.
    """

    label: str
    also: tuple[str, ...] = ()
    is_required: bool = True


LAYOUT: dict[Column, Layout] = {
    Column.REFERENCE: Layout(label="Nomor Surat", also=("no surat", "nomor surat permohonan", "no surat permohonan")),
    Column.RECEIVED: Layout(label="Tanggal Diterima", also=("tgl diterima", "tanggal terima"), is_required=False),
    Column.ASKER_KIND: Layout(label="Jenis Lembaga", also=("jenis pengusul", "jenis instansi", "jenis pemohon")),
    Column.ASKER_NAME: Layout(label="Nama Lembaga", also=("nama pengusul", "nama instansi", "instansi", "lembaga")),
    Column.CONTACT_NAME: Layout(
        label="Nama Penanggung Jawab", also=("penanggung jawab", "narahubung", "nama kontak", "kontak", "pic")
    ),
    Column.CONTACT_PHONE: Layout(
        label="HP Penanggung Jawab",
        also=("no hp penanggung jawab", "hp kontak", "no hp kontak", "telepon kontak", "hp narahubung", "hp pic"),
    ),
    Column.CATEGORY: Layout(label="Keperluan", also=("kategori", "tujuan", "tujuan paspor")),
    Column.VISIT_KIND: Layout(label="Jenis Kunjungan", also=("jenis layanan", "kunjungan")),
    Column.PLACE: Layout(
        label="Lokasi", also=("lokasi layanan", "tempat layanan", "alamat lokasi", "alamat layanan", "desa kecamatan")
    ),
    Column.OWN_VENUE: Layout(label="Gedung", also=("aula", "tempat acara", "nama gedung"), is_required=False),
    Column.WISHED: Layout(
        label="Tanggal Diinginkan", also=("tgl diinginkan", "tanggal usulan", "usulan tanggal"), is_required=False
    ),
    Column.DEADLINE: Layout(
        label="Batas Waktu", also=("paling lambat", "tenggat", "deadline", "tanggal dibutuhkan"), is_required=False
    ),
    Column.NUMBER: Layout(label="No", also=("nomor", "no urut", "nomor urut", "urut"), is_required=False),
    Column.NAME: Layout(label="Nama", also=("nama lengkap", "nama pemohon", "nama jamaah", "nama jemaah", "nama cpmi")),
    Column.NIK: Layout(
        label="NIK", also=("no ktp", "nomor ktp", "no nik", "nomor nik", "nik ktp", "no induk kependudukan")
    ),
    Column.BIRTH_DATE: Layout(
        label="Tanggal Lahir", also=("tgl lahir", "ttl", "tempat tanggal lahir", "tempat tgl lahir")
    ),
    Column.SEX: Layout(label="Jenis Kelamin", also=("l p", "jk", "kelamin", "jns kelamin", "sex")),
    Column.PHONE: Layout(
        label="No HP",
        also=(
            "hp",
            "nomor hp",
            "telepon",
            "no telepon",
            "no telp",
            "telp",
            "nomor telepon",
            "no hp wa",
            "no wa",
            "handphone",
        ),
    ),
    Column.PASSPORT_CASE: Layout(
        label="Jenis Paspor", also=("baru ganti", "jenis permohonan", "paspor", "baru penggantian", "permohonan paspor")
    ),
    Column.NEEDS: Layout(
        label="Kebutuhan Khusus",
        also=(
            "kebutuhan",
            "kebutuhan khusus jemaah",
            "kebutuhan khusus jamaah",
            "berkebutuhan khusus",
            "keb khusus",
            "ket khusus",
            "keterangan khusus",
            "catatan khusus",
            "kondisi",
            "kondisi khusus",
            "kondisi fisik",
            "kondisi kesehatan",
            "kondisi jemaah",
            "kondisi jamaah",
            "kesehatan",
            "disabilitas",
            "difabel",
        ),
        is_required=False,
    ),
    Column.PARTY: Layout(
        label="Keluarga", also=("kelompok keluarga", "mahram", "rombongan keluarga"), is_required=False
    ),
    Column.CARER: Layout(label="Pendamping", also=("sebagai pendamping", "pendamping lansia"), is_required=False),
}

REQUEST_COLUMNS = tuple(Column)[: tuple(Column).index(Column.NUMBER)]
PERSON_COLUMNS = tuple(Column)[tuple(Column).index(Column.NUMBER) :]

_REMARKS = frozenset({"keterangan", "ket", "catatan", "keterangan lain", "lain lain"})
"""Headers of columns that say anything, special needs among it."""
_BRACKETED = re.compile(r"\([^)]*\)")
_NOT_WORD = re.compile(r"[\W_]+")


def normalise_label(text: str) -> str:
    """Reduce a header to its words: ``"Tgl. Lahir (hh-bb-tttt) *"`` is ``"tgl lahir"``."""
    return _NOT_WORD.sub(" ", _BRACKETED.sub(" ", text)).strip().casefold()


_BY_LABEL = {
    normalise_label(text): column for column, layout in LAYOUT.items() for text in (layout.label, *layout.also)
}


def column_of(label: object) -> Column | None:
    """Recognise a header."""
    return _BY_LABEL.get(normalise_label(label)) if isinstance(label, str) else None


def is_for_remarks(label: object) -> bool:
    """Recognise the header of a column in which anything may be said, special needs among it."""
    return isinstance(label, str) and normalise_label(label) in _REMARKS


def count_known_labels(labels: Iterable[object]) -> int:
    """Count the different columns that a row of texts names."""
    return len({column for column in map(column_of, labels) if column})
