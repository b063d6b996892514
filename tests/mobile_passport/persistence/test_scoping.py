"""The first wall: a session with a scope narrows whatever is asked through it, on both databases."""

from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import aliased

from mobile_passport.domain.access import Scope
from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.messages.message_tables import SmsSubjectRow
from mobile_passport.persistence.scoping import (
    GUARDED,
    OutsideScope,
    ScopeMissing,
    office_wide,
    refuse_outside,
)
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow, RequestRow
from tests.mobile_passport.persistence.tenants import KANIM, Tenant, key_of, two_tenants

NOT_GUARDED = {
    SmsSubjectRow.__tablename__: "messages are the office's: a family shares a phone",
    "booking": "is asked for by organisation, and has a policy; who books next releases everybody's expired holds",
    "field_operation": "is asked for by device, and may wait for a person who is not known yet",
    "subject_case": "is asked for by the privacy officer alone, who sees the whole office",
}
"""Tables that point at people, requests or visits, and why nothing narrows them."""


@pytest.fixture
def tenants(database: Database) -> tuple[Tenant, Tenant]:
    """Two organisations with all they have."""
    return two_tenants(database)


def test_a_caller_reads_own_rows_only_whoever_wrote_the_query(
    database: Database, tenants: tuple[Tenant, Tenant]
) -> None:
    for tenant in tenants:
        for scope in (tenant.coordinator, tenant.crew):
            with database.reading(scope) as session:
                shown = {
                    table.__tablename__: {key_of(row) for row in session.scalars(select(table))} for table in GUARDED
                }
            assert shown == {table.__tablename__: tenant.keys[table.__tablename__] for table in GUARDED}


def test_joins_columns_counts_and_aliases_are_narrowed_too(database: Database, tenants: tuple[Tenant, Tenant]) -> None:
    person, latest = (
        aliased(ApplicantRow),
        select(func.max(AppointmentRow.revision)).group_by(AppointmentRow.applicant_id),
    )
    queries = (
        select(func.count()).select_from(ApplicantRow),
        select(func.count(RequestRow.id)),
        select(func.count(person.id)),
        select(func.count()).select_from(RequestRow).join(ApplicantRow, ApplicantRow.request_id == RequestRow.id),
        select(func.count()).select_from(latest.subquery()),
        select(select(func.count(ApplicantRow.id)).scalar_subquery()),
    )
    with database.reading(tenants[0].coordinator) as session:
        assert [session.scalar(query) for query in queries] == [1] * len(queries)
    with database.reading() as session:
        assert [session.scalar(query) for query in queries] == [2] * len(queries), "the same queries, unnarrowed"


def test_updates_and_deletes_reach_own_rows_only(database: Database, tenants: tuple[Tenant, Tenant]) -> None:
    own, other = tenants
    with database.transaction(own.coordinator) as session:
        changed = session.scalars(update(ApplicantRow).values(party="A").returning(ApplicantRow.id)).all()
        deleted = session.scalars(delete(AppointmentRow).returning(AppointmentRow.id)).all()
        foreign = session.get(ApplicantRow, next(iter(other.keys["applicant"]))[0])
    assert {(key,) for key in changed} == own.keys["applicant"]
    assert {(key,) for key in deleted} == own.keys["appointment"]
    assert foreign is None


def test_whoever_sees_the_whole_office_sees_it(database: Database, tenants: tuple[Tenant, Tenant]) -> None:
    with database.for_callers().reading(Scope(kanim=KANIM)) as session:
        assert len(session.scalars(select(RequestRow)).all()) == 2


def test_a_regency_bounds_staff_without_an_organisation(database: Database, tenants: tuple[Tenant, Tenant]) -> None:
    with database.reading(Scope(kanim=KANIM, regency="3504")) as session:
        assert {key_of(row) for row in session.scalars(select(RequestRow))} == tenants[1].keys["request"]


def test_work_for_nobody_may_not_touch_people(database: Database, tenants: tuple[Tenant, Tenant]) -> None:
    web = database.for_callers()
    for query in (
        select(RequestRow),
        select(func.count()).select_from(ApplicantRow),
        update(ApplicantRow).values(party="A"),
    ):
        with pytest.raises(ScopeMissing), web.transaction() as session:
            session.execute(query)
    web.work_for(tenants[0].coordinator)
    with web.reading() as session:
        assert len(session.scalars(select(RequestRow)).all()) == 1


def test_a_block_that_looks_at_the_whole_office_ends(database: Database, tenants: tuple[Tenant, Tenant]) -> None:
    count = select(func.count()).select_from(RequestRow)
    with database.transaction(tenants[0].coordinator) as session:
        with office_wide(session):
            assert session.scalar(count) == 2
        assert session.scalar(count) == 1
        with pytest.raises(ZeroDivisionError), session.begin_nested(), office_wide(session):
            _ = 1 // 0
        assert session.scalar(count) == 1


def test_a_request_is_not_stored_where_its_caller_sees_nothing(
    database: Database, tenants: tuple[Tenant, Tenant]
) -> None:
    own = tenants[0]
    with database.transaction(own.coordinator) as session:
        for organisation_id, village_code in (
            (own.organisation_id, "3504110003"),
            (uuid4(), "3505110003"),
            (None, None),
        ):
            with pytest.raises(OutsideScope):
                refuse_outside(session, organisation_id=organisation_id, village_code=village_code)
        refuse_outside(session, organisation_id=own.organisation_id, village_code=None)
        refuse_outside(session, organisation_id=own.organisation_id, village_code="3505110003")
    with database.transaction(own.crew) as session, pytest.raises(OutsideScope):
        refuse_outside(session, organisation_id=None, village_code="3505110003")


def test_every_table_that_points_at_people_is_guarded_or_has_a_reason_not_to_be() -> None:
    personal = {"request", "applicant", "appointment", "plan_visit"}
    pointing = {
        table.name
        for table in schema.METADATA.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in personal
    }
    guarded = {table.__tablename__ for table in GUARDED}
    assert pointing - guarded == NOT_GUARDED.keys() & pointing
