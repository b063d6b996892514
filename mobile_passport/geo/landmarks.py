"""Buildings that people name instead of a village: "RSUD dr Iskak", "Kantor Kemenag Kab. Blitar"."""

import re
from collections.abc import Sequence

from mobile_passport.geo.area import Landmark
from mobile_passport.geo.gazetteer import Gazetteer, Village
from mobile_passport.geo.geocoder import Candidate, Located, PlaceQuery, Precision, Verdict
from mobile_passport.geo.spelling import fold, plain

_WORD = re.compile(r"[a-z0-9']+")
_SAME = {"kabupaten": "kab", "kotamadya": "kota", "kecamatan": "kec", "kelurahan": "kel", "ds": "desa"}
_SILENT = frozenset(("kantor", "di", "kab", "kota", "kec", "kel", "desa", "jl", "jalan", "jawa", "timur", "jatim"))
_CHECKED, _UNCHECKED, _WITH_OTHER_WORDS = 0.99, 0.7, 0.6


class Landmarks:
    """A table of landmarks that can be asked with free text."""

    def __init__(self, landmarks: Sequence[Landmark], gazetteer: Gazetteer) -> None:
        self._table = [
            (frozenset(_words(name)), name, landmark, gazetteer.village(landmark.village))
            for landmark in landmarks
            for name in landmark.names
        ]

    def locate(self, query: PlaceQuery) -> Located | None:
        """Find the landmark with the longest name among the query's words; None when the query names none."""
        written = frozenset(_words(query.one_line()))
        named = [row for row in self._table if row[0] <= written]
        if not named:
            return None
        words, name, landmark, village = max(named, key=lambda row: len(row[0]))
        if others := written - words - _SILENT - _context_words(village):
            share, reason = _WITH_OTHER_WORDS, f"Menyebut {name}, tetapi juga kata lain ({', '.join(sorted(others))})."
        elif not landmark.confirmed:
            share, reason = _UNCHECKED, f"Letak {name} belum dipastikan; periksa titiknya."
        else:
            share, reason = _CHECKED, f"Cocok: {name}, {village.label}."
        candidate = Candidate(
            label=f"{name}, {village.label}",
            village=village,
            position=village.position,
            precision=Precision.LANDMARK,
            confidence=share,
        )
        verdict = Verdict.FOUND if share == _CHECKED else Verdict.AMBIGUOUS
        return Located(query=query, candidates=(candidate,), verdict=verdict, reason=reason)


def _words(text: str) -> list[str]:
    return [fold(_SAME.get(word, word)) for word in _WORD.findall(plain(text))]


def _context_words(village: Village) -> frozenset[str]:
    """Words that say where the landmark is, and so are no surprise beside its name."""
    return frozenset(_words(f"{village.name} {village.kecamatan} {village.regency} {village.postal_code}"))
