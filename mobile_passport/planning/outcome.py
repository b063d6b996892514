"""What became of a session: its place on a route with everyone's slot, or why there is none."""

from collections.abc import Mapping

from mobile_passport.domain.outreach_plan import Member, OutreachVisit, RouteStop, Unserved
from mobile_passport.domain.refusal import Refusal
from mobile_passport.domain.request import VisitKind
from mobile_passport.planning.serving import SPOKEN_S, Crew, slots_of
from mobile_passport.planning.sessions import Session
from mobile_passport.planning.timetable import Timetable
from mobile_passport.rules.rulebook import Rulebook
from optimizer.home_windows import HomeWindow
from optimizer.line import Pause, SessionHours
from optimizer.plan import Plan, ReasonCode, Stop
from optimizer.problem import Visit

NO_DAY_BEFORE_DEADLINE = "no_day_before_deadline"
BOOKED_DAY_NOT_KEPT = "booked_day_not_kept"

# A session stands for several alternative visits, each with its own true reason. The session's reason is the one of
# the alternative that came nearest to being planned.
_NEAREST_FIRST = (
    ReasonCode.DISPLACED,
    ReasonCode.NOT_FOUND,
    ReasonCode.BELOW_TRAVEL_COST,
    ReasonCode.UNREACHABLE,
    ReasonCode.NO_SHIFT_WITH_SKILL,
    ReasonCode.NO_WORKING_DAY,
)


class SlotsDoNotFit(Refusal):
    """A session's service time is too short for its people: a mistake in its sizing. Nothing was stored."""


def outcome_of_session(
    session: Session,
    alternatives: tuple[Visit, ...],
    plan: Plan,
    windows: Mapping[str, HomeWindow],
    timetable: Timetable,
    crew: Crew,
    rulebook: Rulebook,
) -> OutreachVisit:
    """Read from the plan where a session stands, and give its people their slots.

    Parameters
    ----------
    windows
        Of the households of the plan, by visit.
    """
    names = {visit.id for visit in alternatives}
    for route in plan.routes:
        for stop in route.stops:
            if stop.visit in names:
                members = _members(session, stop, windows, timetable, crew, rulebook)
                team, _, _ = route.shift.partition("/")
                return _visit(
                    session,
                    RouteStop(
                        team=team,
                        shift=route.shift,
                        starts_at=timetable.moment(stop.start_s),
                        ends_at=timetable.moment(stop.end_s),
                    ),
                    members,
                )
    return _visit(
        session,
        _unserved(session, names, plan),
        _without_slots(session),
    )


def _members(
    session: Session,
    stop: Stop,
    windows: Mapping[str, HomeWindow],
    timetable: Timetable,
    crew: Crew,
    rulebook: Rulebook,
) -> tuple[Member, ...]:
    if not session.place.is_surveyed:
        return _without_slots(session)
    if session.kind is VisitKind.HOME:
        window = windows[stop.visit]
        opens_at, closes_at = timetable.moment(window.opens_s), timetable.moment(window.closes_s)
        return tuple(
            Member(applicant_id=attendee.person.id, slot_at=opens_at, window_closes_at=closes_at)
            for attendee in session.attendees
        )
    day = timetable.day_holding(stop.start_s)
    hours = serving_hours(stop.start_s, stop.end_s, timetable, rulebook)
    appointments = slots_of(session.attendees, crew, hours, rulebook, day.date)
    if appointments.unplaced:
        raise SlotsDoNotFit(f"{session.visit}: {len(appointments.unplaced)} people find no slot within its own hours")
    slots = {slot.person: slot for slot in appointments.slots}
    return tuple(
        Member(
            applicant_id=attendee.person.id,
            slot_at=timetable.moment(slots[str(attendee.person.id)].arrival_s),
        )
        for attendee in session.attendees
    )


def _without_slots(session: Session) -> tuple[Member, ...]:
    return tuple(Member(applicant_id=attendee.person.id, slot_at=None) for attendee in session.attendees)


def serving_hours(start_s: int, end_s: int, timetable: Timetable, rulebook: Rulebook) -> SessionHours:
    """From set-up to pack-up of a stop without the break, beginning at a time that people can be told."""
    site, day = rulebook.service.site, timetable.day_holding(start_s)
    opens_s, closes_s = start_s + site.setup_minutes * 60, end_s - (site.packup_minutes + site.buffer_minutes) * 60
    opens_s += -opens_s % SPOKEN_S
    pause, resume = (timetable.seconds(day.date, local) for local in (day.break_starts, day.break_ends))
    if opens_s < pause and resume < closes_s:
        return SessionHours(opens_s=opens_s, closes_s=closes_s, breaks=(Pause(start_s=pause, end_s=resume),))
    if pause <= opens_s < resume:
        opens_s = resume  # the break falls into the set-up
    return SessionHours(opens_s=opens_s, closes_s=closes_s)


def _unserved(session: Session, names: set[str], plan: Plan) -> Unserved:
    reasons = [item.reason for item in plan.unassigned if item.visit in names]
    if not reasons:
        deadline = session.deadline_date
        return Unserved(
            code=NO_DAY_BEFORE_DEADLINE,
            detail=f"no worked day of the horizon lies before the deadline {deadline}",
            change="plan with a shorter lead time, or agree on a later deadline",
        )
    nearest = min(reasons, key=lambda reason: _NEAREST_FIRST.index(reason.code))
    if session.booked_dates and nearest.code is not ReasonCode.NOT_FOUND:
        days = ", ".join(day.isoformat() for day in sorted(session.booked_dates))
        return Unserved(
            code=BOOKED_DAY_NOT_KEPT,
            detail=f"booked for {days}, and on that day: {nearest.code.value}, {nearest.detail}",
            change="agree on another day and release the booking, so that any day will do",
        )
    return Unserved(code=nearest.code, detail=nearest.detail, change=nearest.cheapest_change)


def _visit(session: Session, outcome: RouteStop | Unserved, members: tuple[Member, ...]) -> OutreachVisit:
    return OutreachVisit(
        visit=session.visit,
        kind=session.kind,
        place=session.place,
        waiver=session.waiver,
        outcome=outcome,
        members=members,
    )
