"""Watching and steering messages from the command line, on the published small season."""

from collections.abc import Callable, Iterator

import pytest
from typer.testing import CliRunner

from mobile_passport.cli.app import app, main
from mobile_passport.cli.surroundings import settings
from mobile_passport.rules.messages import load_messages
from tests.databases import Filling
from tests.mobile_passport.services.seasons import PUBLISHED

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def _season(copy_of: Callable[[Filling], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MP_DATABASE_URL", copy_of(PUBLISHED))
    settings.cache_clear()
    yield
    settings.cache_clear()


def told(*arguments: str) -> str:
    result = RUNNER.invoke(app, ["messages", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_status_says_how_many_messages_wait_and_whether_the_sender_rests() -> None:
    first = told("status").splitlines()
    assert first[0].split() == ["pending", "74"]
    assert ["waiting", "74"] in [line.split() for line in first]
    told("stop", "wrong wording")
    assert "wrong wording" in told("status")
    told("start")
    assert "wrong wording" not in told("status")


def test_a_hold_stands_until_it_is_released() -> None:
    told("hold", "2026-11-24T06:00:00")
    assert "2026-11-23 23:00:00+00:00" in told("status")  # six o'clock in Blitar
    told("release")
    assert "2026-11-23" not in told("status")


def test_calls_are_masked_unless_asked_for() -> None:
    assert told("calls").endswith("calls to make\n")
    assert "Orang Contoh" not in told("calls")


def test_every_kind_is_previewed_on_each_channel_with_its_price_and_at_most_two_segments() -> None:
    shown = told("preview").splitlines()
    rules = load_messages("blitar")
    assert [line.split()[0] for line in shown if not line.startswith(" ")] == [kind.name for kind in rules.kinds]
    by_sms = [line for line in shown if line.startswith("    SMS, ")]
    on_whatsapp = [line for line in shown if line.startswith("    WhatsApp (off), Rp600: Imigrasi Blitar: ")]
    assert len(by_sms) == len(rules.kinds)
    assert len(on_whatsapp) == len(rules.whatsapp.templates)
    assert {line.split()[1] for line in by_sms} <= {"1", "2"}
    assert any("2 segments, Rp14,400: Imigrasi Blitar: " in line for line in by_sms)
    assert not any("{" in line for line in shown)


def test_the_registered_wording_is_listed_as_it_stands() -> None:
    shown = told("preview", "--registration")
    for kind in load_messages("blitar").kinds:
        assert f"{kind.name} v{kind.version}\n    SMS: {kind.text}\n" in shown
    assert "WhatsApp: Imigrasi Blitar: Jadwal paspor {{1}}: {{2}} {{3}}. Bawa {{4}}. {{5}} Info " in shown
    assert "Ref {{6}}.\n" in shown  # a template must not end with a gap


def test_an_address_too_long_for_messages_ends_a_command_with_one_plain_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MP_PUBLIC_URL", "https://" + "p" * 80)
    monkeypatch.setattr("sys.argv", ["mobile-passport", "messages", "status"])
    settings.cache_clear()
    with pytest.raises(SystemExit, match="1"):
        main()
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Refused")]
    assert line.startswith("Refused: kinds.slot: ")
    assert line.endswith("use a shorter MP_PUBLIC_URL")
