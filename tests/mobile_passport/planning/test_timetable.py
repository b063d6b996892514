from dataclasses import replace
from datetime import date, datetime, time, timedelta

from mobile_passport.domain.calendar import WorkingDay
from mobile_passport.planning.timetable import make_timetable, start_windows
from mobile_passport.rules.rulebook import Rulebook

TODAY = date(2026, 11, 24)  # a Tuesday
HOUR = 3600


def test_shifts_exist_only_where_a_team_goes_out_on_a_worked_day(rulebook: Rulebook) -> None:
    timetable = make_timetable(rulebook, today=TODAY)
    ids = {shift.id for shift in timetable.shifts}
    assert "unit-1/2026-11-24" in ids  # promises of today are kept on it
    assert "unit-2/2026-12-03" not in ids  # a Thursday: unit 2 stays in
    assert "unit-1/2026-12-24" not in ids  # cuti bersama
    assert {day.date for day in timetable.days} == {date.fromisoformat(name.partition("/")[2]) for name in ids}


def test_new_visits_start_after_the_lead_time(rulebook: Rulebook) -> None:
    timetable = make_timetable(rulebook, today=TODAY)
    assert min(day.date for day in timetable.open_days) == date(2026, 12, 1)
    assert timetable.last_date == date(2026, 12, 1) + timedelta(weeks=9, days=-1)


def test_seconds_and_moments_are_each_others_inverse(rulebook: Rulebook) -> None:
    timetable = make_timetable(rulebook, today=TODAY)
    moment = datetime.combine(date(2026, 12, 1), time(8, 30), timetable.zone)
    seconds = timetable.seconds(date(2026, 12, 1), time(8, 30))
    assert seconds == 7 * 24 * HOUR + 8.5 * HOUR
    assert timetable.moment(seconds) == moment
    assert timetable.day_holding(seconds).date == date(2026, 12, 1)


def test_a_short_visit_ends_before_the_break_or_starts_after_it(rulebook: Rulebook) -> None:
    timetable = make_timetable(rulebook, today=TODAY)
    tuesday = timetable.open_days[0]
    windows = start_windows(timetable, [tuesday], service_s=2 * HOUR, break_inside=False)
    spans = [(timetable.moment(w.start_s).time(), timetable.moment(w.end_s).time()) for w in windows]
    # Worked from 07.30 to 16.00 with a break from 12.00 to 13.00; two hours of service.
    assert spans == [(time(7, 30), time(10)), (time(13), time(14))]


def test_a_long_visit_holds_the_whole_break(rulebook: Rulebook) -> None:
    timetable = make_timetable(rulebook, today=TODAY)
    windows = start_windows(timetable, timetable.open_days[:1], service_s=6 * HOUR, break_inside=True)
    spans = [(timetable.moment(w.start_s).time(), timetable.moment(w.end_s).time()) for w in windows]
    assert spans == [(time(7, 30), time(10))]  # six hours with the break inside end by 16.00


def test_a_visit_longer_than_the_day_has_no_window(rulebook: Rulebook) -> None:
    timetable = make_timetable(rulebook, today=TODAY)
    assert start_windows(timetable, timetable.open_days, service_s=10 * HOUR, break_inside=True) == ()
    assert start_windows(timetable, timetable.open_days, service_s=5 * HOUR, break_inside=False) == ()


def test_a_team_that_ends_has_no_shifts_afterwards(rulebook: Rulebook) -> None:
    teams = tuple(replace(team, to_date=date(2026, 12, 10)) for team in rulebook.teams.teams)
    timetable = make_timetable(replace(rulebook, teams=replace(rulebook.teams, teams=teams)), today=TODAY)
    assert max(day.date for day in timetable.days) == date(2026, 12, 9)
    assert all(isinstance(day, WorkingDay) for day in timetable.days)
