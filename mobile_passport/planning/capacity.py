"""How many people a day has places for, by the office's rules."""

from datetime import date

from mobile_passport.domain.calendar import WorkingDay, day_of
from mobile_passport.domain.request import VisitKind
from mobile_passport.rules.booking import BookingRules
from mobile_passport.rules.rulebook import Rulebook
from mobile_passport.rules.teams import Team


def places_on(day: date, rulebook: Rulebook, rules: BookingRules) -> int:
    """Count the people whom the teams of a day can serve; 0 on a day that is not worked.

    A careful figure, since a booking promises the day: every team is taken to have as many stops, and every group as
    many slow people, as ``booking.toml`` says; a team that could serve one group of the smallest size has at least
    these places. The plan itself counts the minutes of the people who really come.
    """
    worked = day_of(day, rulebook.calendar)
    if not isinstance(worked, WorkingDay):
        return 0
    return sum(
        max(
            _people_at(rules.capacity.stops_a_team, team, worked, rulebook, rules),
            min(_people_at(1, team, worked, rulebook, rules), rulebook.service.minimum.per_location_day),
        )
        for team in rulebook.teams.teams
        if team.goes_out_on(day) and VisitKind.COLLECTIVE.value in team.skills
    )


def _people_at(stops: int, team: Team, day: WorkingDay, rulebook: Rulebook, rules: BookingRules) -> int:
    """Count the people whom a team can serve on a day with so many stops."""
    minutes, site, capacity = rulebook.service.minutes, rulebook.service.site, rules.capacity
    a_stop = site.setup_minutes + site.packup_minutes + site.buffer_minutes + site.arrival_wave_minutes
    worked = (day.whole - day.pause).total_seconds() / 60
    serving = worked - capacity.way_minutes - stops * a_stop
    biometrics = minutes.biometrics + capacity.slow_share * (minutes.biometrics_elderly - minutes.biometrics)
    slowest = max(
        minutes.documents / team.document_desks,
        minutes.interview / team.interview_desks,
        biometrics / team.kits,
    )
    return max(0, int(serving // slowest))
