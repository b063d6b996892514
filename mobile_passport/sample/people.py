"""Inventing people: believable ages, families and names; numbers that belong to nobody.

NIK are well-formed but end in serial numbers from 9900: the civil registry counts a kecamatan's births of one day from
0001, and no kecamatan sees 9,900 births a day. Phone numbers start +62 860: a mobile prefix by the numbering plan that
libphonenumber follows, but held by no operator in its carrier table (read 2026-11-24), so nobody's phone can ring.
Landlines start with 0 after the area code, as no local number does.
"""

import calendar
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from random import Random

from mobile_passport.domain.person import Need, PassportCase, PersonForm, Sex
from mobile_passport.domain.request import Category
from mobile_passport.domain.secret import Secret
from mobile_passport.sample.season import Ages, Sketch

FIRST_INVENTED_SERIAL = 9900
INVENTED_PHONE_PREFIX = "+62860"
_MOTHERS_KECAMATAN_ELSEWHERE = ("350301", "350601", "350701")  # Trenggalek, Kediri, Malang: moved in later
_LANDLINES = {"3504": "0355-000{:03}", "3505": "0342-000{:03}", "3572": "0342-000{:03}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedPerson:
    """A person, and the phone as the asker wrote it when that is no mobile number."""

    form: PersonForm
    landline: str | None = None


class Inventor:
    """Invents people of one season, each NIK and phone once.

    Parameters
    ----------
    random
        Seeded source of every choice.
    on_date
        Ages count on this day.
    """

    def __init__(self, random: Random, on_date: date) -> None:
        self._random = random
        self._on_date = on_date
        self._names: dict[str, list[str]] = tomllib.loads(
            (files(__package__) / "names.toml").read_text(encoding="utf-8")
        )
        self._niks: set[str] = set()
        self._phones = 0
        self._landlines = 0

    def group(self, sketch: Sketch) -> tuple[InventedPerson, ...]:
        """Invent the people of one request: singles, couples, old people with their carers."""
        people: list[InventedPerson] = []
        parties = 0
        while len(people) < sketch.people:
            left = sketch.people - len(people)
            first = self._person(sketch, age=self._age(sketch.ages), sex=self._sex())
            family = [first]
            if left > 1 and self._comes_in_pairs(sketch, first.form):
                parties += 1
                family = list(self._pair(sketch, first.form, f"K{parties}"))
            people.extend(family)
        return tuple(people)

    def contact(self) -> tuple[Secret[str], Secret[str]]:
        """Invent the name and phone of one who speaks for a request."""
        return self._name(self._sex(), words=2), self._phone()

    def _comes_in_pairs(self, sketch: Sketch, first: PersonForm) -> bool:
        if sketch.ages is Ages.VERY_OLD or Need.WHEELCHAIR in first.needs:
            return True
        shares = {Ages.PILGRIMS: 0.55, Ages.MIXED: 0.4, Ages.ELDERLY: 0.3}
        return self._random.random() < shares.get(sketch.ages, 0.0)

    def _pair(self, sketch: Sketch, first: PersonForm, label: str) -> tuple[InventedPerson, InventedPerson]:
        """A couple, or an old person with a grown child who helps."""
        age = first.age_on(self._on_date)
        needs_help = Need.WHEELCHAIR in first.needs or (age >= 80 and sketch.ages is not Ages.VERY_OLD)
        if needs_help:
            second_age, sex = age - self._random.randint(24, 36), self._sex()
        else:
            second_age = max(21, age + self._random.randint(-6, 4))
            sex = Sex.FEMALE if first.sex is Sex.MALE else Sex.MALE
        second = self._person(sketch, age=second_age, sex=sex, is_carer=needs_help).form
        phone = second.phone if self._random.random() < 0.6 else first.phone
        return (
            InventedPerson(form=replace(first, party=label, phone=phone)),
            InventedPerson(form=replace(second, party=label)),
        )

    def _person(self, sketch: Sketch, *, age: int, sex: Sex, is_carer: bool = False) -> InventedPerson:
        birth_date = self._birth_date(age)
        phone, landline = self._reachable(sketch)
        form = PersonForm(
            name=self._name(sex, words=3 if sketch.category is Category.HAJJ else self._random.choice((1, 2, 2))),
            nik=self._nik(sketch.kecamatan, birth_date, sex),
            birth_date=birth_date,
            sex=sex,
            phone=phone,
            passport_case=self._case(sketch, age),
            needs=frozenset() if is_carer else self._needs(sketch.ages, age),
            is_carer=is_carer,
        )
        return InventedPerson(form=form, landline=landline)

    def _age(self, ages: Ages) -> int:
        """Pilgrims: about 70 % are 60 or older (harianbhirawa.co.id on Tulungagung 2026, read 2026-11-24)."""
        match ages:
            case Ages.PILGRIMS:
                old = self._random.random() < 0.72
                return int(self._random.triangular(60, 90, 63)) if old else self._random.randint(38, 59)
            case Ages.WORKERS:
                return int(self._random.triangular(19, 46, 27))
            case Ages.MIXED:
                return int(self._random.triangular(19, 78, 52))
            case Ages.ELDERLY:
                return int(self._random.triangular(58, 86, 66))
            case Ages.VERY_OLD:
                return int(self._random.triangular(72, 97, 84))

    def _sex(self) -> Sex:
        return self._random.choice((Sex.MALE, Sex.FEMALE))

    def _birth_date(self, age: int) -> date:
        year, month = self._on_date.year - age - 1, self._random.randint(1, 12)
        day = self._random.randint(1, calendar.monthrange(year, month)[1])
        born = date(year, month, day)
        return born if born < self._on_date else date(year - 1, month, min(day, 28))

    def _name(self, sex: Sex, *, words: int) -> Secret[str]:
        kind = "men" if sex is Sex.MALE else "women"
        first, after = self._names[kind], self._names[f"{kind}_after"]
        return Secret(" ".join([self._random.choice(first), *self._random.sample(after, words - 1)]))

    def _nik(self, kecamatan: str, birth_date: date, sex: Sex) -> Secret[str]:
        chance = self._random.random()
        if chance < 0.02:
            region = self._random.choice(_MOTHERS_KECAMATAN_ELSEWHERE)
        elif chance < 0.12 and not kecamatan.startswith("3572"):
            region = f"{kecamatan[:4]}{self._random.randint(1, 19):02}"
        else:
            region = kecamatan
        written = birth_date
        if self._random.random() < 0.01:  # the birth date was corrected after the NIK was given
            written = birth_date.replace(day=1, month=1)
        day = written.day + (40 if sex is Sex.FEMALE else 0)
        start = f"{region}{day:02}{written:%m%y}"
        serials = range(FIRST_INVENTED_SERIAL + self._random.randint(1, 9), 10_000)
        nik = next(f"{start}{serial}" for serial in serials if f"{start}{serial}" not in self._niks)
        self._niks.add(nik)
        return Secret(nik)

    def _phone(self) -> Secret[str]:
        self._phones += 1
        return Secret(f"{INVENTED_PHONE_PREFIX}{self._phones * 17:08}")

    def _reachable(self, sketch: Sketch) -> tuple[Secret[str] | None, str | None]:
        """Mostly a mobile phone; some have none, a few a landline."""
        chance = self._random.random()
        if chance < 0.11:
            return None, None
        if chance < 0.13:
            self._landlines += 1
            return None, _LANDLINES[sketch.kecamatan[:4]].format(self._landlines)
        return self._phone(), None

    def _case(self, sketch: Sketch, age: int) -> PassportCase:
        chance = self._random.random()
        if chance < 0.008:
            return self._random.choice((PassportCase.LOST, PassportCase.DAMAGED, PassportCase.DATA_CHANGE))
        replacing = {Ages.WORKERS: 0.25, Ages.MIXED: 0.3}.get(sketch.ages, 0.08 if age >= 60 else 0.18)
        return PassportCase.REPLACEMENT if chance < replacing else PassportCase.NEW

    def _needs(self, ages: Ages, age: int) -> frozenset[Need]:
        if ages is Ages.VERY_OLD:
            return frozenset({self._random.choice((Need.BEDRIDDEN, Need.BEDRIDDEN, Need.WHEELCHAIR))})
        chance = self._random.random()
        if age >= 75 and chance < 0.3:
            return frozenset({self._random.choice((Need.WHEELCHAIR, Need.WALKING_AID, Need.HEARING, Need.COGNITIVE))})
        if age >= 60 and chance < 0.05:
            return frozenset({self._random.choice((Need.WALKING_AID, Need.VISUAL, Need.HEARING))})
        return frozenset()
