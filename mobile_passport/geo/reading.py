"""Which words of an address may be the village, which the kecamatan, which the regency: every reading worth a look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from mobile_passport.geo.address import Address, Part, Word
from mobile_passport.geo.spelling import fold, join

LONGEST_NAME_WORDS = 4


@dataclass(frozen=True, slots=True)
class Name:
    """Words ``start`` to ``end`` (exclusive) of an address read as one name: as typed, joined, and folded."""

    start: int
    end: int
    joined: str
    folded: str
    label: Part | None

    def overlaps(self, other: "Name") -> bool:
        """Say whether both use a word."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to understand an address.

    Attributes
    ----------
    stray, incidental
        Words that are part of no name (one that repeats a name behind the same label is), and those among them where
        an unknown name is no surprise.
    out_of_order
        How many of kecamatan and regency stand, without a label, before the village.
    """

    village: Name | None
    kecamatan: Name | None
    regency: Name | None
    stray: int
    incidental: int
    out_of_order: int

    def uses(self, name: Name) -> bool:
        """Say whether a word of `name` is read as part of the village or kecamatan."""
        return any(n is not None and n.overlaps(name) for n in (self.village, self.kecamatan))


def names_written(address: Address, parts: tuple[Part, ...]) -> tuple[Name, ...]:
    """Return what may be the name of such a part: behind its label, or anywhere when it has no label."""
    words = address.words
    labelled = any(w.label in parts for w in words)
    names = []
    for start, first in enumerate(words):
        if first.label not in (parts if labelled else (None,)):
            continue
        for end in range(start + 1, min(start + LONGEST_NAME_WORDS, len(words)) + 1):
            last = words[end - 1]
            if last.segment != first.segment or (end - start > 1 and last.label is not None):
                break
            typed = "".join(w.text for w in words[start:end])
            if folded := fold(typed):
                names.append(Name(start, end, join(typed), folded, first.label))
    return tuple(names)


def readings(
    address: Address, villages: Sequence[Name], kecamatan: Sequence[Name], regencies: Sequence[Name]
) -> Iterator[Reading]:
    """Combine names that share no word; a part that carries a label is never left out, except the village."""
    for v, k, r in product((*villages, None), _or_left_out(kecamatan), _or_left_out(regencies)):
        names = [n for n in (v, k, r) if n is not None]
        if any(a.overlaps(b) for i, a in enumerate(names) for b in names[i + 1 :]):
            continue
        used = {i for n in names for i in range(n.start, n.end)}
        stray = [w for i, w in enumerate(address.words) if i not in used and not _repeats(w, names, address)]
        yield Reading(
            village=v,
            kecamatan=k,
            regency=r,
            stray=len(stray),
            incidental=sum(w.incidental for w in stray),
            out_of_order=sum(v is not None and n is not None and n.label is None and n.start < v.start for n in (k, r)),
        )


def _repeats(word: Word, names: Sequence[Name], address: Address) -> bool:
    return word.label is not None and any(
        word.label is n.label and word.text == address.words[n.start].text for n in names
    )


def _or_left_out(names: Sequence[Name]) -> tuple[Name | None, ...]:
    labelled = bool(names) and names[0].label is not None
    return tuple(names) if labelled else (*names, None)
