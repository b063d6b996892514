"""How far a transaction sees: the one place that narrows queries of requests, their people and their appointments.

A session that was opened with a caller's scope adds the conditions below to every SELECT, UPDATE and DELETE of a
guarded table, whoever wrote the query. PostgreSQL has the same conditions a second time, as policies of row-level
security (step 0003); `declare` tells it for whom the transaction works.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from typing import Any, cast
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import ClauseElement, ColumnElement, Select, Table, and_, event, or_, select, true
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.visitors import iterate

from mobile_passport.domain.access import Scope
from mobile_passport.domain.refusal import Refusal
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import PlanStatus
from mobile_passport.persistence.api_tables import PaperRow
from mobile_passport.persistence.base import Base
from mobile_passport.persistence.field.field_tables import FieldOutcomeRow
from mobile_passport.persistence.messages.call_table import CallMadeRow
from mobile_passport.persistence.messages.link_tables import LinkAnswerRow
from mobile_passport.persistence.messages.passport_table import PassportRow
from mobile_passport.persistence.plans.order_tables import OverrideRow
from mobile_passport.persistence.tables import (
    ApplicantRow,
    AppointmentRow,
    PlanMemberRow,
    PlanRow,
    PlanVisitRow,
    RequestRow,
)


class Standing(StrEnum):
    """For whom a transaction works when it is not for a caller."""

    OFFICE = "office"
    """The office's own work: it sees everything."""
    NOBODY = "nobody"
    """Somebody who has yet to say who it is for: it may not touch a guarded table."""


type Reach = Scope | Standing

BY_APPLICANT = (AppointmentRow, PlanMemberRow, PaperRow, FieldOutcomeRow, LinkAnswerRow, PassportRow)
BY_REQUEST = (OverrideRow, CallMadeRow)
GUARDED: tuple[type[Base], ...] = (RequestRow, ApplicantRow, PlanVisitRow, *BY_REQUEST, *BY_APPLICANT)
_GUARDED_NAMES = frozenset(table.__tablename__ for table in GUARDED)
_FOUND: WeakKeyDictionary[ClauseElement, list[str]] = WeakKeyDictionary()


class OutsideScope(Refusal):
    """A request would lie where its caller sees nothing."""

    code = "outside_scope"


class ScopeMissing(Exception):
    """The code reads or changes guarded rows for nobody: open the transaction with ``caller.scope``."""


def watch(session: Session) -> None:
    """Narrow everything that a session asks for from now on by what ``session.info["reach"]`` says at that moment."""
    event.listen(session, "do_orm_execute", _narrow)


def declare(reach: Reach) -> Mapping[str, str]:
    """Return what PostgreSQL's policies read, as settings of one transaction."""
    if isinstance(reach, Standing):
        return {"mp.reach": reach.value}
    return {
        "mp.reach": "caller",
        "mp.kanim": reach.kanim,
        "mp.organisation": str(reach.organisation_id or ""),
        "mp.regency": reach.regency or "",
        "mp.team": reach.team or "",
    }


def setting(told: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return a statement that sets something on PostgreSQL for one transaction, and its values."""
    settings = ", ".join("set_config(%s, %s, true)" for _ in told)
    return f"SELECT {settings}", tuple(chain.from_iterable(told.items()))


@contextmanager
def office_wide(session: Session) -> Iterator[None]:
    """See the whole office for a block.

    For rules that hold across organisations, as that a person has one live booking, and for messages, which a family
    shares. What the block learns of others must not reach the caller.
    """
    before: Reach = session.info["reach"]
    if before is Standing.OFFICE:
        yield
        return
    session.flush()  # what the caller wrote is judged by the caller's own reach
    _reach(session, Standing.OFFICE)
    try:
        yield
        session.flush()
    except BaseException:
        session.info["reach"] = before  # the transaction, or its savepoint, is undone and the setting with it
        raise
    _reach(session, before)


def refuse_outside(session: Session, *, organisation_id: UUID | None, village_code: str | None) -> None:
    """Refuse to store a request that the caller could not see afterwards.

    Raises
    ------
    OutsideScope
    """
    reach: Reach = session.info["reach"]
    if isinstance(reach, Scope) and not reach.covers(organisation_id=organisation_id, village_code=village_code):
        raise OutsideScope("the place lies outside your regency; ask the office to take the request in")


def _reach(session: Session, reach: Reach) -> None:
    session.info["reach"] = reach
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(*setting(declare(reach)))


def _narrow(state: ORMExecuteState) -> None:
    reach: Reach = state.session.info["reach"]
    if reach is Standing.OFFICE or not (state.is_select or state.is_update or state.is_delete):
        return
    if reach is not Standing.NOBODY and reach.is_whole_office:
        return
    guarded = _guarded_tables(cast(ClauseElement, state.statement))
    if not guarded:
        return  # the conditions would change nothing, and cost a third of a short transaction
    if reach is Standing.NOBODY:
        raise ScopeMissing(f"{', '.join(guarded)} asked for without a scope: open the transaction with caller.scope")
    state.statement = state.statement.options(*_criteria(reach))


def _guarded_tables(statement: ClauseElement) -> list[str]:
    found = _FOUND.get(statement)
    if found is None:  # statements that are made once are looked through once
        names = {part.name for part in iterate(statement) if isinstance(part, Table)}
        found = _FOUND[statement] = sorted(names & _GUARDED_NAMES)
    return found


@lru_cache(maxsize=1024)
def _criteria(scope: Scope) -> tuple[ExecutableOption, ...]:
    return tuple(
        with_loader_criteria(table, condition, include_aliases=True) for table, condition in _conditions(scope)
    )


def _conditions(scope: Scope) -> Iterator[tuple[type[Base], ColumnElement[bool]]]:
    """Yield which rows of each guarded table a caller sees."""
    request, applicant = RequestRow.__table__.c, ApplicantRow.__table__.c
    requests = _any_of(select(request.id).where(_sees_request(scope, request)))
    people = _any_of(select(applicant.id).where(applicant.request_id.in_(requests), _sees_person(scope, applicant)))
    yield RequestRow, _sees_request(scope, RequestRow)
    yield ApplicantRow, and_(ApplicantRow.request_id.in_(requests), _sees_person(scope, ApplicantRow))
    for of_request in BY_REQUEST:
        yield of_request, of_request.request_id.in_(requests)
    for table in BY_APPLICANT:
        yield table, table.applicant_id.in_(people)
    yield PlanVisitRow, _sees_visit(scope, people)


def _sees_request(scope: Scope, request: Any) -> ColumnElement[bool]:
    """Whether a request is the caller's. One without a place yet lies where its organisation is."""
    seen: list[ColumnElement[bool]] = []
    if scope.organisation_id:
        seen.append(request.organisation_id == scope.organisation_id)
    if scope.regency:
        inside = request.village_code.startswith(scope.regency, autoescape=True)
        seen.append(or_(inside, request.village_code.is_(None)) if scope.organisation_id else inside)
    if scope.team:
        applicant = ApplicantRow.__table__.c
        of_team = select(applicant.request_id).where(applicant.id.in_(_people_of_team(scope.team)))
        seen.append(request.id.in_(_any_of(of_team)))
    return and_(*seen)


def _sees_person(scope: Scope, applicant: Any) -> ColumnElement[bool]:
    return applicant.id.in_(_people_of_team(scope.team)) if scope.team else true()


def _sees_visit(scope: Scope, people: Select[UUID]) -> ColumnElement[bool]:
    """Whether a planned visit is the caller's: that of a home tells where somebody lies ill."""
    member = PlanMemberRow.__table__.c
    with_own_people = PlanVisitRow.id.in_(_any_of(select(member.plan_visit_id).where(member.applicant_id.in_(people))))
    if scope.team:
        return or_(PlanVisitRow.team == scope.team, with_own_people)
    return or_(PlanVisitRow.kind != VisitKind.HOME, with_own_people)


def _people_of_team(team: str) -> Select[UUID]:
    """Return who is, or was, on a published route of a team; of which day, the query says that uses it."""
    member, visit, plan = PlanMemberRow.__table__, PlanVisitRow.__table__, PlanRow.__table__
    return _any_of(
        select(member.c.applicant_id)
        .join(visit, visit.c.id == member.c.plan_visit_id)
        .join(plan, plan.c.id == visit.c.plan_id)
        .where(visit.c.team == team, plan.c.status.in_((PlanStatus.PUBLISHED, PlanStatus.SUPERSEDED)))
    )


def _any_of[T](query: Select[T]) -> Select[T]:
    return query.correlate(None)  # its tables are its own, though the outer query may read the same ones
