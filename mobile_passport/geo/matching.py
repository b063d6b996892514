"""How well a written address fits every village: a price for the words, given the village that was meant.

The writer meant a village and wrote its name, perhaps with its kecamatan and regency, among other words. Every
departure has a price in nats (natural logarithm of odds): a keystroke gone wrong, a word that belongs to nothing, a
kecamatan that is not the village's. The cheapest reading of the words is kept for each village, and beside them for
"a kecamatan as a whole" and for "a place that is not in the gazetteer". `offline` turns prices into confidences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from mobile_passport.geo.address import Address, Part
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.reading import Name, Reading, names_written, readings
from mobile_passport.geo.spelling import fold, join

# Prices in nats, set by the experiment in tests/benchmarks/geo: no wrong place taken silently, most typos forgiven.
EDIT = 4.0
STRAY_WORD = 9.0
CONTRADICTION = 10.0
OTHER_KIND_OF_REGENCY = 5.0
UNUSUAL_ORDER = 3.0
OTHER_POSTAL_CODE = 5.0
NO_VILLAGE_WRITTEN = 0.7
VILLAGE_UNKNOWN = 4.0
ELSEWHERE_WRITTEN = 2.0

USUAL_LENGTH = 8
LARGEST_SHARE_OF_EDITS = 0.4
UNKNOWN_SHARE_OF_EDITS = 0.3
UNKNOWN_EDITS = 1.5
UNKNOWN_IN_A_KNOWN_KECAMATAN = 4.0
UNKNOWN_WITHOUT_CONTEXT = 0.5
MOST_NAMES = 12
MOST_CONTEXT_NAMES = 5

type Floats = NDArray[np.float64]
type Flags = NDArray[np.bool_]
type Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Prices in nats, lower is likelier; `inf` where there is no reading.

    Attributes
    ----------
    village_price, village_edits, contradicted
        (v,) for each village: the cheapest reading, the keystrokes gone wrong in its name, and whether the written
        kecamatan or regency is another.
    kecamatan_price
        (k,) the reading in which no village of the gazetteer is named.
    unknown_price
        The reading as a place that the gazetteer does not hold, or as no place at all.
    elsewhere
        The regency outside the working area that was written, if any.
    """

    village_price: Floats
    village_edits: Counts
    contradicted: Flags
    kecamatan_price: Floats
    unknown_price: float
    elsewhere: str | None


class VillageMatcher:
    """Fits addresses to the villages of a gazetteer.

    Parameters
    ----------
    gazetteer
        The working area.
    short_names
        Regency code → how people shorten its name.
    """

    def __init__(self, gazetteer: Gazetteer, short_names: Mapping[str, Sequence[str]]) -> None:
        villages, kecamatan = gazetteer.villages, gazetteer.kecamatan
        kecamatan_row = {k.code: i for i, k in enumerate(kecamatan)}
        regency_row = {code: i for i, code in enumerate(gazetteer.regencies)}
        self._kecamatan_of_village = np.array([kecamatan_row[v.kecamatan_code] for v in villages], dtype=np.int64)
        self._regency_of_kecamatan = np.array([regency_row[k.regency_code] for k in kecamatan], dtype=np.int64)
        self._postal_codes = np.array([v.postal_code for v in villages])
        self._villages = NameList([v.name for v in villages])
        self._kecamatan = NameList([k.name for k in kecamatan])
        self._regencies = RegencyNames(tuple(gazetteer.regencies.values()))
        self._short_names = {fold(s): regency_row[code] for code, shorts in short_names.items() for s in shorts}
        self._elsewhere = RegencyNames(gazetteer.regencies_elsewhere)

    def fit(self, address: Address) -> Fit:
        """Price every village, every kecamatan and the unknown place for an address."""
        villages, village_price, edits = self._village_names(address)
        kecamatan_price = self._kecamatan_names(address)
        regency_price, elsewhere = self._regency_names(address)
        best = _Cheapest.of_none(len(self._kecamatan_of_village), len(self._regency_of_kecamatan))
        for reading in readings(address, villages, tuple(kecamatan_price), tuple(regency_price)):
            context, contradicts = self._context(reading, kecamatan_price, regency_price)
            words = STRAY_WORD * reading.stray + UNUSUAL_ORDER * reading.out_of_order
            if reading.village is not None:
                row = villages.index(reading.village)
                price = village_price[row] + words + context[self._kecamatan_of_village]
                best.take_villages(reading, price, edits[row], contradicts[self._kecamatan_of_village])
            elif reading.kecamatan is not None:
                unsaid = VILLAGE_UNKNOWN if reading.stray else NO_VILLAGE_WRITTEN
                best.take_kecamatan(np.where(contradicts, np.inf, context + words + unsaid))
            elif reading.regency is not None:
                best.no_place = min(best.no_place, words + NO_VILLAGE_WRITTEN)
        return best.fit(elsewhere, self._postal_surcharge(address))

    def _village_names(self, address: Address) -> tuple[tuple[Name, ...], Floats, Counts]:
        names = names_written(address, (Part.VILLAGE,))
        price, edits = self._villages.price(names)
        nearest = price.min(axis=1, initial=np.inf)
        keep = [i for i in np.argsort(nearest, kind="stable")[:MOST_NAMES].tolist() if np.isfinite(nearest[i])]
        return tuple(names[i] for i in keep), price[keep], edits[keep]

    def _kecamatan_names(self, address: Address) -> dict[Name, Floats]:
        names = names_written(address, (Part.KECAMATAN,))
        return _likely(dict(zip(names, self._kecamatan.price(names)[0], strict=True)))

    def _regency_names(self, address: Address) -> tuple[dict[Name, Floats], tuple[Name, str] | None]:
        names = names_written(address, (Part.KABUPATEN, Part.KOTA))
        prices, elsewhere = {}, None
        for name in names:
            prices[name] = self._regencies.price(name)
            if (short := self._short_names.get(name.folded)) is not None:
                prices[name][short] = 0.0
            other = self._elsewhere.price(name)
            certain = EDIT if name.label else 0.0
            if other.min(initial=np.inf) <= certain < prices[name].min() and (
                name.label or name.end == len(address.words)
            ):
                elsewhere = (name, self._elsewhere.names[int(other.argmin())])
        return _likely(prices), elsewhere

    def _context(
        self, reading: Reading, kecamatan_price: Mapping[Name, Floats], regency_price: Mapping[Name, Floats]
    ) -> tuple[Floats, Flags]:
        """(k,) what kecamatan and regency as written cost for a place in each kecamatan, and where they contradict."""
        price = np.zeros(len(self._regency_of_kecamatan))
        contradicts = np.zeros(len(price), dtype=np.bool_)
        if reading.kecamatan is not None:
            written = kecamatan_price[reading.kecamatan]
            contradicts |= written >= CONTRADICTION
            price += np.minimum(written, CONTRADICTION)
        if reading.regency is not None:
            written = regency_price[reading.regency][self._regency_of_kecamatan]
            contradicts |= written >= OTHER_KIND_OF_REGENCY
            price += np.minimum(written, CONTRADICTION)
        return price, contradicts

    def _postal_surcharge(self, address: Address) -> Floats:
        other = self._postal_codes != address.postal_code
        return np.where(other & ~other.all(), OTHER_POSTAL_CODE, 0.0)


class NameList:
    """Names in the order of their places, and how far a text is from each.

    Keystrokes are counted between the folded forms, which forgives old spellings, and between the forms as typed,
    because a slip can look like an old spelling ("Purwoejo"); the smaller count holds.
    """

    def __init__(self, names: Sequence[str]) -> None:
        unique = sorted(set(names))
        row = {name: i for i, name in enumerate(unique)}
        self._rows = np.array([row[name] for name in names], dtype=np.int64)
        self._joined = [join(name) for name in unique]
        self._folded = [fold(name) for name in unique]
        lengths = np.array([len(name) for name in self._folded], dtype=np.int64)
        self._allowed = np.maximum(1, np.floor(LARGEST_SHARE_OF_EDITS * lengths)).astype(np.int64)
        self._each = _price_of_an_edit(lengths)

    def price(self, names: Sequence[Name]) -> tuple[Floats, Counts]:
        """Return (t, n) prices and keystrokes; the price is infinite where it can hardly be the same name."""
        edits = np.zeros((len(names), len(self._folded)), dtype=np.int64)
        if names:
            folded = cdist([n.folded for n in names], self._folded, scorer=OSA.distance, dtype=np.int64)
            typed = cdist([n.joined for n in names], self._joined, scorer=OSA.distance, dtype=np.int64)
            edits = np.minimum(folded, typed)
        price = np.where(edits <= self._allowed, edits * self._each, np.inf)
        return price[:, self._rows], edits[:, self._rows]


class RegencyNames:
    """Names of regencies, whose kind counts where it is written."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._kabupaten = np.array([name.startswith("Kab. ") for name in names], dtype=np.bool_)
        self._list = NameList([name.removeprefix("Kab. ").removeprefix("Kota ") for name in names])

    def price(self, name: Name) -> Floats:
        """Return (r,) the price of reading a name as each regency."""
        price: Floats = self._list.price([name])[0][0]
        other_kind = {Part.KABUPATEN: ~self._kabupaten, Part.KOTA: self._kabupaten}
        if name.label in other_kind:
            price[other_kind[name.label]] += OTHER_KIND_OF_REGENCY
        return price


@dataclass(slots=True, kw_only=True)
class _Cheapest:
    """The cheapest reading found so far for every village and kecamatan."""

    price: Floats
    edits: Counts
    contradicted: Flags
    reading: NDArray[np.object_]
    kecamatan_price: Floats
    no_place: float

    @classmethod
    def of_none(cls, villages: int, kecamatan: int) -> "_Cheapest":
        return cls(
            price=np.full(villages, np.inf),
            edits=np.zeros(villages, dtype=np.int64),
            contradicted=np.zeros(villages, dtype=np.bool_),
            reading=np.full(villages, None, dtype=np.object_),
            kecamatan_price=np.full(kecamatan, np.inf),
            no_place=np.inf,
        )

    def take_villages(self, reading: Reading, price: Floats, edits: Counts, contradicts: Flags) -> None:
        better = price < self.price
        self.price[better] = price[better]
        self.edits[better] = edits[better]
        self.contradicted[better] = contradicts[better]
        self.reading[better] = reading

    def take_kecamatan(self, price: Floats) -> None:
        self.kecamatan_price = np.minimum(self.kecamatan_price, price)

    def fit(self, elsewhere: tuple[Name, str] | None, surcharge: Floats) -> Fit:
        price = self.price + surcharge
        first = int(price.argmin())
        reading: Reading | None = self.reading[first]
        unknown = _price_of_an_unknown_place(reading, contradicted=bool(self.contradicted[first]))
        if elsewhere is not None and reading is not None and reading.uses(elsewhere[0]):
            elsewhere = None
        if elsewhere is not None:
            unknown = min(unknown, ELSEWHERE_WRITTEN)
        return Fit(
            village_price=price,
            village_edits=self.edits,
            contradicted=self.contradicted,
            kecamatan_price=self.kecamatan_price,
            unknown_price=min(unknown, self.no_place),
            elsewhere=elsewhere[1] if elsewhere else None,
        )


def _price_of_an_edit(length: Counts) -> Floats:
    """Price one keystroke gone wrong; the longer a name, the less one slip says."""
    price: Floats = EDIT * USUAL_LENGTH / np.maximum(USUAL_LENGTH, length)
    return price


def _price_of_an_unknown_place(best: Reading | None, *, contradicted: bool) -> float:
    """Price the chance that the words read as a village's name are another name, near it by accident.

    Every village of a kecamatan is in the gazetteer, so a fitting kecamatan makes that unlikely; a bare name does not.
    """
    if best is None or best.village is None:
        return EDIT * UNKNOWN_EDITS
    length = len(best.village.folded)
    edits = max(UNKNOWN_EDITS, UNKNOWN_SHARE_OF_EDITS * length)
    price = EDIT * USUAL_LENGTH / max(USUAL_LENGTH, length) * edits
    if best.kecamatan is None and best.regency is None:
        price = max(EDIT, price * UNKNOWN_WITHOUT_CONTEXT)
    elif best.kecamatan is not None and not contradicted:
        price += UNKNOWN_IN_A_KNOWN_KECAMATAN
    return price + STRAY_WORD * best.incidental


def _likely(prices: Mapping[Name, Floats]) -> dict[Name, Floats]:
    """Keep the names that are near to something, best first; what carries a label is kept when nothing is near."""
    ordered = sorted(prices.items(), key=lambda item: float(item[1].min()))
    near = [(name, price) for name, price in ordered if np.isfinite(price.min())][:MOST_CONTEXT_NAMES]
    return dict(near or [(name, price) for name, price in ordered if name.label is not None][:1])
