"""The run sheet of the caller's own team, today or tomorrow."""

from datetime import date, datetime, timedelta

from mobile_passport.domain.access import Caller
from mobile_passport.domain.plan_view import RunSheet
from mobile_passport.services.field.field_day import DAYS
from mobile_passport.services.field.run_sheets import run_sheets
from mobile_passport.services.world import World


def own_run_sheet(world: World, caller: Caller, *, day: date, now: datetime) -> RunSheet | None:
    """Return the sheet, or ``None`` when the team does not go out then or the day is too far away."""
    today = now.astimezone(world.rulebook.office.zone).date()
    if not today <= day < today + timedelta(days=DAYS):
        return None
    return next((sheet for sheet in run_sheets(world, day) if sheet.route.team == caller.scope.team), None)
