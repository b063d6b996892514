"""What an office types is judged as the files are, and more: each fault at its field, in words that say what to do."""

import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

import mobile_passport.rules
from mobile_passport.documents.rule_words import rule_words
from mobile_passport.rules.booking import BookingRules
from mobile_passport.rules.checks import RefusedEdition, read_edition
from mobile_passport.rules.editable import BOOKING, DOCUMENTS, SENDING, EditableDocument
from mobile_passport.rules.labels import LANGUAGES, labels
from mobile_passport.rules.loading import load_rules
from mobile_passport.rules.messages import SendingRules
from mobile_passport.rules.rulebook import Rulebook
from mobile_passport.rules.shape import Input, slots_of
from mobile_passport.rules.writing import Typed, as_kept, as_typed, blank, data_of, written

TODAY = date(2026, 11, 24)
_SAID = {"title", "purpose", "label", "unit", "help", "row"}


def shipped(rulebook: Rulebook, document: EditableDocument) -> Any:
    """What the shipped files say."""
    if document is BOOKING:
        return load_rules(BookingRules, "booking", office="blitar")
    if document is SENDING:
        messages = rulebook.messages
        return SendingRules(hours=messages.hours, care=messages.care, collect=messages.collect)
    return getattr(rulebook, document.name)


def read(rulebook: Rulebook, name: str, edit: Callable[[Typed], object]) -> Any:
    """Type the shipped rules of a document with something changed, and read them."""
    document = DOCUMENTS[name]
    before = shipped(rulebook, document)
    typed = deepcopy(written(document.shape, before))
    edit(typed)
    return read_edition(document, data_of(document.shape, typed), before=before, labels=labels(), today=TODAY)


def put(*where: str | int, to: Any) -> Callable[[Typed], None]:
    """Type something at a place."""

    def edit(typed: Typed) -> None:
        part: Any = typed
        for step in where[:-1]:
            part = part[step]
        part[where[-1]] = to

    return edit


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_written_down_is_read_back_as_it_was(rulebook: Rulebook, name: str) -> None:
    rules = read(rulebook, name, lambda _: None)
    assert rules == shipped(rulebook, DOCUMENTS[name])
    assert repr(rules) == repr(shipped(rulebook, DOCUMENTS[name])), "the digest of the rules is made of this"


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_every_field_that_is_shown_has_a_label_and_every_choice_its_words(document: EditableDocument) -> None:
    assert labels().documents[document.name].purpose
    shown = list(_labelled(document.name, document.shape, ()))
    assert set(labels().documents[document.name].fields) <= set(shown), "a label of a field that is no more"


def test_every_text_of_the_labels_stands_in_both_languages() -> None:
    data = tomllib.loads(Path(mobile_passport.rules.__path__[0], "labels.toml").read_text(encoding="utf-8"))
    told = {where: text for where, text in _texts(data, ()) if where[-1] in _SAID or where[0] == "words"}
    assert len(told) > 300
    assert [where for where, text in told.items() if not _is_said_in_both(text)] == []
    assert not _is_said_in_both("Tim")
    assert not _is_said_in_both(["Tim", ""])


def _texts(data: Any, where: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _texts(value, (*where, name))
    else:
        yield where, data


def _is_said_in_both(text: object) -> bool:
    return isinstance(text, list) and len(text) == len(LANGUAGES) and all(text)


def test_a_page_in_english_calls_fields_and_choices_by_their_english_names() -> None:
    assert labels("en").of("teams", ("teams", 0, "kits")).label == "Biometric kits"
    assert labels("en").words["Weekday"]["7"] == "Sunday"
    assert labels("id").words["Weekday"]["7"] == "Minggu"


@pytest.mark.parametrize(
    ("kept", "times", "typed"),
    [
        ("0,4", 0.01, "40"),
        ("0,075", 0.01, "7,5"),
        ("9000", 3600, "2,5"),
        ("7", 1, "7"),
        ("banyak", 60, "banyak"),
        ("", 60, ""),
        ("9E999999", 0.01, "9E999999"),
    ],
)
def test_a_number_is_typed_in_a_unit_people_think_in_and_kept_in_another(kept: str, times: float, typed: str) -> None:
    assert as_typed(kept, times) == typed
    assert as_kept(typed, times, is_whole=False) == kept


def test_a_number_that_is_kept_whole_is_rounded_to_it() -> None:
    assert as_kept("0,33", 3600, is_whole=True) == "1188"
    assert as_kept("0,3333333", 3600, is_whole=True) == "1200"
    assert as_typed("1.500", 60) == "25"


def test_what_two_editions_say_differently_is_told_in_the_language_and_the_units_of_the_page(
    rulebook: Rulebook,
) -> None:
    before = shipped(rulebook, SENDING)
    after = replace(before, care=replace(before.care, circuit_unknown_share=0.075, segments_a_day=25_000))
    for language, share, most in (
        ("id", "7,5 % dari kiriman itu", "25.000 bagian"),
        ("en", "7.5 % of those", "25,000 parts"),
    ):
        told = rule_words(language).differences(SENDING, before, after)
        assert [one.after for one in told] == [share, most]


def _labelled(name: str, shape: type[Any], where: tuple[str, ...]) -> list[str]:
    found = []
    for slot in slots_of(shape):
        inside = (*where, slot.name)
        label = labels().of(name, inside)
        found.append(".".join(inside))
        if slot.input in (Input.PART, Input.ROWS):
            found += _labelled(name, slot.item, inside)
        if slot.input is Input.ROWS:
            assert label.row, inside
            assert not label.key or label.key in {one.name for one in slots_of(slot.item)}, inside
        if issubclass(slot.item, Enum):
            assert set(labels().words[slot.item.__name__]) == {one.value for one in slot.item}, inside
    return found


def test_numbers_are_typed_as_in_indonesia(rulebook: Rulebook) -> None:
    def edit(typed: Typed) -> None:
        typed["fees"][0] |= {"rupiah": "750.000", "as_of_date": "2026-11-25"}
        typed["minutes"] |= {"documents": "2,5", "interview": "4.5", "as_of_date": "2026-11-25"}

    rules = read(rulebook, "service", edit)
    assert (rules.fees[0].rupiah, rules.minutes.documents, rules.minutes.interview) == (750_000, 2.5, 4.5)


@pytest.mark.parametrize(
    ("name", "edit", "where", "problem"),
    [
        ("teams", put("teams", 0, "kits", to="dua"), ("teams", 0, "kits"), "angka bulat"),
        ("teams", put("teams", 0, "kits", to=""), ("teams", 0, "kits"), "Isi bagian ini"),
        ("teams", put("teams", 0, "kits", to="0"), ("teams", 0, "kits"), "Paling sedikit 1"),
        ("teams", put("teams", 0, "kits", to="21"), ("teams", 0, "kits"), "Paling banyak 20"),
        ("teams", put("teams", 0, "label", to=" "), ("teams", 0, "label"), "Isi bagian ini"),
        ("teams", put("teams", 0, "source", to=""), ("teams", 0, "source"), "Isi bagian ini"),
        ("teams", put("teams", 0, "id", to="unit-2"), ("teams", 1, "id"), "baris lain"),
        ("teams", put("teams", 0, "id", to="<b>"), ("teams", 0, "id"), "huruf kecil"),
        ("teams", put("teams", 0, "weekdays", to=[]), ("teams", 0, "weekdays"), "paling sedikit satu"),
        ("teams", put("teams", 0, "weekdays", to=["8"]), ("teams", 0, "weekdays"), "dari daftar"),
        ("teams", put("teams", 0, "skills", to=["swim"]), ("teams", 0, "skills"), "dari daftar"),
        ("teams", put("teams", 0, "to_date", to="2025-01-01"), ("teams", 0, "to_date"), "sebelum hari pertama"),
        ("teams", put("teams", 0, "from_date", to="besok"), ("teams", 0, "from_date"), "Pilih tanggal"),
        ("teams", put("teams", to=[]), ("teams",), "paling sedikit satu tim"),
        ("calendar", put("hours", 0, "from_date", to="2026-12-01"), ("hours",), "berlaku hari ini"),
        ("calendar", put("hours", 0, "closes", to="11:00"), ("hours", 0, "closes"), "Urutannya"),
        ("calendar", put("hours", 0, "opens", to="pagi"), ("hours", 0, "opens"), "Tulis jam"),
        ("calendar", put("closed_days", 0, "reason", to=""), ("closed_days", 0, "reason"), "Isi bagian ini"),
        ("rank", put("points", "hajj", to="11"), ("points", "source"), "tulis sumbernya"),
        ("rank", put("points", "hajj", to="11"), ("rule", "version"), "versi baru"),
        ("rank", put("points", "hajj", to="nan"), ("points", "hajj"), "Tulis angka"),
        ("rank", put("points", "hajj", to="-1"), ("points", "hajj"), "Paling sedikit 0"),
        ("rank", put("overrides", 0, "kind", to="friend"), ("overrides", 0, "kind"), "dari daftar"),
        ("service", put("site", "buffer_minutes", to="5"), ("site", "source"), "tulis sumbernya"),
        ("service", put("fees", 1, "rupiah", to="1"), ("fees", 1, "source"), "tulis sumbernya"),
        ("booking", put("quotas", 0, "kind", to=""), ("quotas", 1, "kind"), "baris lain"),
        ("booking", put("capacity", "slow_share", to="1,5"), ("capacity", "slow_share"), "Paling banyak 100"),
        ("planning", put("joint", "variants", to=[]), ("joint", "variants"), "paling sedikit satu cara"),
        ("sending", put("hours", "closes", to="07:00"), ("hours", "closes"), "sesudah jam mulai"),
        ("sending", put("care", "silent_after_s", to="2592001"), ("care", "silent_after_s"), "Paling banyak 720."),
        ("punctuality", put("display", "green_share", to="0,5"), ("display",), "kuning tidak boleh"),
        ("punctuality", put("home_window", "widen_step_minutes", to="7"), ("home_window",), "kelipatan lima"),
        ("eligibility", put("categories", 2, "too_young_action", to=""), (), "isi juga dua kalimat"),
        ("teams", put("teams", 0, "phone", to="12"), ("teams", 0), "nomor HP Indonesia"),
        ("eligibility", put("categories", to=[]), (), "tidak cocok satu sama lain"),
    ],
)
def test_each_fault_is_told_at_its_field(
    rulebook: Rulebook, name: str, edit: Callable[[Typed], None], where: tuple[str | int, ...], problem: str
) -> None:
    with pytest.raises(RefusedEdition) as refusal:
        read(rulebook, name, edit)
    told = [one.problem for one in refusal.value.findings if one.where == where]
    assert any(problem in one for one in told), refusal.value.findings


def test_all_that_is_missing_in_a_new_row_is_told_at_once(rulebook: Rulebook) -> None:
    shape = slots_of(DOCUMENTS["teams"].shape)[0].item
    with pytest.raises(RefusedEdition) as refusal:
        read(rulebook, "teams", lambda typed: typed["teams"].append(blank(shape)))
    told = {one.where[-1] for one in refusal.value.findings}
    assert told == {"id", "label", "source", "kits", "document_desks", "interview_desks", "from_date"}


def test_a_figure_with_another_source_or_day_is_taken(rulebook: Rulebook) -> None:
    def edit(typed: Typed) -> None:
        typed["points"] |= {"hajj": "11", "source": "Keputusan Kepala Kantor 12/2026"}
        typed["rule"] |= {"version": "2026-12", "source": "Keputusan Kepala Kantor 12/2026"}

    assert read(rulebook, "rank", edit).points.hajj == 11.0


def test_a_figure_needs_a_source_whatever_row_it_moved_to(rulebook: Rulebook) -> None:
    def edit(typed: Typed) -> None:
        del typed["quotas"][0]
        typed["quotas"][0]["places"] = "200"

    with pytest.raises(RefusedEdition) as refusal:
        read(rulebook, "booking", edit)
    assert [one.where for one in refusal.value.findings] == [("quotas", 0, "source")]


def test_taking_a_row_away_asks_no_source_of_the_others(rulebook: Rulebook) -> None:
    rules = read(rulebook, "booking", lambda typed: typed["quotas"].pop(0))
    assert [quota.places for quota in rules.quotas] == [160]
