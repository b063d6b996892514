"""A coordinator's groups: how they stand, their people, the printed list, and what can be changed."""

from contextlib import suppress
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from api.group_people import PersonLine, lines_of
from api.group_states import STATE_WORDS, can_choose_days
from api.group_work import unfinished
from api.identity import allowed
from api.routes.dependencies import NowDep, WorldDep
from api.schemas.texts import Reference
from api.screens import screen
from mobile_passport.documents.words import CATEGORIES
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.domain.booking import Booking
from mobile_passport.domain.refusal import Conflict
from mobile_passport.domain.status import BookingState
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.booking.confirm_booking import confirm_booking
from mobile_passport.services.booking.list_bookings import list_bookings
from mobile_passport.services.booking.release_booking import release_booking
from mobile_passport.services.requests.confirm_for_group import confirm_for_group
from mobile_passport.services.requests.group_progress import GroupProgress, GroupState, group_of, groups_of
from mobile_passport.services.requests.read_requests import people_of
from mobile_passport.services.requests.readiness import readiness_of_people
from mobile_passport.services.requests.withdraw import withdraw_request
from mobile_passport.services.venues.settle_hall import hall_settled_at
from mobile_passport.services.world import World

_SEE_OTHER = 303
_NEWS = frozenset(
    {
        "diterima",
        "tanpa-hari",
        "berubah",
        "ditarik",
        "hari-dipesan",
        "hari-cukup",
        "menunggu-hari",
        "keinginan",
        "dilepas",
        "gagal",
        "dikonfirmasi",
    }
)
PEOPLE_ON_A_PAGE = 50

router = APIRouter(prefix="/kelompok", include_in_schema=False)

Reader = Annotated[Caller, Depends(allowed(Operation.REQUESTS_WRITE))]
Booker = Annotated[Caller, Depends(allowed(Operation.BOOKINGS_WRITE))]


@router.get("")
def mine(
    request: Request,
    world: WorldDep,
    caller: Reader,
    now: NowDep,
    sudah: bool = False,
    cari: str = "",
    keadaan: str = "",
    hal: int = 1,
) -> Response:
    """List the caller's groups, what is not handed in yet, and places that no group uses yet."""
    state = GroupState(keadaan) if keadaan in set(GroupState) else None
    return screen(
        request,
        world,
        caller,
        "groups/mine.html",
        shown=groups_of(world, words=cari, state=state, page=hal, caller=caller, now=now),
        words=cari,
        state=state,
        states=STATE_WORDS,
        drafts=unfinished(world, caller, now),
        kept=_unused(world, caller, now),
        categories=CATEGORIES,
        is_repeat=sudah,
    )


@router.get("/{reference}")
def one(
    request: Request,
    reference: Reference,
    world: WorldDep,
    caller: Reader,
    now: NowDep,
    kabar: str = "",
    cari: str = "",
    hal: int = 1,
) -> Response:
    """Show one group with its people, some at a time."""
    group = group_of(world, reference, caller=caller, now=now)
    asked = [word.casefold() for word in cari.split()]
    people = [one for one in _people(world, group, caller, now) if all(word in one.said for word in asked)]
    pages = max(1, -(-len(people) // PEOPLE_ON_A_PAGE))
    page = min(max(hal, 1), pages)
    return screen(
        request,
        world,
        caller,
        "groups/one.html",
        group=group,
        people=people[(page - 1) * PEOPLE_ON_A_PAGE : page * PEOPLE_ON_A_PAGE],
        found=len(people),
        words=cari,
        page=page,
        pages=pages,
        ready=sum(one.readiness is not None and one.readiness.is_ready for one in people),
        usable=[
            *(one for one in group.asked if one.state is BookingState.HELD),
            *(hold for hold in _unused(world, caller, now) if _fits(hold, group)),
        ],
        can_choose_days=can_choose_days(group),
        hall_settled_at=hall_settled_at(world, group.letter.id),
        categories=CATEGORIES,
        news=kabar if kabar in _NEWS else "",
    )


@router.get("/{reference}/cetak")
def to_print(request: Request, reference: Reference, world: WorldDep, caller: Reader, now: NowDep) -> Response:
    """Show the list to print: who comes when."""
    group = group_of(world, reference, caller=caller, now=now)
    people = sorted(_people(world, group, caller, now), key=_by_slot)
    return screen(request, world, caller, "groups/print.html", group=group, people=people, printed_at=now)


@router.post("/{reference}/tarik")
def withdraw(
    reference: Reference,
    world: WorldDep,
    caller: Reader,
    now: NowDep,
    versi: Annotated[str, Form()] = "",
    yakin: Annotated[str, Form()] = "",
) -> Response:
    """Withdraw everybody who waits or has an appointment."""
    if not yakin:
        return _back(reference, "gagal")
    try:
        withdraw_request(world, reference, seen=versi, caller=caller, now=now)
    except Conflict:
        return _back(reference, "gagal")
    return _back(reference, "ditarik")


@router.post("/{reference}/konfirmasi")
def confirm(reference: Reference, world: WorldDep, caller: Reader, now: NowDep) -> Response:
    """Say that everybody of a group who has an appointment will come; who has answered otherwise keeps their word."""
    confirm_for_group(world, reference, caller=caller, now=now)
    return _back(reference, "dikonfirmasi")


@router.post("/{reference}/pesan")
def book(
    reference: Reference,
    world: WorldDep,
    caller: Booker,
    now: NowDep,
    tempat: Annotated[tuple[UUID, ...], Form()] = (),
) -> Response:
    """Use places that are held for a group."""
    if not tempat:
        return _back(reference, "gagal")
    try:
        confirm_booking(world, tempat, reference, caller=caller, now=now)
    except Conflict:
        return _back(reference, "gagal")
    return _back(reference, "hari-dipesan")


@router.post("/pesanan/{booking}/lepas")
def release(booking: UUID, world: WorldDep, caller: Booker, now: NowDep) -> Response:
    """Give places back; what has ended by itself is given back already."""
    request = None
    with suppress(Conflict):
        request = release_booking(world, booking, caller=caller, now=now).request
    return _back(request, "dilepas") if request else RedirectResponse("/kelompok", _SEE_OTHER)


def _people(world: World, group: GroupProgress, caller: Caller, now: NowDep) -> tuple[PersonLine, ...]:
    people = people_of(world, group.letter.reference, caller.scope)
    ready = readiness_of_people(world, people, caller.scope, now=now)
    return lines_of(people, ready, group.promised, caller=caller, today=today_of(world, now))


def _unused(world: World, caller: Caller, now: NowDep) -> list[Booking]:
    return [one for one in list_bookings(world, caller=caller, now=now) if one.request is None]


def _fits(hold: Booking, group: GroupProgress) -> bool:
    return hold.state is BookingState.HELD and hold.category is group.letter.category and not group.booked


def _by_slot(line: PersonLine) -> tuple[bool, str, int]:
    slot = line.promised.slot_at.isoformat() if line.promised else ""
    return not slot, slot, line.number


def _back(reference: str, news: str) -> Response:
    return RedirectResponse(f"/kelompok/{quote(reference)}?kabar={news}", _SEE_OTHER)
