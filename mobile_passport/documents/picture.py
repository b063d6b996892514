"""A plan as a PNG, drawn with the fonts that the package brings, so that it is the same on every machine."""

from dataclasses import dataclass

from markupsafe import Markup

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.indonesian import whole_number
from mobile_passport.documents.legend import legend_of
from mobile_passport.documents.marks import FONT, INK, QUIET, caption
from mobile_passport.documents.plan_map import PLAN_SIZE, plan_map
from mobile_passport.documents.projection import Point
from mobile_passport.documents.svg import element
from mobile_passport.documents.typesetting import make_png
from mobile_passport.documents.words import service_dates
from mobile_passport.domain.plan_view import PlanView

_HEAD, _NOTE, _SIDE = 92.0, 44.0, 24.0
_PAGE = b"""#let picture = json(bytes(sys.inputs.data))
#set page(width: picture.width * 1pt, height: picture.height * 1pt, margin: 0pt)
#image(bytes(picture.svg), width: 100%, height: 100%)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An SVG that stands alone, with the size of its view box in pixels."""

    svg: Markup
    width: float
    height: float


def plan_png(plan: PlanView, basemap: Basemap, *, pixels_across: int = 1800) -> bytes:
    """Draw the map of a plan with title and legend.

    Returns
    -------
    bytes
        A PNG of ``pixels_across`` pixels width.
    """
    picture = plan_picture(plan, basemap)
    data = {"svg": picture.svg, "width": picture.width, "height": picture.height}
    return make_png(_PAGE, data, ppi=72 * pixels_across / picture.width)


def plan_picture(plan: PlanView, basemap: Basemap) -> Picture:
    """Draw the map of a plan with title and legend."""
    legend = legend_of(plan, PLAN_SIZE.width - 2 * _SIDE)
    width, below_map = PLAN_SIZE.width, _HEAD + PLAN_SIZE.height
    height = below_map + legend.height + _NOTE
    title = f"Rencana paspor keliling, {plan.office_name}"
    facts = " · ".join(
        (
            service_dates(plan),
            f"{whole_number(plan.served)} orang dilayani dalam {whole_number(len(plan.days))} hari",
            f"{whole_number(plan.left_out)} orang belum terjadwal",
            f"versi {plan.version}",
        )
    )
    note = "Garis menunjukkan urutan kunjungan, bukan jalan yang dilalui. Batas wilayah digambar dari titik desa."
    svg = element(
        "svg",
        element("rect", width=width, height=height, fill="#ffffff"),
        caption(title, Point(_SIDE, 34), 28, is_bold=True, anchor="start", halo=None),
        caption(facts, Point(_SIDE, 68), 19, colour=INK, anchor="start", halo=None),
        element("svg", plan_map(plan, basemap), y=_HEAD, width=PLAN_SIZE.width, height=PLAN_SIZE.height),
        element("g", legend.drawing, transform=f"translate({_SIDE:.0f} {below_map:.0f})"),
        caption(note, Point(_SIDE, height - 22), 15, colour=QUIET, anchor="start", halo=None),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        font_family=FONT,
    )
    return Picture(svg=svg, width=width, height=height)
