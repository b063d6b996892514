"""An asker wishes other days, or needs the passports by another date."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from mobile_passport.domain.access import Caller
from mobile_passport.domain.refusal import Conflict, Point
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.requests.letters import LetterHead, Letters
from mobile_passport.services.requests.read_requests import known_request
from mobile_passport.services.seen import refuse_unseen
from mobile_passport.services.world import World


class AlreadyPlanned(Conflict):
    """People of the request have an appointment: wishes come too late. Withdraw and ask anew, or keep it."""

    code = "already_planned"


class DatesUnusable(Conflict):
    """Some dates have passed or are too far away."""

    code = "dates_unusable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """When an asker would like to be visited.

    Attributes
    ----------
    wished_dates
        Ascending, may be empty.
    deadline_date
        Passports are needed by then; ``None`` when nothing presses.
    """

    wished_dates: tuple[date, ...]
    deadline_date: date | None


def amend_wishes(
    world: World, reference: str, amend: Callable[[Wishes], Wishes], *, seen: str, caller: Caller, now: datetime
) -> LetterHead:
    """Change the wishes of a request while nobody of it has an appointment.

    Raises
    ------
    NotFound, Stale, AlreadyPlanned, DatesUnusable
        And nothing was changed.
    """
    today = now.astimezone(world.rulebook.office.zone).date()
    with world.database.transaction(caller.scope) as session:
        request = known_request(session, world, reference, lock=True)
        refuse_unseen(seen, request.revision)
        if ApplicantStatus.SCHEDULED in request.people:
            raise AlreadyPlanned("people of this request have an appointment; its wishes can no longer be changed")
        before = Wishes(wished_dates=request.wished_dates, deadline_date=request.deadline_date)
        wishes = amend(before)
        _refuse_unusable(wishes, before, today, world.intake_rules.lists.maximum_years_ahead)
        days = tuple(sorted(set(wishes.wished_dates)))
        Letters(session, world.kanim).amend(request.id, wished_dates=days, deadline_date=wishes.deadline_date)
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=caller.login,
            action="amend_wishes",
            subject=str(request.id),
            detail={
                "reference": reference,
                "wished_dates": [day.isoformat() for day in days],
                "deadline_date": wishes.deadline_date.isoformat() if wishes.deadline_date else None,
                "deadline_before": before.deadline_date.isoformat() if before.deadline_date else None,
            },
        )
        return known_request(session, world, reference)


def _refuse_unusable(wishes: Wishes, before: Wishes, today: date, years_ahead: int) -> None:
    """Refuse dates that intake would refuse; what stood there before may stay."""
    stated = [("wished_dates", day) for day in wishes.wished_dates if day not in before.wished_dates]
    if wishes.deadline_date and wishes.deadline_date != before.deadline_date:
        stated.append(("deadline_date", wishes.deadline_date))
    points = tuple(
        Point(code="date_unusable", what=f"{day} has passed, or is more than {years_ahead} years away", where=(name,))
        for name, day in stated
        if day < today or day.year > today.year + years_ahead
    )
    if points:
        raise DatesUnusable("some dates cannot be used; nothing was changed", points=points)
