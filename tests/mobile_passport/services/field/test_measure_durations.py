"""Reports of phones become logs of stops: planned and real times, who came, the way there."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from mobile_passport.domain.field import OperationType as Op
from mobile_passport.domain.field import StopKey
from mobile_passport.domain.request import VisitKind
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.planning.logged import LoggedStop
from mobile_passport.planning.robust import TOO_FEW
from mobile_passport.services.field.measure_durations import logged_stops, measure_durations
from mobile_passport.services.plans.show_plan import show_plan
from mobile_passport.services.world import World
from tests.field_team import Team

LATE = timedelta(minutes=20)
SETUP, SERVING = timedelta(minutes=40), timedelta(minutes=70)


class Day:
    """A day on which a team comes late everywhere: the one with most stops."""

    def __init__(self, world: World) -> None:
        view = show_plan(world)
        assert view
        self.date, self.route = max(
            ((day.date, route) for day in view.days for route in day.routes), key=lambda found: len(found[1].stops)
        )
        self.team = Team(world, self.route.team)
        self.phone = self.team.phone()
        self.keys = [StopKey(service_date=self.date, visit=stop.visit) for stop in self.route.stops]
        self.arrivals = [max(stop.arrival_at, stop.first_slot_at) + LATE for stop in self.route.stops]

    def report(self, *, come: int = 2, leave_out: StopKey | None = None) -> None:
        """Report every stop, and the first people of each as being there."""
        for key, arrived_at in zip(self.keys, self.arrivals, strict=True):
            if key == leave_out:
                continue
            started_at = arrived_at + SETUP
            self._at(Op.ARRIVED, key, arrived_at)
            self._at(Op.STARTED, key, started_at)
            for person in self._appointments(key)[:come]:
                self._at(Op.CHECK_IN, person, started_at)
            self._at(Op.FINISHED, key, started_at + SERVING)

    def _appointments(self, key: StopKey) -> list[UUID]:
        with self.team.world.database.reading() as session:
            active = Appointments(session, self.team.world.kanim).active().values()
        return sorted(one.id for one in active if one.visit == key.visit)

    def _at(self, kind: Op, about: UUID | StopKey, at: datetime) -> None:
        # A phone adds a minute for everything that it wrote down before.
        operation = self.phone.write(kind, about, at=at - timedelta(minutes=self.phone.written + 1))
        self.phone.send(operation, now=at)


@pytest.fixture
def day(office: World) -> Day:
    return Day(office)


def logged(day: Day) -> list[LoggedStop]:
    return list(logged_stops(day.team.world, first=day.date, last=day.date))


def test_reports_are_joined_with_what_was_planned_and_who_came(day: Day) -> None:
    day.report()
    stops = logged(day)
    assert [stop.kind for stop in stops] == [stop.kind for stop in day.route.stops]
    for stop, planned, arrived_at in zip(stops, day.route.stops, day.arrivals, strict=True):
        assert stop.team == day.route.team
        assert stop.kits == 2
        assert (stop.planned_at, stop.opens_at) == (planned.starts_at, planned.first_slot_at)
        assert stop.arrived_at == arrived_at
        assert stop.setup_s == SETUP.total_seconds()
        assert stop.serving_s == SERVING.total_seconds() - stop.pause_s
        assert 1 <= stop.ordinary + stop.slow <= 2
    # The household is somebody who cannot leave the bed and a carer, both above sixty.
    assert [(stop.ordinary, stop.slow) for stop in stops if stop.kind is VisitKind.HOME] == [(0, 2)]


def test_the_way_to_a_stop_begins_where_the_team_was_before(day: Day) -> None:
    day.report()
    first, *others = logged(day)
    assert first.way
    assert first.way.after is None
    assert first.way.left_at == day.route.leaves_at
    for before, stop in zip([first, *others], others, strict=False):
        assert stop.way
        assert (stop.way.after, stop.way.left_at) == (before.kind, before.finished_at)
        assert stop.way.planned_s > 0


def test_a_stop_that_was_not_reported_leaves_a_gap_and_no_wrong_way(day: Day) -> None:
    day.report(leave_out=day.keys[0])
    stops = logged(day)
    assert len(stops) == len(day.keys) - 1
    assert all(stop.way is None for stop in stops[:1])


def test_nothing_is_suggested_from_one_day_and_nothing_at_all_from_none(day: Day) -> None:
    assert logged(day) == []
    day.report()
    for figure in measure_durations(day.team.world, first=day.date, last=day.date):
        assert (figure.suggested, figure.why_not) == (None, TOO_FEW)
    later = day.date + timedelta(days=90)
    assert logged_stops(day.team.world, first=later, last=later) == ()
