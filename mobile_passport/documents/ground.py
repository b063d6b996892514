"""The land alone, to lie under a map that can be moved and enlarged: a drawing, and the degrees of its corners."""

from dataclasses import dataclass
from math import cos, radians

from markupsafe import Markup

from mobile_passport.documents.basemap import BEYOND_M, Basemap
from mobile_passport.documents.marks import FONT
from mobile_passport.documents.projection import METRES_PER_DEGREE, Frame
from mobile_passport.documents.svg import element
from mobile_passport.documents.terrain import land, names_of_places
from optimizer.problem import LatLon

_WIDTH = 1600.0
_MARGIN = 60.0
_NAME_SIZE = 13.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A drawing and where it lies.

    Attributes
    ----------
    drawing
        One ``<svg>``; north is up, and degrees are as far apart everywhere on it.
    """

    drawing: Markup
    south_west: LatLon
    north_east: LatLon


def ground(basemap: Basemap) -> Ground:
    """Draw the land of a basemap with the names of its kecamatan."""
    centres = [cell.centre for cell in basemap.cells]
    across = max(c.x for c in centres) - min(c.x for c in centres) + 2 * BEYOND_M
    down = max(c.y for c in centres) - min(c.y for c in centres) + 2 * BEYOND_M
    height = (_WIDTH - 2 * _MARGIN) * down / across + 2 * _MARGIN
    frame = Frame.around(centres, width=_WIDTH, height=height, margin=_MARGIN)
    drawing = element(
        "svg",
        land(basemap, frame),
        names_of_places(basemap, frame, [], size=_NAME_SIZE, has_kecamatan=True),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {frame.width:.0f} {frame.height:.0f}",
        width=f"{frame.width:.0f}",
        height=f"{frame.height:.0f}",
        font_family=FONT,
    )
    right, bottom = (
        frame.left + frame.width * frame.metres_per_pixel,
        frame.top + frame.height * frame.metres_per_pixel,
    )
    return Ground(
        drawing=drawing,
        south_west=_degrees(basemap, frame.left, bottom),
        north_east=_degrees(basemap, right, frame.top),
    )


def _degrees(basemap: Basemap, x: float, y: float) -> LatLon:
    origin = basemap.plane.origin
    return LatLon(
        lat=origin.lat - y / METRES_PER_DEGREE,
        lon=origin.lon + x / (METRES_PER_DEGREE * cos(radians(origin.lat))),
    )
