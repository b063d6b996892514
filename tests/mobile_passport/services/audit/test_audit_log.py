import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mobile_passport.domain.audit_chain import BreakKind
from mobile_passport.domain.audit_checkpoint import BadCheckpoint, Checkpoint, CheckpointKey, OtherKey
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.database import Database
from mobile_passport.services.audit.audit_log import (
    BrokenLog,
    Witness,
    export_log,
    make_checkpoint,
    read_checkpoints,
    verify_export,
    verify_log,
    witness_log,
)
from mobile_passport.services.audit.audit_witness import NoAuditKey, build_witness
from mobile_passport.settings import Settings
from tests.tampering import disarm

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(folder=tmp_path / "audit", key=CheckpointKey.derived("secret"))


def note(database: Database, count: int) -> None:
    with database.transaction() as session:
        for number in range(count):
            write_audit(
                session, kanim="blitar", at=NOW, actor="t", action="a", subject=f"s{number}", detail={"n": number}
            )


def checkpoint(database: Database, witness: Witness) -> Checkpoint:
    return make_checkpoint(database, "blitar", witness, now=NOW)[0]


def tamper(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        disarm(connection)
        connection.exec_driver_sql(statement)


def test_a_checkpoint_says_where_the_log_ends_and_is_kept_outside(database: Database, witness: Witness) -> None:
    note(database, 3)
    made, path = make_checkpoint(database, "blitar", witness, now=NOW)
    assert (made.seq, made.count, made.at) == (3, 3, NOW)
    assert path.read_text(encoding="ascii") == made.text
    assert witness.checkpoints("blitar") == (made,)
    assert [file.name for file in witness.folder.iterdir()] == ["blitar-0000000003.txt"]


def test_an_empty_log_can_be_witnessed_and_grow_after_that(database: Database, witness: Witness) -> None:
    assert checkpoint(database, witness).seq == 0
    note(database, 2)
    assert checkpoint(database, witness).seq == 2
    assert verify_log(database, "blitar", witness.checkpoints("blitar")).broken is None


def test_a_log_is_verified_with_every_checkpoint(database: Database, witness: Witness) -> None:
    for _ in range(3):
        note(database, 2)
        checkpoint(database, witness)
    found = verify_log(database, "blitar", witness.checkpoints("blitar"))
    assert (found.records, found.broken) == (6, None)


@pytest.mark.parametrize(
    ("statement", "kind", "seq"),
    [
        ("UPDATE audit SET actor = 'lain' WHERE seq = 2", BreakKind.ALTERED, 2),
        ("DELETE FROM audit WHERE seq = 2", BreakKind.MISSING, 2),
        ("DELETE FROM audit WHERE seq > 2", BreakKind.CUT, 3),
        ("DELETE FROM audit", BreakKind.CUT, 1),
    ],
)
def test_the_first_broken_place_is_named(
    database: Database, witness: Witness, statement: str, kind: BreakKind, seq: int
) -> None:
    note(database, 4)
    checkpoint(database, witness)
    tamper(database, statement)
    broken = verify_log(database, "blitar", witness.checkpoints("blitar")).broken
    assert broken is not None
    assert (broken.kind, broken.seq) == (kind, seq)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'lain' WHERE seq = 6",
        "DELETE FROM audit WHERE seq >= 4",
        "UPDATE audit SET hash = '0' WHERE seq = 4",
    ],
)
def test_no_checkpoint_is_made_of_a_log_that_does_not_follow_from_the_last_one(
    database: Database, witness: Witness, statement: str
) -> None:
    note(database, 4)
    checkpoint(database, witness)
    note(database, 4)
    tamper(database, statement)
    with pytest.raises(BrokenLog, match=r"record [46]"):
        checkpoint(database, witness)
    assert len(witness.checkpoints("blitar")) == 1


def test_the_hourly_tick_tells_of_a_broken_log_and_goes_on(
    database: Database, witness: Witness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    note(database, 2)
    witness_log(database, "blitar", witness, now=NOW)
    tamper(database, "DELETE FROM audit WHERE seq = 2")
    witness_log(database, "blitar", witness, now=NOW + timedelta(hours=1))
    assert [record.levelname for record in caplog.records if "audit log" in record.message] == ["INFO", "ERROR"]


def test_an_export_is_verified_without_the_database_and_tells_of_itself(
    database: Database, witness: Witness, tmp_path: Path
) -> None:
    note(database, 3)
    file = tmp_path / "audit.jsonl"
    assert export_log(database, "blitar", file, actor="auditor", now=NOW) == 4
    made = checkpoint(database, witness)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert '"action":"export_audit","actor":"auditor"' in lines[-1]
    assert verify_export(lines, "blitar", [made]).broken is None
    forged = [line.replace('"actor":"t"', '"actor":"u"') if number == 1 else line for number, line in enumerate(lines)]
    broken = verify_export(forged, "blitar", [made]).broken
    assert broken is not None
    assert (broken.kind, broken.seq) == (BreakKind.ALTERED, 2)


def test_two_checkpoints_that_saw_different_records_show_a_fork(database: Database, witness: Witness) -> None:
    note(database, 2)
    made = checkpoint(database, witness)
    other = witness.key.sign(kanim="blitar", seq=2, count=2, hash_="ab" * 32, at=NOW)
    with pytest.raises(BadCheckpoint, match="forked"):
        verify_log(database, "blitar", [made, other])


def test_a_checkpoint_of_another_office_is_refused(database: Database, witness: Witness) -> None:
    note(database, 1)
    with pytest.raises(BadCheckpoint, match="belongs to blitar"):
        verify_log(database, "malang", [checkpoint(database, witness)])


def test_a_checkpoint_file_that_was_altered_is_named(database: Database, witness: Witness) -> None:
    note(database, 1)
    _, path = make_checkpoint(database, "blitar", witness, now=NOW)
    path.write_text(path.read_text().replace("seq: 1", "seq: 2"))
    with pytest.raises(BadCheckpoint, match=r"blitar-0000000001\.txt.*altered"):
        read_checkpoints([path], trusted_key=witness.key.public)


def test_the_key_comes_from_its_file_or_from_the_secret(tmp_path: Path) -> None:
    settings = Settings(audit_dir=tmp_path)
    derived = build_witness(settings).key.public
    assert derived == build_witness(settings).key.public
    assert derived != build_witness(Settings(secret_key="x" * 40)).key.public  # type: ignore[arg-type]
    file = tmp_path / "key"
    file.write_text("ab" * 32 + "\n")
    with_file = settings.model_copy(update={"audit_key_file": file})
    assert build_witness(with_file).key.public == CheckpointKey(bytes.fromhex("ab" * 32)).public
    file.write_text("not a key")
    with pytest.raises(NoAuditKey, match="openssl rand -hex 32"):
        build_witness(with_file)


def test_a_witness_keeps_one_file_for_each_end_of_the_log(database: Database, witness: Witness) -> None:
    note(database, 1)
    checkpoint(database, witness)
    checkpoint(database, witness)
    assert len(witness.checkpoints("blitar")) == 1
    assert witness.checkpoints("malang") == ()


def test_a_new_key_vouches_for_the_whole_log_again(database: Database, witness: Witness) -> None:
    note(database, 2)
    old = checkpoint(database, witness)
    renewed = Witness(folder=witness.folder, key=CheckpointKey.derived("another secret"))
    assert renewed.checkpoints("blitar") == ()
    note(database, 1)
    assert checkpoint(database, renewed).seq == 3
    assert renewed.checkpoints("blitar") == (checkpoint(database, renewed),)
    with pytest.raises(OtherKey, match="give its key with --key"):
        read_checkpoints([witness.folder / "blitar-0000000002.txt"], trusted_key=renewed.key.public)
    assert verify_log(database, "blitar", [old]).broken is None
