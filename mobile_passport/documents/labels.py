"""Where to write names on a map, so that no name covers another or a mark."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mobile_passport.documents.projection import Frame, Point

# Mean advance of letters in DejaVu Sans, the widest face that a reader's system is likely to show.
_EM_PER_LETTER, _EM_PER_CAPITAL, _BOLD = 0.57, 0.72, 1.13
_LINE_EM = 1.15


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def about(cls, centre: Point, half_width: float, half_height: float | None = None) -> "Box":
        """Return the rectangle around a centre."""
        half_height = half_width if half_height is None else half_height
        return cls(centre.x - half_width, centre.y - half_height, centre.x + half_width, centre.y + half_height)

    def overlap(self, other: "Box") -> float:
        """Return the area that both cover, square pixels."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name that wants a place on the map.

    Attributes
    ----------
    size
        Font size in pixels.
    clearance
        Pixels from the point to where the name may begin: the radius of the mark it belongs to. 0 for a name that
        stands on its point.
    must_show
        Put it where it disturbs least rather than leave it out.
    """

    text: str
    at: Point
    size: float
    clearance: float = 0.0
    is_bold: bool = False
    must_show: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedName:
    """A name with the middle of its box."""

    name: Name
    centre: Point

    @property
    def box(self) -> Box:
        """Return what the name covers."""
        return _box(self.name, self.centre)


def place_names(names: Sequence[Name], obstacles: Iterable[Box], frame: Frame) -> tuple[PlacedName, ...]:
    """Place names one after the other, the most important first; later ones give way or are left out.

    Parameters
    ----------
    obstacles
        What must stay visible: marks, other writing.
    frame
        Names stay inside.
    """
    taken = list(obstacles)
    placed = []
    for name in names:
        if not frame.shows(name.at):
            continue
        best: tuple[float, Point, Box] | None = None
        for centre, box in _places(name):
            covered = sum(box.overlap(other) for other in taken) + _outside(box, frame)
            if best is None or covered < best[0]:
                best = (covered, centre, box)
            if covered == 0:
                break
        if best and (best[0] == 0 or name.must_show):
            placed.append(PlacedName(name=name, centre=best[1]))
            taken.append(best[2])
    return tuple(placed)


def text_width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Estimate how wide a text is, pixels."""
    em = sum(_EM_PER_CAPITAL if letter.isupper() else _EM_PER_LETTER for letter in text)
    return em * size * (_BOLD if is_bold else 1.0)


def _box(name: Name, centre: Point) -> Box:
    return Box.about(centre, text_width(name.text, name.size, is_bold=name.is_bold) / 2, name.size * _LINE_EM / 2)


def _places(name: Name) -> Iterator[tuple[Point, Box]]:
    around = _box(name, name.at)
    for x, y in _offsets(name, (around.right - around.left) / 2, (around.bottom - around.top) / 2):
        centre = Point(name.at.x + x, name.at.y + y)
        yield centre, _box(name, centre)


def _offsets(name: Name, half_width: float, half_height: float) -> Iterator[tuple[float, float]]:
    """Yield where the middle of a name may lie from its point: on it, beside it, above, below, at the corners."""
    if name.clearance == 0:
        yield 0.0, 0.0
    for further in (1.0, 1.7, 2.6):
        reach = (name.clearance or 0.3 * name.size) * further
        beside, above, corner = reach + half_width, reach + half_height, 0.7 * reach
        yield beside, 0.0
        yield -beside, 0.0
        yield 0.0, -above
        yield 0.0, above
        for side in (1, -1):
            yield side * (corner + half_width), -corner - half_height
            yield side * (corner + half_width), corner + half_height


def _outside(box: Box, frame: Frame) -> float:
    whole = (box.right - box.left) * (box.bottom - box.top)
    return whole - box.overlap(Box(0, 0, frame.width, frame.height))
