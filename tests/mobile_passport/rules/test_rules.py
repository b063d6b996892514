from dataclasses import replace
from pathlib import Path

import pytest

from mobile_passport.rules.loading import InvalidRules, load_rules
from mobile_passport.rules.rulebook import Rulebook, load_rulebook
from mobile_passport.rules.service import ServiceRules
from mobile_passport.rules.teams import TeamRules


def test_an_office_replaces_a_file_and_keeps_the_others(tmp_path: Path, rulebook: Rulebook) -> None:
    shipped = Path("mobile_passport/rules/blitar/service.toml").read_text(encoding="utf-8")
    (tmp_path / "service.toml").write_text(shipped.replace("per_location_day = 30", "per_location_day = 20"))
    own = load_rulebook("blitar", tmp_path)
    assert own.service.minimum.per_location_day == 20
    assert own.teams == rulebook.teams


def test_the_digest_changes_with_a_rule_that_decides_plans_and_is_stable_otherwise(rulebook: Rulebook) -> None:
    fewer = replace(rulebook, teams=TeamRules(teams=rulebook.teams.teams[:1]))
    other_words = replace(rulebook, office=replace(rulebook.office, brand="Imigrasi"))
    assert fewer.digest != rulebook.digest
    assert other_words.digest == rulebook.digest == load_rulebook("blitar").digest


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "minimum: Field required"),
        ("= nonsense", "not readable as TOML"),
        ("[minimum]\nper_location_day = 'thirty'", "minimum.per_location_day: Input should be a valid integer"),
    ],
)
def test_a_wrong_file_is_refused_with_file_key_and_cause(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "service.toml").write_text(content)
    with pytest.raises(InvalidRules) as refusal:
        load_rules(ServiceRules, "service", office="blitar", directory=tmp_path)
    assert complaint in str(refusal.value)
    assert "service.toml" in str(refusal.value)


def test_a_misspelt_key_is_named_and_not_ignored(tmp_path: Path) -> None:
    shipped = Path("mobile_passport/rules/blitar/teams.toml").read_text(encoding="utf-8")
    (tmp_path / "teams.toml").write_text(shipped + "to_dat = 2026-12-31\n")
    with pytest.raises(InvalidRules, match=r"teams\.1\.to_dat: no such key"):
        load_rules(TeamRules, "teams", office="blitar", directory=tmp_path)


def test_an_office_without_a_file_is_told_to_make_one() -> None:
    with pytest.raises(InvalidRules, match="no such rule file; copy the shipped one"):
        load_rules(ServiceRules, "service", office="nowhere")
