"""One request for an outreach visit, as handed in."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from mobile_passport.domain.person import PersonForm
from mobile_passport.domain.secret import Secret


class AskerKind(StrEnum):
    """Who asks."""

    KEMENAG = "kemenag"
    """Regency office of the ministry of hajj, in the press and on letters still "Kemenag"."""
    KBIHU = "kbihu"
    """Guidance group of pilgrims."""
    P3MI = "p3mi"
    """Company that places migrant workers."""
    UMRAH_BUREAU = "umrah_bureau"
    VILLAGE = "village"
    FAMILY = "family"


class Category(StrEnum):
    """What the passports are for; decides documents, deadline and whether the minimum is waived."""

    HAJJ = "hajj"
    ELDERLY_HOME = "elderly_home"
    MIGRANT_WORKER = "migrant_worker"
    UMRAH = "umrah"
    OTHER = "other"


class VisitKind(StrEnum):
    """How the people are served."""

    COLLECTIVE = "collective"
    """They come to one venue."""
    HOME = "home"
    """The team comes to their bed, at home or in hospital."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestForm:
    """One letter with its list of people, checked and normalised.

    Attributes
    ----------
    external_reference
        The asker's own letter number. Together with ``asker_kind`` and ``asker_name`` it identifies the request:
        the same key with equal content is a repeat, with other content a correction.
    contact_phone
        E.164, mobile: announcements of the whole request go there.
    place_text
        Where, as people write it; not yet placed on the map.
    own_venue
        Hall that the asker offers; ``None`` when the office is to find one, and for home visits.
    wished_dates
        Ascending, may be empty.
    deadline_date
        Passports are needed by then; ``None`` when nothing presses.
    received_date
        Day on which the office received the letter.
    people
        n >= 1, in the order of the list, NIK unique.
    """

    external_reference: str
    asker_kind: AskerKind
    asker_name: str = field(repr=False)
    contact_name: Secret[str]
    contact_phone: Secret[str]
    category: Category
    visit_kind: VisitKind
    place_text: str = field(repr=False)
    own_venue: str | None = None
    wished_dates: tuple[date, ...] = ()
    deadline_date: date | None = None
    received_date: date
    people: tuple[PersonForm, ...]
