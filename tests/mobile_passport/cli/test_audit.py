from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mobile_passport.cli.app import app
from mobile_passport.cli.surroundings import settings
from mobile_passport.persistence.database import Database
from tests.databases import MIGRATED, Filling
from tests.tampering import disarm


@pytest.fixture
def folder(copy_of: Callable[[Filling], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An office's folder, with nothing in its log."""
    monkeypatch.setenv("MP_DATABASE_URL", copy_of(MIGRATED))
    monkeypatch.setenv("MP_AUDIT_DIR", str(tmp_path / "checkpoints"))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["audit", *arguments])


def test_a_log_is_exported_witnessed_and_verified_here_and_from_its_export(folder: Path) -> None:
    assert "1 records" in run("export", str(folder / "out")).output
    made = run("checkpoint")
    assert made.exit_code == 0
    assert "seq: 1\n" in made.output
    assert f"key: {run('key').output.strip()}" in made.output
    for arguments in ([], ["--export", str(folder / "out/audit.jsonl")]):
        verified = run("verify", *arguments)
        assert verified.exit_code == 0, verified.output
        assert "Sound: 1 records" in verified.output
        assert "1 checkpoints agree, the last of record 1" in verified.output


def test_a_broken_log_ends_with_its_place_and_an_error(folder: Path) -> None:
    run("export", str(folder / "out"))
    run("checkpoint", "--out", str(folder / "printed"))
    database = Database(settings().database_url)
    with database.engine.begin() as connection:
        disarm(connection)
        connection.exec_driver_sql("DELETE FROM audit")
    database.close()
    assert "No checkpoint was given" in run("verify").output
    (printed,) = (folder / "printed").iterdir()
    broken = run("verify", "--checkpoint", str(printed))
    assert broken.exit_code == 1
    assert "Broken: record 1: cut" in broken.output


def test_a_checkpoint_is_verified_by_the_key_that_is_trusted(folder: Path) -> None:
    run("export", str(folder / "out"))
    run("checkpoint", "--out", str(folder / "printed"))
    (printed,) = (folder / "printed").iterdir()
    key = run("key").output.strip()
    assert "1 checkpoints agree" in run("verify", "--checkpoint", str(printed), "--key", key).output
    refused = run("verify", "--checkpoint", str(printed), "--key", "ab" * 32)
    assert refused.exit_code == 1
    assert "signed by another key" in str(refused.exception)


def test_without_a_plan_the_order_cannot_be_judged(folder: Path) -> None:
    refused = run("rank")
    assert refused.exit_code == 1
    assert "no such plan" in str(refused.exception)
