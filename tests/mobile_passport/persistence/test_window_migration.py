"""Step 0010 on a database with appointments: households keep the half hour that they were told."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, inspect, select, text

from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.tables import AppointmentRow
from tests.mobile_passport.persistence.test_subject_migration import people

__all__ = ["people"]
SLOT = datetime(2026, 11, 30, 23, 45, tzinfo=UTC)  # so that the window ends on another day
APPOINTMENTS = text(
    "INSERT INTO appointment (id, kanim, applicant_id, revision, status, plan_version, visit, kind, venue, slot_at,"
    " created_at) SELECT id, kanim, id, 1, 'active', 1, 'v', CASE status WHEN 'served' THEN 'home' ELSE 'collective'"
    " END, 'Desa', :slot, :slot FROM applicant"
).bindparams(bindparam("slot", SLOT, type_=AppointmentRow.__table__.c.slot_at.type))


def test_a_window_that_was_told_before_windows_were_kept_is_half_an_hour(
    database: Database, people: list[object]
) -> None:
    schema.downgrade(database, "0009")
    with database.engine.begin() as connection:
        connection.execute(APPOINTMENTS)
    schema.upgrade(database)
    with database.reading() as session:
        found = [(row.kind, row.window_closes_at) for row in session.scalars(select(AppointmentRow))]
    assert len(found) == len(people)
    assert set(found) == {("home", SLOT + timedelta(minutes=30)), ("collective", None)}
    schema.downgrade(database, "0009")
    assert "window_closes_at" not in {column["name"] for column in inspect(database.engine).get_columns("appointment")}
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM appointment")).scalar_one() == len(people)
