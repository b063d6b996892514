"""The chain as it grows: with the transaction or not at all, one after the other, and never changed."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Never

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from mobile_passport.domain.audit_chain import AuditRecord, walk
from mobile_passport.persistence import schema
from mobile_passport.persistence.audit import audit_log, records
from mobile_passport.persistence.audit.audit_log import AuditLog
from mobile_passport.persistence.audit.records import next_number, write_audit
from mobile_passport.persistence.database import Database
from tests.tampering import disarm

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def note(database: Database, *actions: str, kanim: str = "blitar") -> None:
    with database.transaction() as session:
        for action in actions:
            write_audit(session, kanim=kanim, at=NOW, actor="t", action=action, subject="-", detail={"n": 1})


def write_and_fail(session: Session) -> Never:
    write_audit(session, kanim="blitar", at=NOW, actor="t", action="undone", subject="-", detail={})
    raise OSError("later")


def log_of(database: Database, kanim: str = "blitar") -> list[AuditRecord]:
    with database.reading() as session:
        return list(AuditLog(session, kanim).records())


def actions(database: Database, kanim: str = "blitar") -> list[str]:
    return [record.action for record in log_of(database, kanim)]


def test_records_of_one_and_of_several_transactions_form_one_chain(database: Database) -> None:
    note(database, "a", "b")
    note(database, "c")
    assert actions(database) == ["a", "b", "c"]
    assert walk(log_of(database), {}).broken is None


def test_every_office_has_a_chain_of_its_own(database: Database) -> None:
    with database.transaction() as session:
        for kanim in ("malang", "blitar", "malang"):
            write_audit(session, kanim=kanim, at=NOW, actor="t", action=kanim, subject="-", detail={})
    assert [record.seq for record in log_of(database, "malang")] == [1, 2]
    assert [record.seq for record in log_of(database)] == [1]
    assert walk(log_of(database, "malang"), {}).broken is None


def test_a_transaction_that_fails_leaves_no_record_and_no_gap(database: Database) -> None:
    note(database, "before")
    with pytest.raises(OSError, match="later"), database.transaction() as session:
        write_and_fail(session)
    note(database, "after")
    assert actions(database) == ["before", "after"]
    assert walk(log_of(database), {}).broken is None


def test_a_record_written_in_a_savepoint_vanishes_with_it(database: Database) -> None:
    with database.transaction() as session:
        write_audit(session, kanim="blitar", at=NOW, actor="t", action="outside", subject="-", detail={})
        with pytest.raises(OSError, match="later"), session.begin_nested():
            write_and_fail(session)
        with session.begin_nested():
            write_audit(session, kanim="blitar", at=NOW, actor="t", action="kept", subject="-", detail={})
    assert sorted(actions(database)) == ["kept", "outside"]
    assert walk(log_of(database), {}).broken is None


def test_a_session_that_goes_on_after_a_rollback_does_not_keep_what_was_rolled_back(database: Database) -> None:
    with Session(database.engine) as session:
        write_audit(session, kanim="blitar", at=NOW, actor="t", action="rolled back", subject="-", detail={})
        session.rollback()
        write_audit(session, kanim="blitar", at=NOW, actor="t", action="committed", subject="-", detail={})
        session.commit()
    assert actions(database) == ["committed"]


REFUSED = ("UPDATE audit SET actor = 'somebody else'", "DELETE FROM audit WHERE seq = 1", "DELETE FROM audit")


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_to_change_or_remove_records(database: Database, statement: str) -> None:
    note(database, "a", "b")
    with pytest.raises(DBAPIError, match=r"append-only|permission denied"), database.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert actions(database) == ["a", "b"]


def test_neither_replace_nor_truncate_is_a_way_around(database: Database) -> None:
    note(database, "a", "b")
    statement = "REPLACE INTO audit SELECT * FROM audit" if database.is_sqlite else "TRUNCATE audit"
    with pytest.raises(DBAPIError, match=r"append-only|permission denied"), database.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert actions(database) == ["a", "b"]


def test_without_its_triggers_the_table_could_be_changed(database: Database) -> None:
    note(database, "a", "b")
    with database.engine.begin() as connection:
        disarm(connection)
        connection.exec_driver_sql("UPDATE audit SET actor = 'somebody else' WHERE seq = 1")
    broken = walk(log_of(database), {}).broken
    assert broken is not None
    assert (broken.kind, broken.seq) == ("altered", 1)


def test_the_application_s_role_has_no_right_to_change_records_even_without_triggers(postgres_url: str) -> None:
    admin = Database(postgres_url)
    name = make_url(postgres_url).database
    with admin.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE app_{name} LOGIN")
        connection.exec_driver_sql(f"GRANT ALL ON SCHEMA public TO app_{name}")
    owner = Database(make_url(postgres_url).set(username=f"app_{name}").render_as_string(hide_password=False))
    try:
        schema.upgrade(owner)
        note(owner, "a")
        with owner.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER audit_refuses_change")
        for statement in REFUSED:
            with pytest.raises(DBAPIError, match="permission denied"), owner.engine.begin() as connection:
                connection.exec_driver_sql(statement)
        assert actions(owner) == ["a"]
    finally:
        owner.close()
        with admin.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY app_{name}")
            connection.exec_driver_sql(f"DROP ROLE app_{name}")
        admin.close()


def run_together(threads: int, work: Callable[[int], None]) -> list[BaseException]:
    failures: list[BaseException] = []
    start = Barrier(threads)

    def run(number: int) -> None:
        start.wait()
        try:
            work(number)
        except (DBAPIError, AssertionError) as error:
            failures.append(error)

    running = [Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return failures


def test_transactions_at_the_same_time_form_one_chain(database: Database) -> None:
    def work(number: int) -> None:
        for _ in range(10):
            note(database, f"t{number}", f"t{number}")

    assert run_together(8, work) == []
    assert len(log_of(database)) == 160
    assert walk(log_of(database), {}).broken is None


def cross(database: Database) -> list[BaseException]:
    """One transaction writes a record and then takes the lock of a counter, another does both the other way round."""
    both_have_one = Barrier(2)

    def work(number: int) -> None:
        with database.transaction() as session:
            if number == 0:
                write_audit(session, kanim="blitar", at=NOW, actor="t", action="a", subject="-", detail={})
                both_have_one.wait()
                next_number(session, kanim="blitar", series="plan")
            else:
                next_number(session, kanim="blitar", series="plan")
                both_have_one.wait()
                write_audit(session, kanim="blitar", at=NOW, actor="t", action="b", subject="-", detail={})

    return run_together(2, work)


def test_a_record_written_early_takes_part_in_no_deadlock(postgres_url: str) -> None:
    database = Database(postgres_url)
    schema.upgrade(database)
    assert cross(database) == []
    assert sorted(actions(database)) == ["a", "b"]
    database.close()


def test_a_record_chained_at_once_would(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(postgres_url)
    schema.upgrade(database)
    monkeypatch.setattr(records, "append_at_commit", lambda session, entry: audit_log._append(session, [entry]))
    failures = cross(database)
    assert len(failures) == 1
    assert "deadlock" in str(failures[0])
    database.close()


def test_without_the_lock_a_fork_is_tried_and_refused(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(postgres_url)
    schema.upgrade(database)
    note(database, "first")
    monkeypatch.setattr(audit_log, "_lock_end", lambda *_: None)

    def work(number: int) -> None:
        for _ in range(20):
            note(database, f"t{number}")

    failures = run_together(8, work)
    assert failures
    assert all(isinstance(error, IntegrityError) for error in failures)
    assert walk(log_of(database), {}).broken is None
    database.close()


def test_with_neither_lock_nor_constraints_the_chain_forks(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(postgres_url)
    schema.upgrade(database)
    note(database, "first")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit DROP CONSTRAINT uq_audit_kanim_prev_hash")
        connection.exec_driver_sql("ALTER TABLE audit DROP CONSTRAINT pk_audit")
    monkeypatch.setattr(audit_log, "_lock_end", lambda *_: None)
    run_together(8, lambda number: [note(database, f"t{number}") for _ in range(20)] and None)
    broken = walk(log_of(database), {}).broken
    assert broken is not None
    assert broken.kind in ("repeated", "missing", "unlinked")
    database.close()


def test_records_from_before_the_chain_are_chained_in_their_order(tmp_path: object, postgres_url: str) -> None:
    for url in (f"sqlite:///{tmp_path}/old.db", postgres_url):
        database = Database(url)
        schema.upgrade(database, "0003")
        with database.engine.begin() as connection:
            for number in range(3):
                connection.execute(
                    text(
                        "INSERT INTO audit (kanim, at, actor, action, subject, detail) VALUES "
                        "('blitar', '2026-11-24 03:00:00.000000', 't', :action, '-', '{\"b\": 1.5, \"a\": \"é\"}')"
                    ),
                    {"action": f"old{number}"},
                )
        schema.upgrade(database)
        note(database, "new")
        assert actions(database) == ["old0", "old1", "old2", "new"]
        assert log_of(database)[0].detail == '{"a":"é","b":1.5}'
        assert walk(log_of(database), {}).broken is None
        database.close()
