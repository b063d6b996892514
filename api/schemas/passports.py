"""Passports of people who were served."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.base import Schema, example
from api.schemas.people import PersonOut, person_out
from mobile_passport.domain.access import Caller
from mobile_passport.domain.passport import PassportState
from mobile_passport.services.messages.passports_ready import ListedPassport, Marked

MOST_AT_ONCE = 200


class PassportOut(Schema):
    """How the passport of one person stands. ``collect_by_date`` is null while it is awaited."""

    person: PersonOut
    state: PassportState
    collect_by_date: date | None

    @classmethod
    def of(cls, listed: ListedPassport, caller: Caller, today: date) -> "PassportOut":
        """Take over a passport, with its owner as far as the caller's role shows them."""
        stand = listed.stand
        person = person_out(listed.person, caller, today)
        return cls(person=person, state=stand.state, collect_by_date=stand.collect_by_date)


class ReadyIn(Schema):
    """Whose passports lie at the office. With ``is_trial`` nothing is done: the answer says what would be."""

    model_config = example({"people": ["0197f3f2-6a5e-7d3e-9d0a-3f1f6f2b8c11"], "is_trial": True})

    people: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]
    is_trial: bool = False


class ReadyOut(Schema):
    """What was done, or would be: passports new at the office, messages to send, people to call or not told."""

    passports: int
    messages: int
    without_phone: int
    elsewhere: int
    collect_by_date: date

    @classmethod
    def of(cls, marked: Marked) -> "ReadyOut":
        """Take over what marking did."""
        return cls.model_validate(marked)


class CollectedOut(Schema):
    """A passport was collected; ``taken_back`` counts messages about it that waited and are not sent any more."""

    person: UUID
    taken_back: int
