"""Where groups stand, in the words of their pages, and what follows from it."""

from collections.abc import Mapping

from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.services.requests.group_progress import GroupProgress, GroupState

STATE_WORDS: Mapping[GroupState, str] = {
    GroupState.PLACE_UNKNOWN: "tempatnya sedang diperiksa kantor",
    GroupState.WAITING: "menunggu rencana",
    GroupState.BOOKED: "hari dipesan, menunggu rencana",
    GroupState.NOT_PLANNED: "belum mendapat jadwal",
    GroupState.UNSURVEYED: "menunggu survei tempat",
    GroupState.SCHEDULED: "dijadwalkan",
    GroupState.DONE: "selesai",
    GroupState.OFFICE: "harus datang ke Kantor Imigrasi",
    GroupState.WITHDRAWN: "ditarik",
}
"""Indonesian; templates translate them. In the order in which a group goes through them."""


def can_choose_days(group: GroupProgress) -> bool:
    """Whether days can still be booked for a group: somebody waits, nobody has an appointment, and not at home."""
    people = group.letter.people
    is_open = ApplicantStatus.WAITING in people and ApplicantStatus.SCHEDULED not in people
    return is_open and group.letter.visit_kind is not VisitKind.HOME
