"""The real command on the real sample season, killed twice on its way."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("demo")]
LONGEST_S = 240


class Demo:
    """Runs of `mobile-passport demo` in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "var" / "mobile-passport.db"

    def start(self) -> subprocess.Popen[str]:
        """Start a run."""
        command = [str(Path(sys.executable).with_name("mobile-passport")), "demo", "--time-limit", "4"]
        return subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )

    def run(self) -> str:
        """Run to the end and return what it told."""
        with self.start() as process:
            output, _ = process.communicate(timeout=LONGEST_S)
        assert process.returncode == 0, output
        return output

    def run_until(self, line: str) -> None:
        """Run until a step is told to be done, and kill -9 in the middle of the next."""
        with self.start() as process:
            assert process.stdout is not None
            for told in process.stdout:
                if line in told:
                    process.kill()
                    break
            else:
                pytest.fail(f"the demo ended without telling {line!r}")

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Read the database as it lies there."""
        connection = sqlite3.connect(self.database)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo that was killed while planning, killed while sending, and then left alone."""
    killed = Demo(tmp_path_factory.mktemp("demo"))
    killed.run_until("Loading the optimizer")
    assert killed.rows("SELECT COUNT(*) FROM plan") == [(0,)]
    killed.run_until("Publishing version")
    killed.told = killed.run()  # type: ignore[attr-defined]
    return killed


def test_nothing_is_doubled_and_nothing_is_lost_by_two_kills(demo: Demo) -> None:
    assert demo.rows("SELECT COUNT(*), COUNT(DISTINCT external_reference) FROM request") == [(60, 60)]
    assert demo.rows("SELECT COUNT(*), COUNT(DISTINCT nik_index) FROM applicant") == [(1216, 1216)]
    assert demo.rows("SELECT version, status FROM plan") == [(1, "published")]
    slots = demo.rows("SELECT COUNT(*) FROM plan_member WHERE slot_at IS NOT NULL")
    assert demo.rows("SELECT COUNT(*) FROM appointment WHERE status = 'active'") == slots
    assert demo.rows("SELECT COUNT(*) FROM applicant WHERE status = 'scheduled'") == slots


def test_every_message_reached_the_provider_exactly_once(demo: Demo) -> None:
    written = demo.rows("SELECT COUNT(*) FROM sms_intent")
    assert demo.rows("SELECT COUNT(*) FROM simulated_sms") == written
    assert demo.rows("SELECT COUNT(DISTINCT intent_id) FROM sms_attempt WHERE sid IS NOT NULL") == written
    assert demo.rows("SELECT COUNT(*) FROM sms_intent WHERE state NOT IN ('delivered', 'undelivered')") == [(0,)]


def test_the_summary_tells_what_a_planner_asks(demo: Demo) -> None:
    told: str = demo.told  # type: ignore[attr-defined]
    for words in ("1216  people asked for", "have a slot", "km", "Imigrasi Blitar: Jadwal paspor", "make serve"):
        assert words in told


def test_what_was_written_can_be_opened(demo: Demo) -> None:
    out = demo.folder / "out" / "demo"
    starts = {"plan.png": b"\x89PNG", "plan.ics": b"BEGIN:VCALENDAR", "plan.json": b"{", "messages.txt": b"***"}
    for name, start in starts.items():
        assert (out / name).read_bytes().startswith(start)
    assert all(sheet.read_bytes().startswith(b"%PDF") for sheet in out.glob("run-sheet-*.pdf"))
    assert list(out.glob("run-sheet-*.pdf"))


def test_another_run_changes_no_row_and_no_file(demo: Demo) -> None:
    tables = [name for (name,) in demo.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    out = demo.folder / "out" / "demo"

    def contents() -> tuple[list[list[str]], list[tuple[str, int]]]:
        rows = [sorted(map(repr, demo.rows(f"SELECT * FROM {table}"))) for table in tables if table != "sms_sender"]
        return rows, sorted((path.name, path.stat().st_mtime_ns) for path in out.iterdir())

    before = contents()
    demo.run()
    assert contents() == before
