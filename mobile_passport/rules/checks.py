"""What is wrong with an edition before it holds, field by field, with what to do next.

The dataclasses of the files judge first. What is asked beyond them: bounds, words where words are needed, a source for
every figure that changes, and what only makes sense together.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from math import isfinite
from typing import Any

from mobile_passport.domain.calendar import CalendarRules, WorkingHours
from mobile_passport.domain.rank_rules import RankRules
from mobile_passport.domain.refusal import Point
from mobile_passport.domain.sentence import Sentence
from mobile_passport.rules.booking import BookingRules
from mobile_passport.rules.editable import EditableDocument
from mobile_passport.rules.labels import Labels
from mobile_passport.rules.loading import InvalidRules, fit
from mobile_passport.rules.messages import SendingRules
from mobile_passport.rules.planning import PlanningRules
from mobile_passport.rules.shape import SOURCE, Input, row_like, slots_of
from mobile_passport.rules.teams import TeamRules
from mobile_passport.rules.writing import one_value

type Where = tuple[str | int, ...]

_TEAM_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_EMPTY = Sentence("Isi bagian ini.")
_BY_CODE: Mapping[str, Sentence] = {
    "missing": _EMPTY,
    "int_parsing": Sentence("Tulis angka bulat, misalnya 30."),
    "int_from_float": Sentence("Tulis angka bulat, misalnya 30."),
    "float_parsing": Sentence("Tulis angka, misalnya 0,5."),
    "date_from_datetime_parsing": Sentence("Pilih tanggal, misalnya 2026-12-01."),
    "date_parsing": Sentence("Pilih tanggal, misalnya 2026-12-01."),
    "time_parsing": Sentence("Tulis jam, misalnya 07:30."),
    "enum": Sentence("Pilih salah satu dari daftar."),
}
_BY_MESSAGE: Mapping[str, Sentence] = {
    "phone is no Indonesian mobile number": Sentence(
        "Nomor HP dinas bukan nomor HP Indonesia; tulis misalnya 081234567890."
    ),
    "has a minimum age but no": Sentence("Ada batas umur: isi juga dua kalimat untuk yang belum cukup umur."),
    "0 <= amber_share <= green_share <= 1": Sentence("Bagian kuning tidak boleh lebih besar dari bagian hijau."),
    "multiples of five": Sentence("Langkah jam kedatangan di rumah harus kelipatan lima menit."),
}
"""What the dataclasses themselves refuse, by a part of their message."""
_TOGETHER = Sentence("Isian di bagian ini tidak cocok satu sama lain; periksa angka, pilihan, dan kalimatnya.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding:
    """One thing to mend.

    Attributes
    ----------
    where
        Way into the document: ``("teams", 1, "kits")``.
    problem
        What is wrong and what to do.
    """

    where: Where
    problem: Sentence


class RefusedEdition(InvalidRules):
    """An edition cannot hold; its findings say why, each at its field."""

    def __init__(self, findings: tuple[RuleFinding, ...]) -> None:
        points = tuple(Point(code="rule", what=str(one.problem), where=one.where) for one in findings)
        super().__init__("the edition does not fit; mend every finding", points=points)
        self.findings = findings


def read_edition(
    document: EditableDocument, data: Mapping[str, Any], *, before: Any, labels: Labels, today: date
) -> Any:
    """Make rules of what was typed.

    Parameters
    ----------
    before
        The rules that hold.
    today
        The office's date.

    Raises
    ------
    RefusedEdition
        With everything that has to be mended.
    """
    blank = tuple(_blanks(document.shape, data, ()))
    try:
        rules = fit(document.shape, data, origin=document.name)
    except InvalidRules as refusal:
        found = {point.where: _in_words(point, data) for point in refusal.points}
        raise RefusedEdition((*blank, *found.values())) from refusal
    checker = _Checker(document=document.name, labels=labels)
    findings = [*blank, *checker.values(document.shape, rules, ())]
    findings += checker.unsourced(document.shape, before, rules, ())
    if own := _OWN_CHECKS.get(document.shape):
        findings += own(rules, before, today)
    if findings:
        raise RefusedEdition(tuple(findings))
    return rules


def _blanks(shape: type[Any], data: Mapping[str, Any], where: Where) -> Iterator[RuleFinding]:
    """Yield where words are needed and none stand."""
    for slot in slots_of(shape):
        value, inside = data.get(slot.name), (*where, slot.name)
        if slot.input is Input.PART and isinstance(value, Mapping):
            yield from _blanks(slot.item, value, inside)
        elif slot.input is Input.ROWS and isinstance(value, list):
            for index, row in enumerate(value):
                yield from _blanks(slot.item, row, (*inside, index))
        elif slot.input is Input.TEXT and not slot.may_be_empty and value == "":
            yield RuleFinding(where=inside, problem=_EMPTY)


def _in_words(point: Point, data: Mapping[str, Any]) -> RuleFinding:
    if _typed_at(data, point.where) in ("", None):
        return RuleFinding(where=point.where, problem=_EMPTY)
    known = (words for part, words in _BY_MESSAGE.items() if part in point.what)
    return RuleFinding(where=point.where, problem=_BY_CODE.get(point.code) or next(known, _TOGETHER))


def _typed_at(data: Any, where: Where) -> Any:
    for step in where:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checker:
    """Bounds and choices, and a source for what changed."""

    document: str
    labels: Labels

    def values(self, shape: type[Any], rules: Any, where: Where) -> Iterator[RuleFinding]:
        """Yield which numbers are out of bounds, and what was chosen that cannot be."""
        for slot in slots_of(shape):
            value, inside = getattr(rules, slot.name), (*where, slot.name)
            if slot.input is Input.PART:
                yield from self.values(slot.item, value, inside)
            elif slot.input is Input.ROWS:
                for index, row in enumerate(value):
                    yield from self.values(slot.item, row, (*inside, index))
            elif slot.input in (Input.WHOLE, Input.DECIMAL) and value is not None:
                yield from self._bound(value, inside)
            elif slot.input is Input.CHOICES:
                words = self.labels.words.get(self.labels.of(self.document, inside).words)
                if words and not {one_value(item) for item in value} <= words.keys():
                    yield RuleFinding(where=inside, problem=_BY_CODE["enum"])

    def unsourced(self, shape: type[Any], before: Any, after: Any, where: Where) -> Iterator[RuleFinding]:
        """Yield where a figure changed and neither its source nor the day it was read did."""
        slots = slots_of(shape)
        changed = {slot.name for slot in slots if getattr(before, slot.name) != getattr(after, slot.name)}
        nested = {slot.name for slot in slots if slot.input in (Input.PART, Input.ROWS)}
        if "as_of_date" in (slot.name for slot in slots) and changed - nested and changed.isdisjoint(SOURCE):
            yield RuleFinding(
                where=(*where, "source"),
                problem=Sentence("Isi bagian ini berubah: tulis sumbernya, atau tanggal sumber itu dibaca."),
            )
        for slot in slots:
            old, new, inside = getattr(before, slot.name), getattr(after, slot.name), (*where, slot.name)
            if slot.input is Input.PART:
                yield from self.unsourced(slot.item, old, new, inside)
            elif slot.input is Input.ROWS:
                key = self.labels.of(self.document, inside).key
                for index, row in enumerate(new):
                    partner = row_like(row, old, key=key, index=index)
                    if partner is not None:
                        yield from self.unsourced(slot.item, partner, row, (*inside, index))

    def _bound(self, value: float, where: Where) -> Iterator[RuleFinding]:
        label = self.labels.of(self.document, where)
        if not isfinite(value):
            yield RuleFinding(where=where, problem=_BY_CODE["float_parsing"])
            return
        typed = round(value / label.times, 9)
        if typed < label.least:
            problem = Sentence("Paling sedikit {least}.", {"least": one_value(label.least)})
            yield RuleFinding(where=where, problem=problem)
        elif label.most is not None and typed > label.most:
            yield RuleFinding(where=where, problem=Sentence("Paling banyak {most}.", {"most": one_value(label.most)}))


def _teams(rules: TeamRules, _before: TeamRules, _today: date) -> Iterator[RuleFinding]:
    if not rules.teams:
        yield RuleFinding(where=("teams",), problem=Sentence("Harus ada paling sedikit satu tim."))
    yield from _twice((("teams", index, "id"), team.id) for index, team in enumerate(rules.teams))
    for index, team in enumerate(rules.teams):
        if team.id and not _TEAM_ID.fullmatch(team.id):
            problem = Sentence("Pakai huruf kecil, angka, dan tanda hubung, misalnya unit-3.")
            yield RuleFinding(where=("teams", index, "id"), problem=problem)
        for name in ("skills", "weekdays"):
            if not getattr(team, name):
                yield RuleFinding(where=("teams", index, name), problem=Sentence("Pilih paling sedikit satu."))
        if team.to_date and team.to_date < team.from_date:
            yield RuleFinding(
                where=("teams", index, "to_date"), problem=Sentence("Hari terakhir ada sebelum hari pertama.")
            )


def _calendar(rules: CalendarRules, _before: CalendarRules, today: date) -> Iterator[RuleFinding]:
    if not any(hours.from_date <= today for hours in rules.hours):
        yield RuleFinding(where=("hours",), problem=Sentence("Harus ada jam kerja yang sudah berlaku hari ini."))
    yield from _twice((("hours", index, "from_date"), hours.from_date) for index, hours in enumerate(rules.hours))
    for index, hours in enumerate(rules.hours):
        yield from _hours(hours, ("hours", index))
    special = [
        ((name, index, "date"), day.date)
        for name in ("open_days", "closed_days")
        for index, day in enumerate(getattr(rules, name))
    ]
    yield from _twice(special)


def _hours(hours: WorkingHours, where: Where) -> Iterator[RuleFinding]:
    for first, second, third, fourth in (
        ("opens", "break_starts", "break_ends", "closes"),
        ("opens", "friday_break_starts", "friday_break_ends", "friday_closes"),
    ):
        times: list[time] = [getattr(hours, name) for name in (first, second, third, fourth)]
        if times != sorted(times) or times[0] == times[-1]:
            problem = Sentence("Urutannya harus: buka, mulai istirahat, selesai istirahat, tutup.")
            yield RuleFinding(where=(*where, fourth), problem=problem)


def _rank(rules: RankRules, before: RankRules, _today: date) -> Iterator[RuleFinding]:
    if rules != before and rules.rule.version == before.rule.version:
        problem = Sentence("Aturan urutan berubah: beri nama versi baru, karena setiap rencana mencatat versinya.")
        yield RuleFinding(where=("rule", "version"), problem=problem)
    yield from _twice((("overrides", index, "kind"), rule.kind) for index, rule in enumerate(rules.overrides))


def _planning(rules: PlanningRules, _before: PlanningRules, _today: date) -> Iterator[RuleFinding]:
    yield from _twice((("deadlines", index, "category"), one.category) for index, one in enumerate(rules.deadlines))
    if rules.joint.enabled and not rules.joint.variants:
        yield RuleFinding(where=("joint", "variants"), problem=Sentence("Harus ada paling sedikit satu cara."))


def _booking(rules: BookingRules, _before: BookingRules, _today: date) -> Iterator[RuleFinding]:
    yield from _twice((("quotas", index, "kind"), quota.kind) for index, quota in enumerate(rules.quotas))


def _sending(rules: SendingRules, _before: SendingRules, _today: date) -> Iterator[RuleFinding]:
    if rules.hours.closes <= rules.hours.opens:
        yield RuleFinding(where=("hours", "closes"), problem=Sentence("Jam berakhir harus sesudah jam mulai."))


def _twice(named: Iterable[tuple[Where, Any]]) -> Iterator[RuleFinding]:
    """Yield every place that says what an earlier one said."""
    seen: list[Any] = []
    for where, value in named:
        if value in seen:
            yield RuleFinding(where=where, problem=Sentence("Sudah ada di baris lain; ubah atau hapus salah satu."))
        seen.append(value)


_OWN_CHECKS: Mapping[type[Any], Callable[[Any, Any, date], Iterator[RuleFinding]]] = {
    TeamRules: _teams,
    CalendarRules: _calendar,
    RankRules: _rank,
    PlanningRules: _planning,
    BookingRules: _booking,
    SendingRules: _sending,
}
"""What only makes sense together, by document."""
