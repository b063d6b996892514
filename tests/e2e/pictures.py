"""Photographs of pages: all of them in out/screens to be looked at, four in the tour of the README.

``MP_TOUR=tests/e2e/tour`` renews the tour; `make tour` does so.
"""

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCREENS = Path(__file__).parents[2] / "out" / "screens"
_LONGEST_PX = 6_000  # the lists below go on in the same way for metres
_TOUR = os.environ.get("MP_TOUR")
_LONGEST_ON_TOUR_PX = 1_150
_ON_TOUR = {
    "kelompok-7-hari-1280": "coordinator",
    "rencana-versi-1280": "planner",
    "lapangan-hari-390": "field-team",
    "link-asked-320": "applicant",
}


def photograph(page: Page, name: str) -> None:
    """Keep a picture of the page that shows, and one of its upper part for the tour."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    path, part = SCREENS / f"{name}.jpg", _upper(page, _LONGEST_PX)
    page.screenshot(path=path, full_page=True, clip=part, type="jpeg", quality=85)
    if _TOUR and name in _ON_TOUR:
        path, part = Path(_TOUR, f"{_ON_TOUR[name]}.jpg"), _upper(page, _LONGEST_ON_TOUR_PX)
        page.screenshot(path=path, full_page=True, clip=part, type="jpeg", quality=70)


def _upper(page: Page, longest_px: int) -> Any:
    width, height = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    return {"x": 0, "y": 0, "width": width, "height": min(height, longest_px)}
