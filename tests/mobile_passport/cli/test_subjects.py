"""Answering people about their own data from the command line, on the published small season."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mobile_passport.cli.app import app
from mobile_passport.cli.surroundings import settings
from tests.databases import Databases, Filling
from tests.mobile_passport.services.seasons import PUBLISHED, person

RUNNER = CliRunner()
NIK = person(1).nik.reveal()


@pytest.fixture(autouse=True)
def _season(copy_of: Callable[[Filling], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MP_DATABASE_URL", copy_of(PUBLISHED))
    settings.cache_clear()
    yield
    settings.cache_clear()


def told(*arguments: str, typed: str = "", code: int = 0) -> str:
    result = RUNNER.invoke(app, arguments, input=typed)
    assert result.exit_code == code, result.output
    return result.output


def test_a_person_is_named_by_typing_gets_everything_and_is_erased(tmp_path: Path) -> None:
    opened = told("subjects", "open", "access", typed=f"{NIK[:6]} {NIK[6:]}\n")
    assert "Case 1, to be answered by" in opened
    assert "1 cases, 0 of them late" in told("subjects", "list")
    file = tmp_path / "person.json"
    told("subjects", "export", "1", "--out", str(file))
    assert json.loads(file.read_text())["held"]["applicant"][0]["nik"] == NIK
    assert file.stat().st_mode & 0o077 == 0
    told("subjects", "close", "1", "exported")
    told("subjects", "open", "erasure", typed=f"{NIK}\n")
    assert "Erased. Case 2 is closed." in told("subjects", "erase", "2")
    assert "2 cases, 0 of them late" in told("subjects", "list", "--closed")
    assert "Nothing is held" in told("subjects", "open", "access", typed=f"{NIK}\n")


def test_a_restored_backup_forgets_again(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup, listed = databases.copy(settings().database_url), tmp_path / "erased.txt"
    told("subjects", "open", "erasure", typed=f"{NIK}\n")
    told("subjects", "erase", "1")
    assert "1 erased, 1 of them new" in told("subjects", "export-erasures", "--out", str(listed))
    monkeypatch.setenv("MP_DATABASE_URL", backup)
    settings.cache_clear()
    assert "1 erased, 0 of them new" in told("subjects", "export-erasures", "--out", str(listed))
    assert "Nothing is held" not in told("subjects", "open", "access", typed=f"{NIK}\n")
    assert "1 erased again, 0 not known" in told("subjects", "replay", "--from", str(listed))
    assert "0 erased again, 1 not known" in told("subjects", "replay", "--from", str(listed))
    assert "Nothing is held" in told("subjects", "open", "access", typed=f"{NIK}\n")
    listed.write_text("nobody")
    assert "no list of identifiers" in told("subjects", "replay", "--from", str(listed), code=2)


def test_what_is_typed_wrong_changes_nothing() -> None:
    assert "That is no NIK" in told("subjects", "open", "access", typed="123\n", code=2)
    told("subjects", "open", "correction", typed=f"{NIK}\n")
    assert "no number for SMS" in told("subjects", "correct", "1", "--phone", typed="0342-801234\n", code=2)
    assert "cannot be read" in told("subjects", "correct", "1", "--birth-date", typed="1 Mei\n", code=2)
    assert "1 new messages" in told("subjects", "correct", "1", "--name", typed="Orang Benar\n")


def test_the_secret_is_replaced_by_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    old = settings().secret_key.get_secret_value()
    monkeypatch.setenv("MP_SECRET_KEY", "a new secret of at least 32 characters")
    monkeypatch.setenv("MP_OLD_SECRET_KEYS", json.dumps([old]))
    settings.cache_clear()
    assert "are new." in told("keys", "rotate")
    assert "Done: 0 keys, 0 values and 0 indexes" in told("keys", "rotate")
    monkeypatch.delenv("MP_OLD_SECRET_KEYS")
    settings.cache_clear()
    assert "Nothing is held" not in told("subjects", "open", "access", typed=f"{NIK}\n")


def test_nobody_is_due_in_a_season_that_is_under_way() -> None:
    assert told("subjects", "due") == "0 people\n"
