import pytest

from mobile_passport.domain.status import (
    ApplicantStatus,
    AppointmentStatus,
    BookingState,
    ForbiddenTransition,
    PlanStatus,
    follow,
    may_follow,
)


def test_a_waiting_person_may_be_scheduled_and_then_wait_again() -> None:
    assert follow(ApplicantStatus.WAITING, ApplicantStatus.SCHEDULED) is ApplicantStatus.SCHEDULED
    assert follow(ApplicantStatus.SCHEDULED, ApplicantStatus.WAITING) is ApplicantStatus.WAITING


@pytest.mark.parametrize(
    ("present", "wanted"),
    [
        (PlanStatus.PUBLISHED, PlanStatus.DRAFT),
        (PlanStatus.SUPERSEDED, PlanStatus.PUBLISHED),
        (PlanStatus.DISCARDED, PlanStatus.PUBLISHED),
        (AppointmentStatus.CANCELLED, AppointmentStatus.ACTIVE),
        (ApplicantStatus.SERVED, ApplicantStatus.WAITING),
        (ApplicantStatus.OFFICE, ApplicantStatus.SCHEDULED),
        (ApplicantStatus.WAITING, ApplicantStatus.WAITING),
    ],
)
def test_what_is_over_is_not_taken_up_again(present: PlanStatus, wanted: PlanStatus) -> None:
    with pytest.raises(ForbiddenTransition, match=f"{wanted.value} cannot follow {present.value}"):
        follow(present, wanted)


def test_states_of_two_kinds_with_one_name_do_not_take_each_others_transitions() -> None:
    assert may_follow(ApplicantStatus.WAITING, ApplicantStatus.SCHEDULED)
    assert may_follow(BookingState.WAITING, BookingState.HELD)
    assert not may_follow(ApplicantStatus.WAITING, BookingState.HELD)


@pytest.mark.parametrize("reported", ["served", "absent", "incomplete", "deferred", "refused"])
def test_a_report_of_the_field_can_be_taken_back_and_corrected(reported: str) -> None:
    status = ApplicantStatus(reported)
    assert may_follow(ApplicantStatus.SCHEDULED, status)
    assert may_follow(status, ApplicantStatus.SCHEDULED)
    corrected = ApplicantStatus.ABSENT if status is ApplicantStatus.SERVED else ApplicantStatus.SERVED
    assert may_follow(status, corrected)
