"""A plan as a planner reads it: days, routes, stops, who is not served. No names and no numbers of persons."""

from dataclasses import dataclass
from datetime import date, datetime

from mobile_passport.domain.request import VisitKind
from optimizer.problem import LatLon
from optimizer.punctuality import Light


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """How punctual a stop is on simulated days; an estimate, not a promise.

    Attributes
    ----------
    on_time
        Share of days, 0 to 1, on which the team starts at most ``within_minutes`` after its time; at a home that is the
        window told.
    buffer_minutes
        Time to add before the stop so that it becomes green; 0 when it is.
    """

    on_time: float
    within_minutes: int
    light: Light
    buffer_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopView:
    """One stop of a route.

    Attributes
    ----------
    visit
        Name within the plan: ``K-007``.
    requests
        References of the requests whose people come.
    first_slot_at, last_slot_at
        Arrival of the first and of the last person.
    waiver
        Why fewer than the minimum may come, a code; ``None`` when the minimum is met.
    window_closes_at
        A household is told to expect the team between its slot and this moment; ``None`` for a venue.
    punctuality
        ``None`` where nothing was simulated.
    is_surveyed
        ``False`` for a proposal: nobody was told, and both slots are when the doors would open.
    """

    visit: str
    kind: VisitKind
    place: str
    position: LatLon
    arrival_at: datetime
    starts_at: datetime
    ends_at: datetime
    first_slot_at: datetime
    last_slot_at: datetime
    people: int
    requests: tuple[str, ...]
    waiver: str | None
    is_surveyed: bool = True
    window_closes_at: datetime | None = None
    punctuality: Punctuality | None = None

    @property
    def last_expected_at(self) -> datetime:
        """Until when people are asked to come, or a household to expect the team."""
        return self.window_closes_at or self.last_slot_at


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteView:
    """One team's day, from the depot and back.

    Attributes
    ----------
    travel_s, distance_m
        Whole way. ``travel_is_estimate`` says that no road network stood behind it.
    way
        The road from the depot through the stops and back, for drawing; ``None`` when only straight lines are known.
    """

    team: str
    team_label: str
    leaves_at: datetime
    back_at: datetime
    travel_s: int
    distance_m: int
    travel_is_estimate: bool
    stops: tuple[StopView, ...]
    way: tuple[LatLon, ...] | None = None

    @property
    def people(self) -> int:
        """People served on the route."""
        return sum(stop.people for stop in self.stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """All routes of one date."""

    date: date
    routes: tuple[RouteView, ...]

    @property
    def people(self) -> int:
        """People served on the date."""
        return sum(route.people for route in self.routes)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnservedView:
    """People on no route, and why.

    Attributes
    ----------
    code
        Stable reason code; ``mobile_passport.domain.reasons`` says it in Indonesian.
    detail, change
        The optimizer's finding with its figures, English.
    """

    visit: str
    kind: VisitKind
    place: str
    position: LatLon
    people: int
    requests: tuple[str, ...]
    code: str
    detail: str
    change: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """One version of the plan.

    Attributes
    ----------
    gap
        Proved distance from the best possible plan, a share of 1; ``None`` when nothing was proved.
    days
        Days on which a team goes out, ascending.
    to_review, office
        People who are in no plan because their place is unclear, or because they have to come to the office.
    """

    office_name: str
    depot_label: str
    depot: LatLon
    version: int
    status: str
    published_at: datetime | None
    first_date: date
    last_date: date
    objective: float
    bound: float | None
    gap: float | None
    days: tuple[DayView, ...]
    unserved: tuple[UnservedView, ...]
    to_review: int
    office: int

    @property
    def served(self) -> int:
        """People with a slot."""
        return sum(day.people for day in self.days) - self.proposed

    @property
    def proposed(self) -> int:
        """People on a route who have no slot yet because their place was not surveyed."""
        stops = (stop for day in self.days for route in day.routes for stop in route.stops)
        return sum(stop.people for stop in stops if not stop.is_surveyed)

    @property
    def left_out(self) -> int:
        """People on no route."""
        return sum(item.people for item in self.unserved)

    @property
    def distance_m(self) -> int:
        """Metres driven by all teams."""
        return sum(route.distance_m for day in self.days for route in day.routes)

    @property
    def team_days(self) -> int:
        """How often a team goes out."""
        return sum(len(day.routes) for day in self.days)

    @property
    def distance_a_person_m(self) -> int:
        """Metres driven for each person on a route; 0 when there is none."""
        people = sum(day.people for day in self.days)
        return round(self.distance_m / people) if people else 0

    @property
    def travel_s(self) -> int:
        """Seconds driven by all teams."""
        return sum(route.travel_s for day in self.days for route in day.routes)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPerson:
    """One line of a run sheet, for the team that serves the person.

    Attributes
    ----------
    name
        In full: the team calls people by it.
    nik_tail
        Last four digits only.
    needs
        Coded needs, so that the team brings what is needed.
    """

    slot_at: datetime
    name: str
    nik_tail: str
    age: int
    passport_case: str
    needs: tuple[str, ...]
    party: str | None
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetStop:
    """One stop of a run sheet with its people in slot order and whom to call.

    Attributes
    ----------
    addresses
        Of the home that is visited, as the household wrote it; none for a hall.
    """

    stop: StopView
    people: tuple[SheetPerson, ...]
    contacts: tuple[tuple[str, str], ...]
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSheet:
    """What one team needs on paper for one day."""

    office_name: str
    office_phone: str
    depot_label: str
    depot: LatLon
    plan_version: int
    date: date
    route: RouteView
    stops: tuple[SheetStop, ...]
    fees: tuple[tuple[str, int], ...]
