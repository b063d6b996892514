"""States of people, plans, appointments and bookings, and which may follow which."""

from enum import StrEnum


class ApplicantStatus(StrEnum):
    """Where one person stands. ``waiting`` and ``scheduled`` are live: a NIK may be live once in an office."""

    WAITING = "waiting"
    SCHEDULED = "scheduled"
    SERVED = "served"
    ABSENT = "absent"
    INCOMPLETE = "incomplete"
    DEFERRED = "deferred"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OFFICE = "office"
    """Cannot be served on a visit; comes to the office, with a reason."""


LIVE_STATUSES = frozenset({ApplicantStatus.WAITING, ApplicantStatus.SCHEDULED})
"""A person in one of these has a live booking: one in an office."""


class PlanStatus(StrEnum):
    """Life of a plan version."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


class AppointmentStatus(StrEnum):
    """Life of one promise to one person."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    MISSED = "missed"
    """The person was not served at it and waits again."""


class BookingState(StrEnum):
    """Where places of one group on one day stand. ``held`` and ``booked`` take places."""

    WAITING = "waiting"
    HELD = "held"
    BOOKED = "booked"
    RELEASED = "released"
    EXPIRED = "expired"


class ForbiddenTransition(Exception):
    """A state may not follow another; the message names both."""


MAY_WAIT_AGAIN = frozenset({ApplicantStatus.ABSENT, ApplicantStatus.INCOMPLETE, ApplicantStatus.DEFERRED})
"""Outcomes after which a person may wait again ("susulan"), by the office's rules."""
_OUTCOMES = MAY_WAIT_AGAIN | {ApplicantStatus.SERVED, ApplicantStatus.REFUSED}
"""What a field team reports. Reports are voided, disputed or come late, so each may be corrected to any other."""

_NEXT: dict[type[StrEnum], dict[StrEnum, frozenset[StrEnum]]] = {  # by kind: members of two kinds may be equal
    ApplicantStatus: {
        ApplicantStatus.WAITING: _OUTCOMES
        | {ApplicantStatus.SCHEDULED, ApplicantStatus.WITHDRAWN, ApplicantStatus.OFFICE},
        ApplicantStatus.SCHEDULED: _OUTCOMES | {ApplicantStatus.WAITING, ApplicantStatus.WITHDRAWN},
        ApplicantStatus.WITHDRAWN: frozenset({ApplicantStatus.SERVED}),  # a phone without signal did not know
        **{known: (_OUTCOMES | {ApplicantStatus.SCHEDULED}) - {known} for known in _OUTCOMES - MAY_WAIT_AGAIN},
        **{
            known: (_OUTCOMES | {ApplicantStatus.SCHEDULED, ApplicantStatus.WAITING}) - {known}
            for known in MAY_WAIT_AGAIN
        },
    },
    PlanStatus: {
        PlanStatus.DRAFT: frozenset({PlanStatus.PUBLISHED, PlanStatus.DISCARDED}),
        PlanStatus.PUBLISHED: frozenset({PlanStatus.SUPERSEDED}),
    },
    AppointmentStatus: {
        AppointmentStatus.ACTIVE: frozenset(
            {AppointmentStatus.SUPERSEDED, AppointmentStatus.CANCELLED, AppointmentStatus.MISSED}
        ),
    },
    BookingState: {
        BookingState.WAITING: frozenset({BookingState.HELD, BookingState.RELEASED}),
        BookingState.HELD: frozenset({BookingState.BOOKED, BookingState.RELEASED, BookingState.EXPIRED}),
        BookingState.BOOKED: frozenset({BookingState.RELEASED}),
    },
}


def follow[S: StrEnum](present: S, wanted: S) -> S:
    """Return ``wanted`` when it may follow ``present``.

    Raises
    ------
    ForbiddenTransition
        When it may not; staying in the same state is no transition either.
    """
    if not may_follow(present, wanted):
        raise ForbiddenTransition(f"{type(present).__name__}: {wanted.value} cannot follow {present.value}")
    return wanted


def may_follow[S: StrEnum](present: S, wanted: S) -> bool:
    """Whether ``wanted`` may follow ``present``."""
    return wanted in _NEXT[type(present)].get(present, frozenset())
