"""Read a written place into words with the labels that people give them (desa, kec., kab., RT/RW, dusun, street)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from mobile_passport.geo.geocoder import PlaceQuery
from mobile_passport.geo.spelling import plain

MAX_WORDS = 24
"""Longer texts are no place names; the words beyond are not read."""


class Part(StrEnum):
    """What a label says of the word behind it."""

    VILLAGE = "village"
    KECAMATAN = "kecamatan"
    KABUPATEN = "kabupaten"
    KOTA = "kota"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word that may belong to a place name.

    Attributes
    ----------
    segment
        Words of one segment stand between the same two commas, digits or labels that end a phrase.
    label
        The label directly before this word, if any.
    incidental
        It follows the word for a building, street or hamlet, so that an unknown name is no surprise there.
    """

    text: str
    segment: int
    label: Part | None = None
    incidental: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What could be read from a query; `kecamatan_office` when it names an office that every kecamatan has."""

    words: tuple[Word, ...]
    postal_code: str | None
    kecamatan_office: bool


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LABELS = {
    Part.VILLAGE: "ds desa dsa kel kelurahan klurahan",
    Part.KECAMATAN: "kec kecamatan kcamatan kecamtan kcmtn camat",
    Part.KABUPATEN: "kab kabupaten kabupten",
    Part.KOTA: "kota kotamadya kodya",
}
_LABEL_OF = {word: part for part, words in _LABELS.items() for word in words.split()}
_KECAMATAN_OFFICES = _set_of("kua polsek koramil")
_HAMLET_LABELS = _set_of("dsn dusun dkh padukuhan lingk lingkungan")
_STREET_LABELS = _set_of("jl jln jalan gg gang")
_BUILDINGS = _set_of(
    "masjid mesjid musholla mushola langgar pondok ponpes pp pesantren kbih kbihu yayasan sd sdn smp smpn sma sman "
    "smk smkn mi min mts mtsn ma man tk paud toko pasar terminal stasiun gedung aula rumah puskesmas posyandu "
    "rsud rs klinik lapangan gor perumahan perum bpk bapak ibu sdr keluarga"
)
_SILENT = _set_of("balai kantor kepala kades lurah di d a dekat depan belakang samping rt rw no nomor kodepos")
_ELSEWHERE = re.compile(r"\b(prov(insi)?|propinsi|jawa timur|jatim|east java|indonesia)\b")
_RT_RW = re.compile(r"\brt\W{0,3}\d+(\W{0,3}(rw)?\W{0,3}\d+)?|\brw\W{0,3}\d+")
_POSTAL_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
_TOKEN = re.compile(r"[a-z']+|[0-9]+|[,;:()|/\n]|(?<!\S)-(?!\S)")


def read_address(query: PlaceQuery) -> Address:
    """Read a query; any text gives an answer, if need be without words.

    Examples
    --------
    >>> [(w.text, w.label) for w in read_address(PlaceQuery(text="Ds.Karangsono kec Kanigoro")).words]
    [('karangsono', <Part.VILLAGE: 'village'>), ('kanigoro', <Part.KECAMATAN: 'kecamatan'>)]
    """
    text = plain(query.one_line())
    postal = _POSTAL_CODE.search(text)
    text = _ELSEWHERE.sub(" , ", _RT_RW.sub(" , ", text))
    reader = _Reader()
    words = [word for token in _TOKEN.findall(text) for word in reader.read(token)]
    return Address(
        words=tuple(words[:MAX_WORDS]),
        postal_code=postal.group() if postal else None,
        kecamatan_office=reader.kecamatan_office,
    )


class _Reader:
    """The state of reading from left to right."""

    def __init__(self) -> None:
        self.kecamatan_office = False
        self._segment = 0
        self._label: Part | None = None
        self._skip_next = False
        self._skip_phrase = False
        self._incidental = False
        self._after_office = False

    def read(self, token: str) -> Iterator[Word]:
        """Take the next token; yield the word that it is, or nothing."""
        if not token[0].isalpha():
            self._end_phrase()
        elif token in _LABEL_OF:
            self._start_label(_LABEL_OF[token])
        elif token in _KECAMATAN_OFFICES:
            self.kecamatan_office = True
            self._start_label(Part.KECAMATAN)
        elif token in _HAMLET_LABELS:
            self._end_phrase()
            self._skip_next = self._incidental = True
        elif token in _STREET_LABELS:
            self._end_phrase()
            self._skip_phrase = True
        elif token in _BUILDINGS:
            self._end_phrase()
            self._incidental = True
        elif token in _SILENT:
            self._after_office = token in {"kantor", "balai"}
        elif self._skip_next:
            self._skip_next = False
        elif not self._skip_phrase:
            yield Word(text=token, segment=self._segment, label=self._label, incidental=self._incidental)
            self._label = None
            self._after_office = False

    def _end_phrase(self) -> None:
        self._segment += 1
        self._label = None
        self._skip_next = self._skip_phrase = self._incidental = self._after_office = False

    def _start_label(self, part: Part) -> None:
        if part is Part.KECAMATAN and self._after_office:
            self.kecamatan_office = True
        self._end_phrase()
        self._label = part


def without_labels(query: PlaceQuery) -> str:
    """Return the query as map services understand it best: no desa/kec./kab. labels, no RT/RW, one comma at a time."""
    text = _RT_RW.sub(" ", plain(query.one_line()))
    parts = (
        " ".join(w for w in re.findall(r"[\w'/-]+", part) if w not in _LABEL_OF) for part in re.split(r"[,;\n]", text)
    )
    return ", ".join(part for part in parts if part)
