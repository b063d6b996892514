from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mobile_passport.cli.app import app
from mobile_passport.cli.surroundings import settings
from tests.databases import MIGRATED, Filling

SAMPLE = files("mobile_passport.sample") / "venues_2027.csv"


@pytest.fixture
def folder(copy_of: Callable[[Filling], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An office's folder with the sample register in it."""
    monkeypatch.setenv("MP_DATABASE_URL", copy_of(MIGRATED))
    settings.cache_clear()
    (tmp_path / "venues.csv").write_bytes(SAMPLE.read_bytes())
    yield tmp_path
    settings.cache_clear()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["venues", *arguments])


def test_a_register_is_taken_in_once_and_listed(folder: Path) -> None:
    file = str(folder / "venues.csv")
    taken_in = run(file).output
    assert "89 new, 0 changed, 0 as before" in taken_in
    assert "3 in the register lack what the unit needs" in taken_in
    assert "0 new, 0 changed, 89 as before" in run(file).output
    listed = run().output
    assert len(listed.splitlines()) == 89
    assert "Aula Kemenag Tulungagung" in listed
    assert "not_surveyed" in listed
    # Three of the sample's have no internet.
    assert listed.count("(not used: lacks internet)") == 3


def test_a_bad_register_is_refused_with_every_finding(folder: Path) -> None:
    file = folder / "venues.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",120,", ",0,").replace(",kemenag,", ",istana,"))
    refused = run(str(file))
    assert refused.exit_code == 1
    assert refused.output.count("V303") == 3
    assert refused.output.count("V309") == 1
    assert run().output == ""


def test_a_file_that_is_not_there_is_told_in_one_line(folder: Path) -> None:
    missing = run(str(folder / "none.csv"))
    assert missing.exit_code == 1
    assert "none.csv" in missing.output
