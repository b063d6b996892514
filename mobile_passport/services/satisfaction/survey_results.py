"""The office records what a survey of public satisfaction found, and corrects what it recorded; what was stays."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller, Operation, require
from mobile_passport.domain.refusal import Conflict, NotFound, Stale
from mobile_passport.domain.satisfaction import SurveyResult
from mobile_passport.persistence.retrying import transact
from mobile_passport.persistence.satisfaction.survey_results import RecordedResult, SurveyResults
from mobile_passport.services.audit.deeds import note_deed
from mobile_passport.services.world import World


class PeriodAhead(Conflict):
    """The period has not begun or not reached its last month."""


class PeriodRecorded(Conflict):
    """A month of the period is in a result that stands: correct that one."""


def record_result(
    world: World, result: SurveyResult, *, supersedes: UUID | None = None, caller: Caller, now: datetime
) -> RecordedResult | None:
    """Record a result; no month is in two results that stand.

    Parameters
    ----------
    supersedes
        The result that this one corrects, which may have been of other months.

    Returns
    -------
    RecordedResult or None
        ``None`` when the same result stands: then nothing is written.

    Raises
    ------
    PeriodAhead, PeriodRecorded, Stale, NotFound, Conflict, Forbidden
        And nothing was changed. ``Conflict`` when somebody else records at the same moment.
    """
    require(caller, Operation.SATISFACTION_RECORD)
    if result.period.last_month > now.astimezone(world.rulebook.office.zone).date():
        raise PeriodAhead("the period ends in a month to come; record it when there are answers")

    def work(session: Session) -> RecordedResult | None:
        results = SurveyResults(session, world.kanim)
        known = results.all()
        standing = [one for one in known if one.superseded_by is None]
        if any(one.result == result for one in standing):
            return None
        if supersedes is not None:
            former = standing_result(known, supersedes)
            if former.id != supersedes:
                raise Stale(f"result {former.number} corrects it already; look at that one")
            standing.remove(former)
        if any(one.result.period.overlaps(result.period) for one in standing):
            raise PeriodRecorded("a month of the period is in another result; correct that one")
        number = max((one.number for one in known), default=0) + 1  # taken by somebody else meanwhile: a conflict
        recorded = results.add(number, result, supersedes_id=supersedes, actor=caller.login, now=now)
        _note(session, world, recorded, caller=caller, now=now)
        return recorded

    return transact(world.database, work, scope=caller.scope)


def list_results(world: World) -> tuple[RecordedResult, ...]:
    """Return every result, those that were corrected too: the latest period first."""
    with world.database.reading() as session:
        return SurveyResults(session, world.kanim).all()


def standing_result(known: tuple[RecordedResult, ...], wanted: UUID) -> RecordedResult:
    """Return the result that stands for one that was recorded: itself, or what corrects it in the end.

    Raises
    ------
    NotFound
    """
    found = next((one for one in known if one.id == wanted), None)
    if found is None:
        raise NotFound("there is no such result; the list has them")
    correction = next((one for one in known if one.supersedes_id == wanted), None)
    return standing_result(known, correction.id) if correction else found


def _note(session: Session, world: World, recorded: RecordedResult, *, caller: Caller, now: datetime) -> None:
    result = recorded.result
    note_deed(
        session,
        world,
        "record_survey_result",
        recorded.id,
        caller=caller,
        now=now,
        number=recorded.number,
        months=[f"{month:%Y-%m}" for month in (result.period.first_month, result.period.last_month)],
        respondents=result.respondents,
        index=str(result.index),
        **({"supersedes": str(recorded.supersedes_id)} if recorded.supersedes_id else {}),
    )
