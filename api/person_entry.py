"""One person as typed into a form: kept as text until it can be read, so that nothing is lost when it cannot."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime

from starlette.datastructures import FormData

from mobile_passport.domain.person import Need, PassportCase, PersonForm, Sex
from mobile_passport.intake.findings import RefusedFile, Severity
from mobile_passport.intake.submission import SubmittedPerson

SEXES: Mapping[Sex, str] = {Sex.MALE: "laki-laki", Sex.FEMALE: "perempuan"}
_DATE_FORMS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")
_CHOOSE = "Pilih salah satu."


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry:
    """What stands in the form; empty texts where nothing does."""

    name: str = field(default="", repr=False)
    nik: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    sex: str = ""
    phone: str = field(default="", repr=False)
    passport_case: str = ""
    needs: frozenset[str] = field(default=frozenset(), repr=False)
    party: str = ""
    is_carer: bool = False

    @classmethod
    def of(cls, form: PersonForm) -> "PersonEntry":
        """Show what is known of a person, NIK and phone apart: who wants to change the phone types the new one."""
        return cls(
            name=form.name.reveal(),
            birth_date=form.birth_date.isoformat(),
            sex=form.sex,
            passport_case=form.passport_case,
            needs=frozenset(form.needs),
            party=form.party or "",
            is_carer=form.is_carer,
        )

    @classmethod
    def sent(cls, fields: FormData) -> "PersonEntry":
        """Take over what was typed."""
        texts = {name: str(fields.get(name, "")).strip() for name in cls.__dataclass_fields__}
        return cls(
            name=texts["name"],
            nik=texts["nik"],
            birth_date=texts["birth_date"],
            sex=texts["sex"],
            phone=texts["phone"],
            passport_case=texts["passport_case"],
            needs=frozenset(str(value) for value in fields.getlist("needs")) & set(Need),
            party=texts["party"],
            is_carer=bool(texts["is_carer"]),
        )

    def trouble(self) -> dict[str, tuple[str, ...]]:
        """Say which fields cannot be read at all, and what to do."""
        found: dict[str, tuple[str, ...]] = {}
        if not self.name:
            found["name"] = ("Isi nama seperti pada KTP.",)
        if self.day() is None:
            found["birth_date"] = ("Isi tanggal lahir, misalnya 05-03-1958.",)
        if self.sex not in set(Sex):
            found["sex"] = (_CHOOSE,)
        if self.passport_case not in set(PassportCase):
            found["passport_case"] = (_CHOOSE,)
        return found

    def day(self) -> date | None:
        """Read the birth date."""
        for form in _DATE_FORMS:
            with suppress(ValueError):
                return datetime.strptime(self.birth_date, form).date()  # noqa: DTZ007  a date has no zone
        return None

    def submitted(self, *, nik: str, known_phone: str | None) -> SubmittedPerson:
        """Return the person for intake to judge; only for an entry without :meth:`trouble`.

        Parameters
        ----------
        known_phone
            Stays when no other was typed.
        """
        day = self.day()
        if day is None:
            raise ValueError("look at the trouble of an entry first")
        return SubmittedPerson(
            name=self.name,
            nik=nik,
            birth_date=day,
            sex=Sex(self.sex),
            phone=self.phone or known_phone,
            passport_case=PassportCase(self.passport_case),
            needs=frozenset(map(Need, self.needs)),
            party=self.party or None,
            is_carer=self.is_carer,
        )


def told(refused: RefusedFile) -> dict[str, tuple[str, ...]]:
    """Return the sentences on what intake found wrong, by field."""
    found: dict[str, tuple[str, ...]] = {}
    for one in refused.findings:
        if one.severity is Severity.ERROR:
            name = one.column or ""
            found[name] = (*found.get(name, ()), one.problem, one.action)
    return found
