"""Service days with room, offers for a group, holds, bookings and waiting lists."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api.errors import Malformed
from api.idempotency import OnceDep, Reply
from api.identity import allowed
from api.preconditions import ETAG, SeenDep, tagged
from api.problems import problems
from api.routes.dependencies import NowDep, WorldDep
from api.schemas.booking import (
    MOST_PLACES,
    BookIn,
    BookingOut,
    BookingsOut,
    CapacityIn,
    DayOfferOut,
    DayRoomOut,
    DayStateIn,
    HoldIn,
    ServiceDayOut,
    WaitIn,
)
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.domain.booking import Booking, ServiceDay
from mobile_passport.domain.request import Category
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.booking.confirm_booking import confirm_booking
from mobile_passport.services.booking.hold_places import hold_places
from mobile_passport.services.booking.list_bookings import list_bookings
from mobile_passport.services.booking.offer_days import Group, offer_days
from mobile_passport.services.booking.release_booking import release_booking
from mobile_passport.services.booking.set_capacity import set_capacity, set_day_state
from mobile_passport.services.booking.show_days import show_days
from mobile_passport.services.booking.waiting_list import join_waiting_list
from mobile_passport.services.world import World

LONGEST_SPAN_DAYS = 100
_FURTHEST = timedelta(days=400)

router = APIRouter(prefix="/api/v1", tags=["bookings"])

Reader = Annotated[Caller, Depends(allowed(Operation.DAYS_READ))]
Booker = Annotated[Caller, Depends(allowed(Operation.BOOKINGS_WRITE))]
Manager = Annotated[Caller, Depends(allowed(Operation.DAYS_MANAGE))]
First = Annotated[date, Query(alias="from", description="First day.")]
Last = Annotated[date, Query(alias="to", description=f"Last day, at most {LONGEST_SPAN_DAYS} days after the first.")]


@router.get("/days", operation_id="list_days", responses=problems())
def days(first: First, last: Last, world: WorldDep, _: Reader, now: NowDep) -> tuple[DayRoomOut, ...]:
    """Return every day between two dates, with its room or why there is none."""
    _refuse_span(world, first, last, now)
    return tuple(map(DayRoomOut.of, show_days(world, first, last, now=now)))


@router.get("/days/offers", operation_id="offer_days", responses=problems(404))
def offers(
    first: First,
    last: Last,
    village: Annotated[str, Query(pattern=r"^[0-9]{10}$", description="Code of the village, ten digits.")],
    people: Annotated[int, Query(ge=1, le=MOST_PLACES)],
    category: Category,
    world: WorldDep,
    caller: Reader,
    now: NowDep,
    slow: Annotated[int, Query(ge=0, le=MOST_PLACES, description="Of the people: elderly, or with a need.")] = 0,
    wished: Annotated[tuple[date, ...], Query(max_length=LONGEST_SPAN_DAYS)] = (),
    deadline: date | None = None,
) -> tuple[DayOfferOut, ...]:
    """Return the days that have room for a group or a part of it, best first, with reasons."""
    _refuse_span(world, first, last, now)
    if slow > people:
        raise Malformed("slow counts some of the people; it is not more than they are")
    group = Group(
        people=people,
        slow=slow,
        village_code=village,
        category=category,
        wished_dates=wished,
        deadline_date=deadline,
    )
    found = offer_days(world, group, first, last, caller=caller, now=now)
    return tuple(DayOfferOut.model_validate(offer) for offer in found)


@router.put(
    "/days/{day}/capacity",
    operation_id="set_capacity",
    response_model=ServiceDayOut,
    responses={200: {"headers": ETAG}, **problems(409, 412, 428)},
)
def put_capacity(
    day: date, wanted: CapacityIn, caller: Manager, seen: SeenDep, world: WorldDep, now: NowDep
) -> Response:
    """Give a day another number of places, never fewer than are taken. Its ETag is the present number."""
    changed = set_capacity(world, day, wanted.capacity, expected=seen, caller=caller, now=now)
    return tagged(_day_out(changed), str(changed.capacity))


@router.put("/days/{day}/state", operation_id="set_day_state", responses=problems(409))
def put_state(day: date, wanted: DayStateIn, world: WorldDep, caller: Manager, now: NowDep) -> ServiceDayOut:
    """Open a day for bookings, or close it; what is booked stays."""
    return _day_out(set_day_state(world, day, wanted.state, caller=caller, now=now))


@router.get("/bookings", operation_id="list_bookings", responses=problems())
def bookings(world: WorldDep, caller: Reader, now: NowDep) -> BookingsOut:
    """Return what is held, booked or waited for on days to come; an organisation sees its own."""
    return _bookings_out(list_bookings(world, caller=caller, now=now))


@router.post("/holds", operation_id="hold_places", status_code=201, response_model=BookingsOut, responses=problems(409))
def post_hold(wanted: HoldIn, once: OnceDep, caller: Booker) -> Response:
    """Hold places while the list of people is made ready: on all days or on none."""
    places = {day.date: day.places for day in wanted.days}
    if len(places) < len(wanted.days):
        raise Malformed("a day stands here twice; add its places together")

    def work(world: World) -> Reply:
        held = hold_places(
            world,
            places,
            category=wanted.category,
            deadline_date=wanted.deadline_date,
            caller=caller,
            now=once.now,
        )
        return Reply(body=_bookings_out(held))

    return once.answer(caller, work, status=201)


@router.post(
    "/waiting-list",
    operation_id="join_waiting_list",
    status_code=201,
    response_model=BookingOut,
    responses=problems(409),
)
def post_wait(wanted: WaitIn, once: OnceDep, caller: Booker) -> Response:
    """Wait for a full day. Groups move up in the order of service; a place that came up is held, and then booked."""

    def work(world: World) -> Reply:
        waiting = join_waiting_list(
            world,
            wanted.date,
            wanted.places,
            category=wanted.category,
            deadline_date=wanted.deadline_date,
            caller=caller,
            now=once.now,
        )
        return Reply(body=BookingOut.model_validate(waiting))

    return once.answer(caller, work, status=201)


@router.post(
    "/bookings",
    operation_id="confirm_booking",
    status_code=201,
    response_model=BookingsOut,
    responses=problems(404, 409),
)
def post_booking(wanted: BookIn, once: OnceDep, caller: Booker) -> Response:
    """Book held places for the people of a request, for all of them or none."""

    def work(world: World) -> Reply:
        booked = confirm_booking(world, wanted.holds, wanted.request, caller=caller, now=once.now)
        return Reply(body=_bookings_out(booked))

    return once.answer(caller, work, status=201)


@router.post(
    "/bookings/{booking_id}/release",
    operation_id="release_booking",
    response_model=BookingOut,
    responses=problems(404, 409),
)
def post_release(booking_id: UUID, once: OnceDep, caller: Booker) -> Response:
    """Give places back: of a hold, a booking, or on a waiting list."""

    def work(world: World) -> Reply:
        released = release_booking(world, booking_id, caller=caller, now=once.now)
        return Reply(body=BookingOut.model_validate(released))

    return once.answer(caller, work)


def _refuse_span(world: World, first: date, last: date, now: datetime) -> None:
    today = today_of(world, now)
    if not timedelta(0) <= last - first <= timedelta(days=LONGEST_SPAN_DAYS):
        raise Malformed(f"ask for 1 to {LONGEST_SPAN_DAYS + 1} days, the first one first")
    if not today - timedelta(days=LONGEST_SPAN_DAYS) <= first <= today + _FURTHEST:
        raise Malformed(f"ask for days from {LONGEST_SPAN_DAYS} days ago to {_FURTHEST.days} days ahead")


def _day_out(day: ServiceDay) -> ServiceDayOut:
    return ServiceDayOut.model_validate(day)


def _bookings_out(found: Iterable[Booking]) -> BookingsOut:
    return BookingsOut(bookings=tuple(BookingOut.model_validate(booking) for booking in found))
