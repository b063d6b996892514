from collections.abc import Callable, Iterator

import pytest
from typer.testing import CliRunner

from mobile_passport.cli.app import app
from mobile_passport.cli.surroundings import settings
from tests.databases import MIGRATED, Filling


@pytest.fixture(autouse=True)
def folder(copy_of: Callable[[Filling], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MP_DATABASE_URL", copy_of(MIGRATED))
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_an_office_without_reports_reads_its_own_figures_and_no_suggestion() -> None:
    read = CliRunner().invoke(app, ["durations", "--from", "2026-12-01", "--to", "2026-12-31"])
    assert read.exit_code == 0
    assert "Reports of 2026-12-01 to 2026-12-31" in read.output
    (line,) = [one for one in read.output.splitlines() if one.startswith("service.toml minutes.biometrics ")]
    assert line.split()[2:5] == ["8.0", "-", "-"]
    assert "too few observations" in line
    assert "# service.toml" not in read.output
