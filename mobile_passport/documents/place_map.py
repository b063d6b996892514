"""One place on the map, with the office for orientation: what somebody sees who has to find the way there."""

from markupsafe import Markup

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.canvas import Canvas, MapSize
from mobile_passport.documents.labels import Box, Name, place_names
from mobile_passport.documents.marks import RED, caption
from mobile_passport.documents.sentences import Say, sentence
from mobile_passport.documents.svg import element
from optimizer.problem import LatLon

PLACE_SIZE = MapSize(width=440, height=340)
_RADIUS = 11.0
_NAME_SIZE = 19.0


def place_map(place: LatLon, label: str, depot: LatLon, basemap: Basemap, *, say: Say = str) -> Markup:
    """Draw a place and the office.

    Returns
    -------
    Markup
        One ``<svg>`` element without ``style``, script or reference to anything outside; all text escaped.
    """
    margin = 34 + 0.06 * PLACE_SIZE.width
    canvas = Canvas.around(depot, [basemap.plane.point(place)], basemap, PLACE_SIZE, margin=margin, say=say)
    at = canvas.pixel(place)
    mark_box = Box.about(at, _RADIUS + 2)
    office, office_boxes = canvas.office([mark_box])
    short = label.partition(",")[0]
    name = Name(text=short, at=at, size=_NAME_SIZE, clearance=_RADIUS + 4, is_bold=True, must_show=True)
    (placed,) = place_names([name], [mark_box, *office_boxes, *canvas.furniture], canvas.frame)
    mark = element("circle", cx=at.x, cy=at.y, r=_RADIUS, fill=RED, stroke="#ffffff", stroke_width=3)
    return canvas.drawing(
        sentence("Peta: {place}.", place=short),
        ways=Markup(""),
        taken=[mark_box, *office_boxes, placed.box],
        marks=[office, mark, caption(name.text, placed.centre, _NAME_SIZE, is_bold=True)],
    )
