"""The ground of a map: land, borders, names of kecamatan, scale and north."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from mobile_passport.documents.basemap import BEYOND_M, Basemap, Edge
from mobile_passport.documents.joining import Pixel, lines_along, rings_around
from mobile_passport.documents.labels import Box, Name, place_names
from mobile_passport.documents.marks import INK, QUIET, caption
from mobile_passport.documents.projection import Frame, Point
from mobile_passport.documents.svg import element, group

_SEA = "#e9f0f4"
_COAST = "#a9bac4"
_LANDS = ("#f7f2e6", "#edf2e0", "#fae8da")
_SCALE_LENGTHS_KM = (1, 2, 5, 10, 20, 50, 100)
_SCALE_SHARE = 0.16


def land(basemap: Basemap, frame: Frame) -> Markup:
    """Draw land, borders and a dot for every village. Holds one id, made of the frame's size: a page may hold a map of
    every size once.
    """
    mask = f"daratan-{frame.width:.0f}x{frame.height:.0f}"
    shown = [cell for cell in basemap.cells if frame.shows(frame.pixel(cell.centre), margin=160)]
    lands = []
    for index, (name, _) in enumerate(basemap.regencies):
        colour = _LANDS[index % len(_LANDS)]
        cells = [_pixels(cell.corners, frame) for cell in shown if cell.village.regency == name]
        path = "".join(f"{_way(ring[:-1])}z" for ring in rings_around(cells))
        # the stroke closes the hair lines between neighbouring regencies
        lands.append(element("path", d=path, fill=colour, stroke=colour, stroke_width=1.2))
    outline = "".join(f"{_way(_pixels(ring, frame))}z" for ring in basemap.outline)
    reach = 2 * BEYOND_M / frame.metres_per_pixel
    dots = "".join(f"M{x} {y}h0" for x, y in _pixels([cell.centre for cell in shown], frame))
    return group(
        [
            element("rect", width=frame.width, height=frame.height, fill=_SEA),
            element("mask", _blob(outline, "#ffffff", reach), id=mask),
            _blob(outline, _COAST, reach + 3),
            _blob(outline, _LANDS[0], reach),
            group(
                [
                    *lands,
                    _lines(basemap.kecamatan_edges, frame, stroke="#d6cfba", stroke_width=1),
                    _lines(
                        basemap.regency_edges, frame, stroke="#8d8672", stroke_width=1.6, stroke_dasharray="7 3 2 3"
                    ),
                ],
                mask=f"url(#{mask})",
            ),
            element("path", d=dots, stroke="#b5ac93", stroke_width=2.6, stroke_linecap="round"),
        ]
    )


def names_of_places(
    basemap: Basemap, frame: Frame, taken: Iterable[Box], *, size: float, has_kecamatan: bool
) -> Markup:
    """Write the names of the regencies, and of the kecamatan in smaller letters, where there is room for them."""
    taken = list(taken)
    large = 1.5 * size
    regencies = place_names(
        [Name(text=name.upper(), at=frame.pixel(at), size=large, is_bold=True) for name, at in basemap.regencies],
        taken,
        frame,
    )
    smaller = [
        Name(text=kecamatan.name, at=frame.pixel(basemap.plane.point(kecamatan.anchor)), size=size)
        for kecamatan in (basemap.kecamatan if has_kecamatan else ())
    ]
    kecamatan = place_names(smaller, [*taken, *(placed.box for placed in regencies)], frame)
    return group(
        [
            *(caption(p.name.text, p.centre, large, colour="#6f6a5b", is_bold=True) for p in regencies),
            *(caption(p.name.text, p.centre, size, colour=QUIET) for p in kecamatan),
        ]
    )


def scale_and_north(frame: Frame, north: str) -> Markup:
    """Draw a scale bar at the bottom left and an arrow to the north, with its letter, at the top right."""
    kilometre = 1000 / frame.metres_per_pixel
    fitting = [length for length in _SCALE_LENGTHS_KM if length * kilometre <= _SCALE_SHARE * frame.width]
    length = fitting[-1] if fitting else _SCALE_LENGTHS_KM[0]
    left, bottom, width = 18.0, frame.height - 18.0, length * kilometre
    bar = element("path", d=f"M{left:.0f} {bottom - 6:.0f}v6h{width:.1f}v-6", fill="none", stroke=INK, stroke_width=2)
    x, y = frame.width - 28.0, 22.0
    arrow = element("path", d=f"M{x:.0f} {y:.0f}l9 24 -9 -6 -9 6z", fill=INK)
    return group(
        [
            bar,
            caption(f"{length} km", Point(left + width / 2, bottom - 13), 15),
            arrow,
            caption(north, Point(x, y + 34), 16, is_bold=True),
        ],
    )


def _blob(path: str, colour: str, width: float) -> Markup:
    return element(
        "path", d=path, fill=colour, stroke=colour, stroke_width=width, stroke_linejoin="round", stroke_linecap="round"
    )


def _lines(
    edges: Iterable[Edge], frame: Frame, *, stroke: str, stroke_width: float, stroke_dasharray: str | None = None
) -> Markup:
    shown = [
        edge
        for edge in edges
        if frame.shows(frame.pixel(edge.start), margin=60) or frame.shows(frame.pixel(edge.end), margin=60)
    ]
    starts, ends = _pixels([edge.start for edge in shown], frame), _pixels([edge.end for edge in shown], frame)
    return element(
        "path",
        d="".join(map(_way, lines_along(zip(starts, ends, strict=True)))),
        fill="none",
        stroke=stroke,
        stroke_width=stroke_width,
        stroke_linecap="round",
        stroke_dasharray=stroke_dasharray,
    )


def _pixels(points: Iterable[Point], frame: Frame) -> list[Pixel]:
    return [(round(pixel.x), round(pixel.y)) for pixel in map(frame.pixel, points)]


def _way(pixels: Sequence[Pixel]) -> str:
    first, *others = (f"{x} {y}" for x, y in pixels)
    return f"M{first}L{' '.join(others or [first])}"
