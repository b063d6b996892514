from datetime import UTC, datetime, timedelta, timezone
from typing import Never

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mobile_passport.persistence.audit.records import first_time_of, next_number, write_audit
from mobile_passport.persistence.database import Database

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=timezone(timedelta(hours=7)))


def note(database: Database, action: str, at: datetime = NOW) -> None:
    with database.transaction() as session:
        write_audit(session, kanim="blitar", at=at, actor="test", action=action, subject="-", detail={})


def write_number_and_fail(database: Database) -> Never:
    with database.transaction() as session:
        next_number(session, kanim="blitar", series="plan")
        write_audit(session, kanim="blitar", at=NOW, actor="t", action="a", subject="-", detail={})
        session.flush()
        raise OSError("later")


def test_a_moment_comes_back_in_utc_on_every_database(database: Database) -> None:
    note(database, "a")
    with database.reading() as session:
        found = first_time_of(session, kanim="blitar", action="a")
    assert found == NOW
    assert found is not None
    assert found.tzinfo is UTC


def test_a_moment_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="naive datetime"):
        note(database, "a", NOW.replace(tzinfo=None))


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(OSError, match="later"):
        write_number_and_fail(database)
    with database.reading() as session:
        assert first_time_of(session, kanim="blitar", action="a") is None


def test_numbers_of_a_series_count_up_and_other_series_do_not_share_them(database: Database) -> None:
    with database.transaction() as session:
        numbers = [next_number(session, kanim="blitar", series="plan") for _ in range(3)]
        other = next_number(session, kanim="malang", series="plan")
    assert (numbers, other) == ([1, 2, 3], 1)


def test_a_number_of_a_failed_transaction_is_given_out_again(database: Database) -> None:
    with pytest.raises(OSError, match="later"):
        write_number_and_fail(database)
    with database.transaction() as session:
        assert next_number(session, kanim="blitar", series="plan") == 1


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_committed(database: Database) -> None:
    note(database, "before")
    with database.transaction() as writing:
        write_audit(writing, kanim="blitar", at=NOW, actor="t", action="during", subject="-", detail={})
        writing.flush()
        with database.reading() as session:
            assert first_time_of(session, kanim="blitar", action="before") == NOW
            assert first_time_of(session, kanim="blitar", action="during") is None


def test_values_never_reach_an_error_text(database: Database) -> None:
    nik = "3505010101600001"
    with database.reading() as session, pytest.raises(DBAPIError) as error:
        session.execute(text("SELECT 1 FROM no_such_table WHERE nik = :nik"), {"nik": nik})
    assert nik not in str(error.value)
