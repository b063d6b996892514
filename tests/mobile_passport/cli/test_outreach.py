"""The planner's work from the command line."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mobile_passport.cli.app import app
from mobile_passport.cli.surroundings import settings
from tests.databases import MIGRATED, Filling

RUNNER = CliRunner()
SEASON = Path("mobile_passport/sample/season_2027")


@pytest.fixture(autouse=True)
def _office(copy_of: Callable[[Filling], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MP_DATABASE_URL", copy_of(MIGRATED))
    settings.cache_clear()
    yield
    settings.cache_clear()


def run(*arguments: str | Path) -> Result:
    return RUNNER.invoke(app, [str(argument) for argument in arguments])


def test_a_file_is_taken_in_once_and_known_afterwards() -> None:
    first = run("import", SEASON / "p3mi.csv", "--received", "2026-11-23")
    assert first.exit_code == 0, first.output
    assert "8 requests, 148 people (1 to the office), 0 known before" in first.output
    assert "0 requests, 0 people (0 to the office), 8 known before" in run("import", SEASON / "p3mi.csv").output


def test_a_refused_file_is_told_problem_by_problem_and_others_are_taken_in(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.csv"
    damaged.write_bytes((SEASON / "kbihu_blitar.csv").read_bytes().replace(b"3505", b"X505", 3))
    result = run("import", damaged, SEASON / "p3mi.csv")
    assert result.exit_code == 1
    assert "damaged.csv: refused, nothing was changed" in result.output
    assert "Baris" in result.output
    assert "Finding(" not in result.output
    assert "p3mi.csv: 8 requests" in result.output


def test_an_unclear_place_is_listed_and_settled() -> None:
    run("import", SEASON / "agenda_surat_masuk.csv", "--register")
    listed = run("places").output
    assert "Ds. Sidomulyo, Tulungagung" in listed
    reference = next(line.split()[0] for line in listed.splitlines() if "Sidomulyo, Tulungagung" in line)
    settled = run("places", reference, "3504072003")
    assert settled.exit_code == 0, settled.output
    assert reference not in run("places").output


def test_wrong_settings_are_named_by_their_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MP_ENVIRONMENT", "production")
    result = run("places")
    assert result.exit_code == 2
    assert "MP_SECRET_KEY" in result.output
