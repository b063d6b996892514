"""The second wall: what PostgreSQL lets through when the application forgot to narrow a query.

Every test works as a role without privileges that owns the tables, and with plain SQL that has no WHERE.
"""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from mobile_passport.domain.access import Scope
from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.scoping import GUARDED, office_wide
from tests.mobile_passport.persistence.tenants import KANIM, Tenant, request_row, two_tenants

pytestmark = pytest.mark.database("postgresql")  # the embedded one has no policies

TABLES = sorted(table.__tablename__ for table in GUARDED)
OFFICE_ONLY = ("link", "message_choice", "simulated_sms", "sms_attempt", "sms_intent", "sms_subject")


@pytest.fixture
def plain(database: Database) -> Database:
    """A migrated database, used as in production."""
    return database


@pytest.fixture
def tenants(plain: Database) -> tuple[Tenant, Tenant]:
    """Two organisations with all they have."""
    return two_tenants(plain)


def seen(database: Database, scope: Scope | None, table: str) -> set[tuple[object, ...]]:
    """Read a whole table, past everything that the application does."""
    keys = [column.name for column in schema.METADATA.tables[table].primary_key]
    with database.reading(scope) as session:
        return {tuple(row) for row in session.execute(text(f"SELECT {', '.join(keys)} FROM {table}"))}


def test_a_query_without_where_shows_a_caller_the_own_rows_only(
    plain: Database, tenants: tuple[Tenant, Tenant]
) -> None:
    for tenant in tenants:
        for scope in (tenant.coordinator, tenant.crew):
            shown = {table: seen(plain.for_callers(), scope, table) for table in TABLES}
            assert shown == {table: tenant.keys[table] for table in TABLES}


def test_the_office_sees_all_and_nobody_nothing(plain: Database, tenants: tuple[Tenant, Tenant]) -> None:
    for table in (*TABLES, *OFFICE_ONLY):
        everything = tenants[0].keys[table] | tenants[1].keys[table]
        assert seen(plain, None, table) == everything, table
        assert seen(plain.for_callers(), Scope(kanim=KANIM), table) == everything, table
        assert seen(plain.for_callers(), None, table) == set(), table
        assert seen(plain.for_callers(), Scope(kanim="kediri"), table) == set(), table


def test_messages_are_for_those_who_see_the_whole_office(plain: Database, tenants: tuple[Tenant, Tenant]) -> None:
    for table in OFFICE_ONLY:
        assert seen(plain.for_callers(), tenants[0].coordinator, table) == set()
        assert seen(plain.for_callers(), tenants[0].crew, table) == set()


def test_what_was_typed_and_not_handed_in_is_for_the_same_organisation(
    plain: Database, tenants: tuple[Tenant, Tenant]
) -> None:
    for table in ("group_draft", "kept_form"):
        for tenant in tenants:
            assert seen(plain.for_callers(), tenant.coordinator, table) == tenant.keys[table], table
        for scope in (Scope(kanim=KANIM), tenants[0].crew, None):
            assert seen(plain.for_callers(), scope, table) == set(), table


def test_bookings_are_for_their_organisation_and_for_that_of_their_request(
    plain: Database, tenants: tuple[Tenant, Tenant]
) -> None:
    web = plain.for_callers()
    for tenant in tenants:
        assert len(seen(web, tenant.coordinator, "booking")) == 2
        assert seen(web, tenant.coordinator, "booking") == tenant.keys["booking"]
    everything = tenants[0].keys["booking"] | tenants[1].keys["booking"]
    assert seen(web, Scope(kanim=KANIM), "booking") == everything
    for scope in (tenants[0].crew, Scope(kanim="kediri"), None):
        assert seen(web, scope, "booking") == set()
    with web.transaction(tenants[0].coordinator) as session:
        changed = session.execute(text("UPDATE booking SET places = 2 RETURNING id")).all()
    assert {tuple(row) for row in changed} == tenants[0].keys["booking"]


def test_an_update_without_where_reaches_nothing_foreign(plain: Database, tenants: tuple[Tenant, Tenant]) -> None:
    for table in (*TABLES, *OFFICE_ONLY):
        with plain.for_callers().transaction(tenants[0].coordinator) as session:
            changed = session.execute(text(f"UPDATE {table} SET kanim = kanim RETURNING kanim")).all()
        assert len(changed) == (0 if table in OFFICE_ONLY else len(tenants[0].keys[table])), table


def test_a_coordinator_cannot_store_a_request_elsewhere(plain: Database, tenants: tuple[Tenant, Tenant]) -> None:
    own, other = tenants
    with plain.reading() as session:
        subject = session.execute(text("SELECT id FROM subject LIMIT 1")).scalar_one()
    for organisation_id, village_code in (
        (other.organisation_id, "3505110003"),
        (None, "3505110003"),
        (own.organisation_id, "3504110003"),
    ):
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            plain.for_callers().transaction(own.coordinator) as session,
        ):
            session.add(request_row(organisation_id, subject, village_code=village_code))
    with plain.for_callers().transaction(own.coordinator) as session:
        session.add(request_row(own.organisation_id, subject, village_code="3505110003"))
        session.add(request_row(own.organisation_id, subject, village_code=None))


def test_a_coordinator_cannot_give_a_request_away(plain: Database, tenants: tuple[Tenant, Tenant]) -> None:
    own, other = tenants
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        plain.for_callers().transaction(own.coordinator) as session,
    ):
        session.execute(text("UPDATE request SET organisation_id = :other"), {"other": other.organisation_id})


def test_a_look_at_the_whole_office_ends_with_its_block(plain: Database, tenants: tuple[Tenant, Tenant]) -> None:
    count = text("SELECT count(*) FROM applicant")
    with plain.for_callers().transaction(tenants[0].coordinator) as session:
        with office_wide(session):
            assert session.scalar(count) == 2
        assert session.scalar(count) == 1


def test_a_connection_that_is_used_again_forgets_for_whom_it_worked(
    plain: Database, tenants: tuple[Tenant, Tenant]
) -> None:
    web = plain.for_callers()
    assert seen(plain, None, "request")
    assert seen(web, tenants[0].coordinator, "request")
    assert seen(web, None, "request") == set()
    with web.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM request")).scalar_one() == 0


def test_a_role_that_policies_do_not_bind_is_recognised(plain: Database, postgres_url: str) -> None:
    superuser = Database(postgres_url)
    assert (plain.passes_by_policies(), superuser.passes_by_policies()) == (False, True)
    superuser.close()
