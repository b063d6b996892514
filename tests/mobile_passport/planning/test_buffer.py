"""A buffer makes stops longer, not what is done there."""

from dataclasses import replace

import pytest

from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.outcome import serving_hours
from mobile_passport.planning.sizing import Sizing
from mobile_passport.rules.rulebook import Rulebook
from tests.mobile_passport.planning.test_outcome import CREW, TIMETABLE, session_of

BUFFER_S = 20 * 60


@pytest.fixture
def buffered(rulebook: Rulebook) -> Rulebook:
    site = replace(rulebook.service.site, buffer_minutes=20)
    return replace(rulebook, service=replace(rulebook.service, site=site))


@pytest.mark.parametrize("kind", VisitKind)
def test_a_stop_takes_its_buffer_longer(kind: VisitKind, rulebook: Rulebook, buffered: Rulebook) -> None:
    attendees = session_of([1950, 1990], [None, None]).attendees
    without, with_buffer = (
        Sizing.of(CREW, TIMETABLE, rules).service_time(attendees, kind, way_s=3600).working_s
        for rules in (rulebook, buffered)
    )
    assert with_buffer - without == BUFFER_S


def test_nobody_gets_a_slot_in_the_buffer(rulebook: Rulebook, buffered: Rulebook) -> None:
    start_s = TIMETABLE.seconds(TIMETABLE.open_days[0].date, TIMETABLE.open_days[0].opens)
    end_s = start_s + 3 * 3600
    plain = serving_hours(start_s, end_s, TIMETABLE, rulebook)
    assert serving_hours(start_s, end_s, TIMETABLE, buffered) == replace(plain, closes_s=plain.closes_s - BUFFER_S)
