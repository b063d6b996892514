"""One venue of the register at a time: looked at, added, amended, surveyed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.refusal import Conflict, NotFound
from mobile_passport.domain.venue import SurveyState, Venue
from mobile_passport.intake.venue_register import check_venue
from mobile_passport.persistence.audit.records import Recorded, recorded_of, write_audit
from mobile_passport.persistence.venues.venues import Venues
from mobile_passport.services.seen import refuse_unseen
from mobile_passport.services.world import World


class VenueExists(Conflict):
    """The register has a venue with this code; amend that one, or choose another code."""

    code = "venue_exists"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVenue:
    """A venue and its revision."""

    venue: Venue
    revision: str


_SHOWN_CHANGES = ("kind", "capacity_a_day", "step_free", "power", "internet", "survey_state", "surveyed_date")
"""What the log tells of a change, before and after; that a name changed, it tells, but no name."""
_NO_CODE = re.compile(r"[^A-Z0-9]+")
_LONGEST_CODE = 26
"""Characters, so that a number still fits behind it."""
_ACTIONS = ("add_venue", "amend_venue", "survey_venue")


def list_venues(world: World, *, after: str, limit: int) -> tuple[KnownVenue, ...]:
    """Return venues by code, from behind one on."""
    with world.database.reading() as session:
        found = Venues(session, world.kanim).page(after=after, limit=limit)
    return tuple(KnownVenue(venue=venue, revision=revision) for venue, revision in found)


def find_venue(world: World, code: str) -> KnownVenue:
    """Return one venue.

    Raises
    ------
    NotFound
    """
    with world.database.reading() as session:
        return _known(session, world, code)


def venue_history(world: World, code: str) -> tuple[Recorded, ...]:
    """Return what was done to one venue by hand, the newest first.

    The details hold under ``changes`` what changed, each with its values before and after, or ``None`` for a name.
    """
    with world.database.reading() as session:
        return recorded_of(session, kanim=world.kanim, subject=code, actions=_ACTIONS)


def free_code(world: World, name: str) -> str:
    """Return a code made of a venue's name that no venue of the register has."""
    with world.database.reading() as session:
        taken = {venue.code for venue in Venues(session, world.kanim).all()}
    words = _NO_CODE.sub("-", name.upper()).strip("-")[:_LONGEST_CODE].strip("-") or "TEMPAT"
    codes = (words, *(f"{words}-{number}" for number in range(2, len(taken) + 3)))
    return next(code for code in codes if code not in taken)


def add_venue(world: World, venue: Venue, *, caller: Caller, now: datetime) -> KnownVenue:
    """Add a venue to the register.

    Raises
    ------
    VenueExists, RefusedRegister
        And nothing was stored.
    """
    with world.database.transaction() as session:
        if Venues(session, world.kanim).find(venue.code, lock=True):
            raise VenueExists(f"venue {venue.code} is registered already")
        return _put(session, world, venue, "add_venue", before=None, caller=caller, now=now)


def amend_venue(
    world: World, code: str, amend: Callable[[Venue], Venue], *, seen: str, caller: Caller, now: datetime
) -> KnownVenue:
    """Write down what is known better about a venue; what a survey found stays.

    Raises
    ------
    NotFound, Stale, RefusedRegister
        And nothing was changed.
    """
    with world.database.transaction() as session:
        before = _known(session, world, code, lock=True)
        refuse_unseen(seen, before.revision)
        after = amend(before.venue)
        return _put(session, world, after, "amend_venue", before=before.venue, caller=caller, now=now)


def survey_venue(
    world: World,
    code: str,
    *,
    state: SurveyState,
    surveyed_date: date | None,
    seen: str,
    caller: Caller,
    now: datetime,
) -> KnownVenue:
    """Write down what somebody of the office found at a venue; the next plan may use it, or must not.

    Raises
    ------
    NotFound, Stale, RefusedRegister
        And nothing was changed.
    """
    with world.database.transaction() as session:
        before = _known(session, world, code, lock=True)
        refuse_unseen(seen, before.revision)
        after = replace(before.venue, survey_state=state, surveyed_date=surveyed_date)
        return _put(session, world, after, "survey_venue", before=before.venue, caller=caller, now=now)


def _known(session: Session, world: World, code: str, *, lock: bool = False) -> KnownVenue:
    found = Venues(session, world.kanim).find(code, lock=lock)
    if found is None:
        raise NotFound("the register has no such venue; list the venues for their codes")
    return KnownVenue(venue=found[0], revision=found[1])


def _put(
    session: Session, world: World, venue: Venue, action: str, *, before: Venue | None, caller: Caller, now: datetime
) -> KnownVenue:
    venues = Venues(session, world.kanim)
    others = [other for other in venues.all() if other.code != venue.code]
    check_venue(venue, others, world.gazetteer, today=now.astimezone(world.rulebook.office.zone).date())
    venues.put([venue], now=now)
    write_audit(
        session,
        kanim=world.kanim,
        at=now,
        actor=caller.login,
        action=action,
        subject=venue.code,
        detail={
            "survey_state": venue.survey_state.value,
            "capacity_a_day": venue.capacity_a_day,
            "changes": _changes(before, venue) if before else {},
        },
    )
    return _known(session, world, venue.code)


def _changes(before: Venue, after: Venue) -> dict[str, list[str | int | bool] | None]:
    found: dict[str, list[str | int | bool] | None] = {
        name: [_plain(getattr(before, name)), _plain(getattr(after, name))]
        for name in _SHOWN_CHANGES
        if getattr(before, name) != getattr(after, name)
    }
    return found | ({"name": None} if before.name != after.name else {})


def _plain(value: date | str | int | bool | None) -> str | int | bool:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value
