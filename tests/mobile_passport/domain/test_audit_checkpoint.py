from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mobile_passport.domain.audit_checkpoint import BadCheckpoint, Checkpoint, CheckpointKey

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
KEY = CheckpointKey.derived("a secret")
MADE = KEY.sign(kanim="blitar", seq=17, count=17, hash_="ab" * 32, at=NOW)


def test_a_checkpoint_reads_back_from_its_text_however_lines_end() -> None:
    assert Checkpoint.read(MADE.text, trusted_key=KEY.public) == MADE
    assert Checkpoint.read(f"  {MADE.text.replace(chr(10), chr(13) + chr(10))}\n\n", trusted_key=KEY.public) == MADE


def test_a_checkpoint_fits_on_a_printed_sheet() -> None:
    lines = MADE.text.splitlines()
    assert len(lines) == 8
    assert max(map(len, lines)) <= 140


@pytest.mark.parametrize(
    "changes", [{"seq": 18}, {"count": 16}, {"hash": "cd" * 32}, {"kanim": "malang"}, {"at": NOW.replace(hour=4)}]
)
def test_a_checkpoint_with_anything_altered_is_refused(changes: dict[str, object]) -> None:
    altered = replace(MADE, **changes)  # type: ignore[arg-type]
    with pytest.raises(BadCheckpoint, match="altered"):
        Checkpoint.read(altered.text, trusted_key=KEY.public)


def test_a_checkpoint_by_another_key_is_refused_though_it_names_that_key() -> None:
    forged = CheckpointKey.derived("another secret").sign(kanim="blitar", seq=17, count=17, hash_="ab" * 32, at=NOW)
    with pytest.raises(BadCheckpoint, match="another key"):
        Checkpoint.read(forged.text, trusted_key=KEY.public)
    claims_ours = replace(forged, key=KEY.public)
    with pytest.raises(BadCheckpoint, match="signature is wrong"):
        Checkpoint.read(claims_ours.text, trusted_key=KEY.public)


@pytest.mark.parametrize(
    "text", ["", "seq: 1", MADE.text.replace("seq: 17", "seq: x"), MADE.text.replace("2026-11-24T", "yesterday")]
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadCheckpoint, match="not a checkpoint"):
        Checkpoint.read(text, trusted_key=KEY.public)
