"""The people of a group as their coordinator sees them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from api.schemas.people import PersonInClear, PersonOut, person_out
from mobile_passport.domain.access import Caller
from mobile_passport.domain.eligibility import RoutedToOffice
from mobile_passport.domain.status import LIVE_STATUSES, ApplicantStatus
from mobile_passport.persistence.plans.group_slots import Promised
from mobile_passport.persistence.requests.people import Person
from mobile_passport.services.requests.readiness import Readiness

STATUS_WORDS: Mapping[ApplicantStatus, str] = {
    ApplicantStatus.WAITING: "menunggu rencana",
    ApplicantStatus.SCHEDULED: "dijadwalkan",
    ApplicantStatus.SERVED: "sudah dilayani",
    ApplicantStatus.ABSENT: "tidak datang",
    ApplicantStatus.INCOMPLETE: "berkas kurang",
    ApplicantStatus.DEFERRED: "ditunda",
    ApplicantStatus.REFUSED: "ditolak",
    ApplicantStatus.WITHDRAWN: "ditarik",
    ApplicantStatus.OFFICE: "harus datang ke Kantor Imigrasi",
}
_KINDS: Mapping[ApplicantStatus, str] = {
    ApplicantStatus.WAITING: "tunggu",
    ApplicantStatus.SCHEDULED: "baik",
    ApplicantStatus.SERVED: "baik",
    ApplicantStatus.DEFERRED: "tunggu",
    ApplicantStatus.WITHDRAWN: "diam",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person of a group.

    Attributes
    ----------
    number
        In the list, from 1.
    name, nik
        As far as the caller may see them; empty once erased.
    status_kind
        Colour of the status in the style sheet.
    why
        Sentences: why the person has to come to the office, and what to do; empty when not so.
    """

    id: UUID
    number: int
    name: str = field(repr=False)
    nik: str = field(repr=False)
    status: str
    status_kind: str
    why: tuple[str, ...]
    readiness: Readiness | None
    promised: Promised | None
    is_open: bool

    @property
    def said(self) -> str:
        """What a search finds the person by, in small letters."""
        return f"{self.name} {self.nik} {self.status}".casefold()

    @property
    def seen(self) -> int:
        """How many of the papers somebody of the office saw."""
        return sum(paper.seen is not None for paper in self.readiness.papers) if self.readiness else 0


def lines_of(
    people: Iterable[Person],
    readiness: Mapping[UUID, Readiness],
    promised: Iterable[Promised],
    *,
    caller: Caller,
    today: date,
) -> tuple[PersonLine, ...]:
    """Put together what is known of everybody."""
    slots = {one.person: one for one in promised}
    return tuple(
        _line(person, person_out(person, caller, today), readiness.get(person.id), slots.get(person.id))
        for person in people
    )


def _line(person: Person, shown: PersonOut, ready: Readiness | None, promised: Promised | None) -> PersonLine:
    verdict = ready.verdict if ready else None
    is_office = person.status is ApplicantStatus.OFFICE and isinstance(verdict, RoutedToOffice)
    return PersonLine(
        id=person.id,
        number=person.position + 1,
        name=getattr(shown, "name", ""),
        nik=shown.nik if isinstance(shown, PersonInClear) else "",
        status=STATUS_WORDS[person.status],
        status_kind=_KINDS.get(person.status, "perlu"),
        why=(verdict.sentence, verdict.action) if is_office and isinstance(verdict, RoutedToOffice) else (),
        readiness=ready,
        promised=promised,
        is_open=person.status in LIVE_STATUSES,
    )
