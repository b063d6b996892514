"""Row-level security of PostgreSQL, for the steps that create guarded tables.

`mobile_passport.persistence.scoping` says for whom a transaction works, in settings of the transaction that begin with
``mp.``, and narrows queries itself; the policies here hold even where it did not. They bind the tables' owner too. A
superuser passes by every policy: production runs as a plain role. SQLite has no such thing, and every call does nothing
there.
"""

# ruff: noqa: S608 - conditions are put together from the constants of this module only
from alembic import op

_OFFICE = "(SELECT current_setting('mp.reach', true)) = 'office'"
_CALLER = "(SELECT current_setting('mp.reach', true)) = 'caller' AND kanim = (SELECT current_setting('mp.kanim', true))"
_ORGANISATION = "(SELECT nullif(current_setting('mp.organisation', true), ''))"
_REGENCY = "(SELECT nullif(current_setting('mp.regency', true), ''))"
_TEAM = "(SELECT nullif(current_setting('mp.team', true), ''))"

ANYBODY_OF_OFFICE = "true"
WHOLE_OFFICE = f"({_ORGANISATION} IS NULL AND {_REGENCY} IS NULL AND {_TEAM} IS NULL)"
OWN_REQUEST = (
    f"({_ORGANISATION} IS NULL OR organisation_id = {_ORGANISATION}::uuid)"
    f" AND ({_REGENCY} IS NULL OR starts_with(village_code, {_REGENCY})"
    f" OR (village_code IS NULL AND {_ORGANISATION} IS NOT NULL))"
    f" AND ({_TEAM} IS NULL OR id IN (SELECT request_id FROM mp_people_of_team()))"
)
OF_OWN_REQUEST = f"{WHOLE_OFFICE} OR request_id IN (SELECT id FROM request)"
OWN_PERSON = (
    f"{WHOLE_OFFICE} OR (request_id IN (SELECT id FROM request)"
    f" AND ({_TEAM} IS NULL OR id IN (SELECT applicant_id FROM mp_people_of_team())))"
)
OF_OWN_PERSON = f"{WHOLE_OFFICE} OR applicant_id IN (SELECT id FROM applicant)"
OF_OWN_ORGANISATION = (
    f"account_id IN (SELECT id FROM account WHERE organisation_id IS NOT DISTINCT FROM {_ORGANISATION}::uuid)"
)
OWN_BOOKING = (
    f"{_TEAM} IS NULL AND ({_ORGANISATION} IS NULL OR organisation_id = {_ORGANISATION}::uuid"
    " OR request_id IN (SELECT id FROM request))"
)
OWN_VISIT = (
    f"{WHOLE_OFFICE} OR team = {_TEAM} OR ({_TEAM} IS NULL AND kind <> 'home')"
    " OR id IN (SELECT plan_visit_id FROM plan_member)"
)

_PEOPLE_OF_TEAM = """
CREATE FUNCTION mp_people_of_team() RETURNS TABLE (applicant_id uuid, request_id uuid)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    before text := current_setting('mp.reach', true);
BEGIN
    PERFORM set_config('mp.reach', 'office', true);
    RETURN QUERY
        SELECT a.id, a.request_id
        FROM applicant a
        JOIN plan_member m ON m.applicant_id = a.id
        JOIN plan_visit v ON v.id = m.plan_visit_id
        JOIN plan p ON p.id = v.plan_id
        WHERE v.team = current_setting('mp.team', true)
          AND p.status IN ('published', 'superseded')
          AND v.starts_at BETWEEN now() - interval '14 days' AND now() + interval '2 days';
    PERFORM set_config('mp.reach', before, true);
END
$$
"""
"""Whom a team serves these days: telephones may hand in what they recorded for two weeks. It looks with the office's
eyes, because what a team sees of a table depends on other tables that it sees in part."""


def create_functions() -> None:
    """Create what the policies call."""
    if _is_postgresql():
        op.execute(_PEOPLE_OF_TEAM)


def drop_functions() -> None:
    """Drop what the policies call, when none is left."""
    if _is_postgresql():
        op.execute("DROP FUNCTION mp_people_of_team()")


def guard(table: str, condition: str) -> None:
    """Let callers read and write only rows for which a condition holds; the office all, and nobody none."""
    if not _is_postgresql():
        return
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY reach ON {table} USING ({_OFFICE} OR ({_CALLER} AND ({condition})))")


def unguard(table: str) -> None:
    """Take the policy away."""
    if not _is_postgresql():
        return
    op.execute(f"DROP POLICY reach ON {table}")
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
