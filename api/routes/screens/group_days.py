"""A coordinator changes when a group that was handed in wishes to be served, and books its day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from api.day_choice import DayChoice
from api.group_days import DAY_TROUBLE, chosen_days
from api.group_offers import Offers, offers_for
from api.group_states import can_choose_days
from api.identity import allowed
from api.routes.dependencies import NowDep, WorldDep
from api.schemas.texts import Reference
from api.screens import screen
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.domain.booking import BookingDoesNotFit
from mobile_passport.domain.person import age_on
from mobile_passport.domain.refusal import Refusal, Stale
from mobile_passport.domain.status import ApplicantStatus, BookingState
from mobile_passport.intake.cells import DateContext, Problem
from mobile_passport.intake.draft import written
from mobile_passport.intake.findings import finding
from mobile_passport.intake.plan_dates import read_plan_date, read_wished_dates
from mobile_passport.services.booking.book_for_request import book_for_request, booking_revision
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.booking.offer_days import Group
from mobile_passport.services.requests.amend_wishes import AlreadyPlanned, DatesUnusable, Wishes, amend_wishes
from mobile_passport.services.requests.group_progress import GroupProgress, group_of
from mobile_passport.services.requests.read_requests import find_request, people_of
from mobile_passport.services.world import World

_SEE_OTHER = 303
_OLD = 60
_STALE = "Permohonan ini baru saja diubah di tempat lain. Lihat keadaannya sekarang, lalu pilih lagi."
_PLANNED = "Kelompok ini sudah punya jadwal, jadi harinya tidak dapat diubah lagi. Tarik dulu bila tidak cocok."
_UNUSABLE = "Ada tanggal yang sudah lewat atau terlalu jauh. Periksa bulan dan tahunnya."

router = APIRouter(prefix="/kelompok/{reference}", include_in_schema=False)

Writer = Annotated[Caller, Depends(allowed(Operation.REQUESTS_WRITE))]
Booker = Annotated[Caller, Depends(allowed(Operation.BOOKINGS_WRITE))]


@dataclass(frozen=True, slots=True, kw_only=True)
class WishesEntry:
    """What stands in the form, as text."""

    wished: str
    deadline: str

    @classmethod
    def of(cls, group: GroupProgress) -> "WishesEntry":
        """Show what is known."""
        letter = group.letter
        return cls(wished="; ".join(map(written, letter.wished_dates)), deadline=written(letter.deadline_date))

    def read(self, before: Wishes, world: World, now: datetime) -> tuple[Wishes, dict[str, tuple[str, ...]]]:
        """Return what it says, and what cannot be read, field by field; what was not touched stays."""
        days = DateContext(on_date=today_of(world, now), limits=world.intake_rules.lists, counts_days_from_1904=False)
        wished = read_wished_dates(self.wished, days=days) if self.wished else None
        deadline = read_plan_date(self.deadline, days=days) if self.deadline else None
        if self.wished == "; ".join(map(written, before.wished_dates)):
            wished = before.wished_dates
        if self.deadline == written(before.deadline_date):
            deadline = before.deadline_date
        found = {"wished": wished, "deadline": deadline}
        errors = {name: _sentences(one) for name, one in found.items() if isinstance(one, Problem)}
        wishes = Wishes(
            wished_dates=() if wished is None or isinstance(wished, Problem) else wished,
            deadline_date=None if isinstance(deadline, Problem) else deadline,
        )
        return wishes, errors


@router.get("/keinginan")
def ask_wishes(request: Request, reference: Reference, world: WorldDep, caller: Writer, now: NowDep) -> Response:
    """Ask which days would suit, and until when the passports are needed."""
    group = group_of(world, reference, caller=caller, now=now)
    return _wishes_page(request, world, caller, group, WishesEntry.of(group))


@router.post("/keinginan")
def take_wishes(
    request: Request,
    reference: Reference,
    world: WorldDep,
    caller: Writer,
    now: NowDep,
    wished: Annotated[str, Form()] = "",
    deadline: Annotated[str, Form()] = "",
    versi: Annotated[str, Form()] = "",
) -> Response:
    """Change the wishes of a request."""
    group = group_of(world, reference, caller=caller, now=now)
    entry = WishesEntry(wished=wished.strip(), deadline=deadline.strip())
    before = Wishes(wished_dates=group.letter.wished_dates, deadline_date=group.letter.deadline_date)
    wishes, errors = entry.read(before, world, now)
    if errors:
        return _wishes_page(request, world, caller, group, entry, errors=errors)
    try:
        amend_wishes(world, reference, lambda _: wishes, seen=versi, caller=caller, now=now)
    except (Stale, AlreadyPlanned, DatesUnusable) as refusal:
        words = {Stale: _STALE, AlreadyPlanned: _PLANNED, DatesUnusable: _UNUSABLE}[type(refusal)]
        return _wishes_page(request, world, caller, group, entry, trouble=words)
    return _back(reference, "keinginan")


@router.get("/hari")
def ask_day(
    request: Request,
    reference: Reference,
    world: WorldDep,
    caller: Booker,
    now: NowDep,
    soal: str = "",
    hari: Annotated[tuple[str, ...], Query()] = (),
) -> Response:
    """Offer days to a group that was handed in."""
    group = group_of(world, reference, caller=caller, now=now)
    if not can_choose_days(group):
        return _back(reference, "gagal")
    people = group.letter.people[ApplicantStatus.WAITING]
    own = {one.date: one.places for one in group.bookings if one.state is not BookingState.WAITING}
    deadline = group.letter.deadline_date or world.rulebook.planning.deadline_of(group.letter.category)
    choice = DayChoice.of(world, now, own=own, deadline=deadline)
    asked = _group(world, group, people, own, caller, now)
    found = offers_for(world, asked, choice.first, choice.last, caller=caller, now=now) if asked else Offers()
    return screen(
        request,
        world,
        caller,
        "groups/other_days.html",
        group=group,
        people=people,
        revision=booking_revision(group.letter, group.bookings),
        trouble=_DAY_TROUBLE.get(soal),
        found=found,
        choice=choice,
        chosen=chosen_days("", hari) or [one.date for one in group.bookings],
        wished=group.letter.wished_dates,
    )


@router.post("/hari")
def take_day(
    reference: Reference,
    world: WorldDep,
    caller: Booker,
    now: NowDep,
    hari: Annotated[tuple[str, ...], Form()] = (),
    saja: Annotated[str, Form()] = "",
    versi: Annotated[str, Form()] = "",
) -> Response:
    """Book other days for a group, all of them or none."""
    find_request(world, reference, caller.scope)
    days = chosen_days(saja, hari)
    if not days:
        return _again(reference, "no_day")
    try:
        taken = book_for_request(world, reference, days, seen=versi, caller=caller, now=now)
    except (Stale, AlreadyPlanned):
        return _again(reference, "changed")
    except BookingDoesNotFit:
        return _again(reference, "no_fit", days)
    except Refusal as refusal:
        if refusal.code not in _DAY_TROUBLE:
            raise
        return _again(reference, refusal.code)
    if any(one.state is not BookingState.BOOKED for one in taken):
        return _back(reference, "menunggu-hari")
    return _back(reference, "hari-dipesan" if len(taken) == len(days) else "hari-cukup")


_DAY_TROUBLE: Mapping[str, str] = {
    **DAY_TROUBLE,
    "changed": _STALE,
    "no_fit": "Hari yang dipilih belum cukup untuk semua orang, atau sesudah batas waktu. Pilih hari lain atau tambah "
    "hari sampai cukup. Pesanan yang lama tetap.",
}


def _group(
    world: World, group: GroupProgress, people: int, own: Mapping[date, int], caller: Caller, now: datetime
) -> Group | None:
    letter = group.letter
    if letter.village_code is None:
        return None
    today = today_of(world, now)
    forms = [
        person.form
        for person in people_of(world, letter.reference, caller.scope)
        if person.form and person.status is ApplicantStatus.WAITING
    ]
    return Group(
        people=people,
        slow=sum(bool(one.needs) or age_on(one.birth_date, today) >= _OLD for one in forms),
        village_code=letter.village_code,
        category=letter.category,
        wished_dates=letter.wished_dates,
        deadline_date=letter.deadline_date,
        has=own,
    )


def _wishes_page(
    request: Request,
    world: World,
    caller: Caller,
    group: GroupProgress,
    entry: WishesEntry,
    *,
    errors: Mapping[str, tuple[str, ...]] | None = None,
    trouble: str | None = None,
) -> Response:
    return screen(
        request,
        world,
        caller,
        "groups/wishes.html",
        status_code=422 if errors or trouble else 200,
        group=group,
        entry=entry,
        errors=errors or {},
        trouble=trouble,
        rule=world.rulebook.rank.deadline,
    )


def _sentences(problem: Problem) -> tuple[str, ...]:
    found = finding(problem.code, details=problem.details)
    return found.problem, found.action


def _back(reference: str, news: str) -> Response:
    return RedirectResponse(f"/kelompok/{quote(reference)}?kabar={news}", _SEE_OTHER)


def _again(reference: str, trouble: str, days: tuple[date, ...] = ()) -> Response:
    ticked = urlencode([("soal", trouble), *(("hari", day.isoformat()) for day in days)])
    return RedirectResponse(f"/kelompok/{quote(reference)}/hari?{ticked}", _SEE_OTHER)
