"""Days of a request in the making: places held for it, given back, and booked when it is handed in."""

import logging
from collections.abc import Iterable, Mapping
from datetime import date

from api.group_draft import GroupDraft
from api.group_work import Workplace
from mobile_passport.domain.booking import Booking
from mobile_passport.domain.refusal import Refusal
from mobile_passport.domain.request import RequestForm
from mobile_passport.services.booking.booking_days import bookable_span
from mobile_passport.services.booking.confirm_booking import confirm_booking
from mobile_passport.services.booking.hold_places import hold_places
from mobile_passport.services.booking.list_bookings import list_bookings
from mobile_passport.services.booking.release_booking import release_booking
from mobile_passport.services.booking.show_days import show_days
from mobile_passport.services.booking.waiting_list import join_waiting_list
from mobile_passport.services.requests.draft_request import Shares, people_to_visit, share_out

_LOG = logging.getLogger(__name__)
DAY_TROUBLE: Mapping[str, str] = {
    "no_day": "Pilih sedikitnya satu hari.",
    "day_full": "Hari ini baru saja penuh. Pilih hari lain, atau ikut daftar tunggu.",
    "day_closed": "Hari ini tidak dapat dipesan. Pilih hari lain.",
    "quota_reached": "Jatah tempat lembaga Anda sudah terpakai. Lepaskan pesanan lain, atau hubungi kantor imigrasi.",
    "booking_does_not_fit": "Hari ini sesudah batas waktu permohonan. Pilih hari yang lebih awal.",
    "busy": "Banyak orang memesan saat ini. Coba sekali lagi.",
}
"""Why a day cannot be had, by the code of the refusal; Indonesian, templates translate it."""


def chosen_days(alone: object, ticked: Iterable[object]) -> tuple[date, ...]:
    """Return the days that a form asks for, by date.

    Parameters
    ----------
    alone
        What the button of an offer says, days with spaces between them; it stands instead of every tick.
    ticked
        A day each. What is no date counts for nothing.
    """
    named = str(alone).split() if alone else map(str, ticked)
    return tuple(sorted({day for text in named if (day := _day(text))}))


def shares_of(at: Workplace, draft: GroupDraft, form: RequestForm) -> Shares:
    """Spread the people of a request over the days that were ticked for it."""
    days = show_days(at.world, *bookable_span(at.world, now=at.now), now=at.now) if draft.chosen else ()
    chosen = [day for day in days if day.date in draft.chosen]
    return share_out(people_to_visit(at.world, form, now=at.now), chosen)


def held_for(at: Workplace, draft: GroupDraft) -> tuple[Booking, ...]:
    """Return the places held for a draft that are still held."""
    found = list_bookings(at.world, caller=at.caller, now=at.now)
    return tuple(one for one in found if one.id in draft.holds)


def holds_what_others_wait_for(at: Workplace, draft: GroupDraft, form: RequestForm) -> bool:
    """Whether everybody has a place, on days that others wait for: given back for a moment, it would be theirs."""
    held = {one.date: one.places for one in held_for(at, draft)}
    if set(held) != set(draft.chosen) or sum(held.values()) != people_to_visit(at.world, form, now=at.now):
        return False
    days = show_days(at.world, min(held), max(held), now=at.now) if held else ()
    return any(day.is_waited_for for day in days if day.date in held)


def hold_days(at: Workplace, draft: GroupDraft, form: RequestForm, shares: Shares) -> GroupDraft:
    """Hold what the days have.

    Raises
    ------
    Refusal
        Of `hold_places`; nothing is held then.
    """
    if not shares.held:
        return draft.model_copy(update={"holds": (), "waiting": dict(shares.waiting)})
    held = hold_places(
        at.world,
        shares.held,
        category=form.category,
        deadline_date=form.deadline_date,
        caller=at.caller,
        now=at.now,
    )
    holds = tuple(one.id for one in held)
    return draft.model_copy(update={"holds": holds, "waiting": dict(shares.waiting)})


def let_go(at: Workplace, draft: GroupDraft) -> GroupDraft:
    """Give back what was held for another choice."""
    for hold in draft.holds:
        try:
            release_booking(at.world, hold, caller=at.caller, now=at.now)
        except Refusal as refusal:  # it has ended by itself
            _LOG.info("a hold was over", extra={"code": refusal.code})
    return draft.model_copy(update={"holds": (), "waiting": {}})


def book_days(at: Workplace, draft: GroupDraft, form: RequestForm, reference: str) -> bool:
    """Book what is held and wait for the rest; ``False`` when a day was lost meanwhile. The request itself stands."""
    try:
        if draft.holds:
            confirm_booking(at.world, draft.holds, reference, caller=at.caller, now=at.now)
        _wait(at, draft.waiting, form, reference)
    except Refusal as refusal:
        _LOG.info("a day was lost before the request came", extra={"code": refusal.code, "reference": reference})
        return False
    return True


def _wait(at: Workplace, waiting: Mapping[date, int], form: RequestForm, reference: str) -> None:
    for day, places in waiting.items():
        join_waiting_list(
            at.world,
            day,
            places,
            category=form.category,
            deadline_date=form.deadline_date,
            request=reference,
            caller=at.caller,
            now=at.now,
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
