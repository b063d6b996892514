import pytest

from mobile_passport.domain.status import ApplicantStatus, AppointmentStatus, ForbiddenTransition, PlanStatus, follow


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
