"""One person who asks for a passport, as handed in."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from mobile_passport.domain.secret import Secret


class Sex(StrEnum):
    """As on the identity card."""

    MALE = "male"
    FEMALE = "female"


class PassportCase(StrEnum):
    """What kind of passport service a person asks for."""

    NEW = "new"
    """First passport."""
    REPLACEMENT = "replacement"
    """The old passport has expired or is full."""
    LOST = "lost"
    DAMAGED = "damaged"
    DATA_CHANGE = "data_change"


class Need(StrEnum):
    """What a person needs on the day. Coded on purpose: no illness is ever written down."""

    WHEELCHAIR = "wheelchair"
    BEDRIDDEN = "bedridden"
    WALKING_AID = "walking_aid"
    VISUAL = "visual"
    HEARING = "hearing"
    COGNITIVE = "cognitive"
    """Has trouble remembering or understanding; a companion answers."""
    PREGNANT = "pregnant"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonForm:
    """One row of a request's list of people, checked and normalised.

    Attributes
    ----------
    name
        As on the identity card.
    nik
        16 digits.
    birth_date
        As stated in the list; it decides age, not the NIK (a NIK keeps a wrong date for life).
    phone
        E.164, a mobile number that can receive SMS; ``None`` when the person has none. Several people may share one.
    passport_case
        What is asked for; some cases are served at the office only.
    needs
        Health data: never logged, never in a message.
    party
        Label of a family or companion group. People of one request with the same label stay together.
    is_carer
        Comes along to help another person of the party.
    """

    name: Secret[str]
    nik: Secret[str]
    birth_date: date = field(repr=False)
    sex: Sex
    phone: Secret[str] | None
    passport_case: PassportCase
    needs: frozenset[Need] = field(default=frozenset(), repr=False)
    party: str | None = field(default=None, repr=False)
    is_carer: bool = False

    def age_on(self, day: date) -> int:
        """Age in completed years on a day; a birthday on 29 February counts from 1 March in common years."""
        return age_on(self.birth_date, day)


def age_on(birth_date: date, day: date) -> int:
    """Completed years between two dates; negative when the person is not yet born."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
