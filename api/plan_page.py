"""What the page of a plan shows, worked out before the template writes it down."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.canvas import styles_of
from mobile_passport.documents.day_map import PHONE_DAY_SIZE, day_map
from mobile_passport.documents.legend import Sign, day_signs, signs, team_sign
from mobile_passport.documents.plan_map import PHONE_PLAN_SIZE, plan_map
from mobile_passport.documents.sentences import Say
from mobile_passport.domain.plan_view import DayView, PlanView, RouteView, UnservedView
from mobile_passport.domain.reasons import ReasonText, reason_text

_FRIDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamWeek:
    """One team's week: people a day, in the order of the calendar's weekdays; ``None`` when it does not go out."""

    label: str
    people: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week of the calendar, from Monday."""

    sunday: date
    people: int
    dates: tuple[date, ...]
    teams: tuple[TeamWeek, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """People on no route, and why in plain words."""

    item: UnservedView
    reason: ReasonText


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """Everything on the page.

    Attributes
    ----------
    chosen
        The day whose map is shown; ``None`` for the whole plan.
    before, after
        Neighbours of the chosen day.
    drawing, phone_drawing
        The same map for wide and for narrow screens.
    """

    plan: PlanView
    chosen: DayView | None
    before: date | None
    after: date | None
    drawing: Markup
    phone_drawing: Markup
    signs: tuple[Sign, ...]
    team_signs: dict[str, Sign]
    weekdays: tuple[date, ...]
    weeks: tuple[Week, ...]
    left: tuple[Left, ...]

    @property
    def travel_is_estimate(self) -> bool:
        """Whether any way is estimated."""
        return any(route.travel_is_estimate for route in self._routes)

    @property
    def is_simulated(self) -> bool:
        """Whether the punctuality of any stop is known."""
        return any(stop.punctuality for route in self._routes for stop in route.stops)

    @property
    def shown_routes(self) -> tuple[RouteView, ...]:
        """Routes on the map."""
        return self.chosen.routes if self.chosen else self._routes

    @property
    def _routes(self) -> tuple[RouteView, ...]:
        return tuple(route for day in self.plan.days for route in day.routes)


def plan_page(plan: PlanView, basemap: Basemap, day: date | None, say: Say) -> PlanPage:
    """Work out the page.

    Parameters
    ----------
    day
        Whose map to show; a day without service shows the whole plan.
    say
        Writes on the maps in the reader's language.
    """
    dates = [shown.date for shown in plan.days]
    index = dates.index(day) if day in dates else None
    chosen = None if index is None else plan.days[index]
    weeks = tuple(_weeks(plan))
    labels = {route.team: route.team_label for shown in plan.days for route in shown.routes}
    return PlanPage(
        plan=plan,
        chosen=chosen,
        before=dates[index - 1] if index else None,
        after=dates[index + 1] if index is not None and index + 1 < len(dates) else None,
        drawing=drawing_of(plan, basemap, chosen, say),
        phone_drawing=phone_drawing_of(plan, basemap, chosen, say),
        signs=signs(plan) if chosen is None else day_signs(plan, chosen),
        team_signs={team: team_sign(style, labels[team]) for team, style in styles_of(plan).items()},
        weekdays=weeks[0].dates if weeks else (),
        weeks=weeks,
        left=tuple(
            Left(item=item, reason=reason_text(item.code))
            for item in sorted(plan.unserved, key=lambda item: (-item.people, item.visit))
        ),
    )


def drawing_of(plan: PlanView, basemap: Basemap, chosen: DayView | None, say: Say) -> Markup:
    """Draw the map of a day, or of the whole plan."""
    if chosen is None:
        return plan_map(plan, basemap, say=say)
    return day_map(chosen.routes, plan.depot, basemap, styles_of(plan), say=say)


def phone_drawing_of(plan: PlanView, basemap: Basemap, chosen: DayView | None, say: Say) -> Markup:
    """Draw the same with letters and marks that are large enough on a phone."""
    if chosen is None:
        return plan_map(plan, basemap, PHONE_PLAN_SIZE, say=say)
    return day_map(chosen.routes, plan.depot, basemap, styles_of(plan), PHONE_DAY_SIZE, say=say)


def _weeks(plan: PlanView) -> Iterator[Week]:
    """Yield the weeks in which somebody goes out, Monday to Friday and as far as the weekend is worked."""
    if not plan.days:
        return
    labels = {route.team: route.team_label for day in plan.days for route in day.routes}
    people = {(route.team, day.date): route.people for day in plan.days for route in day.routes}
    days_shown = max(_FRIDAY, *(day.date.isoweekday() for day in plan.days))
    weeks: dict[date, list[DayView]] = defaultdict(list)
    for day in plan.days:
        weeks[day.date - timedelta(days=day.date.weekday())].append(day)
    for monday in sorted(weeks):
        dates = tuple(monday + timedelta(days=offset) for offset in range(days_shown))
        yield Week(
            sunday=monday + timedelta(days=6),
            people=sum(day.people for day in weeks[monday]),
            dates=dates,
            teams=tuple(
                TeamWeek(label=labels[team], people=tuple(people.get((team, shown)) for shown in dates))
                for team in sorted(labels)
            ),
        )
