"""The geocoder that needs no network: the gazetteer, spelling, and an honest count of what else it could be."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mobile_passport.geo.address import read_address
from mobile_passport.geo.area import Landmark
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.geocoder import Candidate, Located, PlaceQuery, Precision, Verdict
from mobile_passport.geo.landmarks import Landmarks
from mobile_passport.geo.matching import Fit, VillageMatcher

SURE = 0.95
"""Confidence from which a place is taken without a person looking at it; set by tests/benchmarks/geo."""

HOPELESS = 0.99
"""Share of "not in the gazetteer" from which nothing is offered as the answer."""

MOST_CANDIDATES = 8
LEAST_CONFIDENCE = 0.002
LARGEST_SHARE_OF_EDITS_TAKEN = 0.25


class OfflineGeocoder:
    """Finds villages, kecamatan and known landmarks in the text that people write.

    Parameters
    ----------
    gazetteer
        The working area.
    short_names
        Regency code → how people shorten its name.
    landmarks
        Buildings that people name instead of a village.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        *,
        short_names: Mapping[str, Sequence[str]] | None = None,
        landmarks: Sequence[Landmark] = (),
    ) -> None:
        self._matcher = VillageMatcher(gazetteer, short_names or {})
        self._landmarks = Landmarks(landmarks, gazetteer)
        self._places = tuple(
            (village.label, village, village.position, Precision.VILLAGE) for village in gazetteer.villages
        ) + tuple((k.label, None, k.anchor, Precision.KECAMATAN) for k in gazetteer.kecamatan)

    def locate(self, query: PlaceQuery) -> Located:
        """Find a place; see `Geocoder.locate`. Any text gets an answer, in a few milliseconds."""
        if (landmark := self._landmarks.locate(query)) is not None:
            return landmark
        address = read_address(query)
        fit = self._matcher.fit(address)
        confidence = _confidence(fit)
        ranked = np.argsort(-confidence[:-1], kind="stable")[:MOST_CANDIDATES]
        candidates = tuple(self._candidate(int(i), float(confidence[i])) for i in ranked)
        candidates = tuple(c for c in candidates if c.confidence >= LEAST_CONFIDENCE)
        verdict, reason = _judge(
            candidates,
            fit,
            best=int(ranked[0]),
            unknown=float(confidence[-1]),
            kecamatan_office=address.kecamatan_office,
        )
        return Located(query=query, candidates=candidates, verdict=verdict, reason=reason)

    def _candidate(self, row: int, confidence: float) -> Candidate:
        label, village, position, precision = self._places[row]
        return Candidate(
            label=label, village=village, position=position, precision=precision, confidence=round(confidence, 4)
        )


def _confidence(fit: Fit) -> NDArray[np.float64]:
    """Turn prices into shares that add up to 1: villages, then kecamatan as a whole, last the unknown place."""
    price = np.concatenate([fit.village_price, fit.kecamatan_price, [fit.unknown_price]])
    odds = np.exp(price.min() - price)
    share: NDArray[np.float64] = odds / odds.sum()
    return share


def _judge(
    candidates: Sequence[Candidate], fit: Fit, *, best: int, unknown: float, kecamatan_office: bool
) -> tuple[Verdict, str]:
    if fit.elsewhere is not None and unknown > 1 - SURE:
        return Verdict.NOT_FOUND, f"Di luar wilayah kerja kantor: {fit.elsewhere}."
    if not candidates or unknown >= HOPELESS:
        return Verdict.NOT_FOUND, "Tidak ada desa atau kelurahan dengan nama ini; periksa ejaan dan kecamatannya."
    first = candidates[0]
    if first.precision is Precision.KECAMATAN:
        if kecamatan_office and first.confidence >= SURE:
            return Verdict.FOUND, f"Kantor tingkat kecamatan: {first.label}."
        return Verdict.AMBIGUOUS, "Hanya kecamatan yang jelas; sebutkan desa atau kelurahannya."
    if fit.contradicted[best]:
        return Verdict.AMBIGUOUS, f"Kecamatan atau kabupaten yang ditulis bukan milik {first.label}; periksa lagi."
    if first.confidence < SURE:
        rivals = ", ".join(c.label for c in candidates[1:3])
        other = f"atau {rivals}" if rivals else "ada kata yang tidak dikenal"
        return Verdict.AMBIGUOUS, f"Mungkin {first.label}, {other}; pilih yang benar."
    edits = int(fit.village_edits[best])
    name = first.village.name if first.village else first.label
    if edits > max(1, LARGEST_SHARE_OF_EDITS_TAKEN * len(name)):
        return Verdict.AMBIGUOUS, f"Mungkin {first.label}, tetapi ejaannya jauh berbeda; periksa lagi."
    spelling = " Ejaan diperbaiki." if edits else ""
    return Verdict.FOUND, f"Cocok: {first.label}.{spelling}"
