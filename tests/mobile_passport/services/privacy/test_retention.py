"""What was kept long enough is erased, and nothing else."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.rules.privacy import months_after
from mobile_passport.services.privacy.retention import erase_due, erase_due_daily, list_due
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.mobile_passport.services.privacy.conftest import SLOT, applicants, serve
from tests.mobile_passport.services.seasons import NOW, letter, person

SIX_MONTHS = SLOT.replace(year=2027, month=6)  # the slot is on 4 December 2026


def test_served_people_are_due_six_months_after_their_slot_and_not_a_day_earlier(
    office: World, family: tuple[UUID, UUID]
) -> None:
    serve(office, *family)
    assert list_due(office, now=SIX_MONTHS - timedelta(days=1)) == ()
    due = list_due(office, now=SIX_MONTHS)
    assert [one.erase_date for one in due] == [date(2027, 6, 4)] * 2
    assert erase_due(office, now=SIX_MONTHS - timedelta(days=1)) == 0
    assert erase_due(office, now=SIX_MONTHS) == 2
    assert list_due(office, now=SIX_MONTHS) == ()


def test_who_has_a_live_booking_is_never_due(office: World, family: tuple[UUID, UUID]) -> None:
    serve(office, family[0])
    again = letter("8/2026", "Desa Gogodeso, Kec. Kanigoro", [person(1)])
    import_requests((again,), office, actor="test", now=NOW)
    assert list_due(office, now=SIX_MONTHS + timedelta(days=900)) == ()


def test_who_withdrew_is_due_three_months_after_that(office: World) -> None:
    import_requests((letter("8/2026", "Desa Gogodeso", [person(1)]),), office, actor="test", now=NOW)
    withdrawn_at = NOW + timedelta(days=60)
    with office.database.transaction() as session:
        Requests(session, office.vault, "blitar").set_status(
            applicants(office), present=ApplicantStatus.WAITING, wanted=ApplicantStatus.WITHDRAWN, now=withdrawn_at
        )
    assert list_due(office, now=NOW + timedelta(days=100)) == ()
    (due,) = list_due(office, now=withdrawn_at + timedelta(days=95))
    assert due.erase_date == months_after(withdrawn_at.date(), 3)
    assert not due.was_served


def test_of_two_workers_one_erases_and_once_a_day(office: World, family: tuple[UUID, UUID]) -> None:
    serve(office, *family)
    assert erase_due_daily(office, now=SIX_MONTHS)
    assert not erase_due_daily(office, now=SIX_MONTHS + timedelta(hours=1))
    assert erase_due_daily(office, now=SIX_MONTHS + timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 4), 6, date(2027, 6, 4)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_end_on_the_last_day_of_short_months(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after
