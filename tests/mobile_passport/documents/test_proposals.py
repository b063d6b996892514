from dataclasses import replace

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.run_sheet import sheet_data
from tests.mobile_passport.documents.sample_plan import sample_run_sheet


def test_a_run_sheet_says_that_nobody_was_invited_to_a_place_not_surveyed(basemap: Basemap) -> None:
    sheet = sample_run_sheet()
    first = replace(sheet.stops[0], stop=replace(sheet.stops[0].stop, is_surveyed=False))
    stops = sheet_data(replace(sheet, stops=(first, *sheet.stops[1:])), basemap)["stops"]
    assert [bool(stop["proposal"]) for stop in stops] == [True] + [False] * (len(stops) - 1)
