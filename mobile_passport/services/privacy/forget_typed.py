"""Forget what somebody has typed about a person and not handed in: whoever asks to be forgotten stands in no draft."""

import json
import re
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.privacy.subject_erasure import SubjectErasure
from mobile_passport.persistence.requests.group_drafts import forget_drafts_that
from mobile_passport.persistence.requests.kept_forms import forget_forms_that
from mobile_passport.persistence.requests.people import People
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.services.world import World

_COUNTRY = "+62"
_NO_DIGITS = re.compile(r"\D+")


def forget_typed(session: Session, world: World, subject: UUID, *, actor: str, now: datetime) -> None:
    """Drop every unfinished draft and kept form with the NIK or a telephone number of a person who is to be erased.

    A draft goes as a whole: a page that still shows it could bring a removed row back. A name alone identifies nobody,
    so what holds no more than that ends with its own days. Erasure for age leaves drafts alone: whoever stands in one
    asks anew.
    """
    numbers = _numbers_of(session, world, subject)
    if not numbers:
        return

    def names(content: str) -> bool:
        digits = _NO_DIGITS.sub("", json.dumps(json.loads(content), ensure_ascii=False))
        return any(number in digits for number in numbers)

    with office_wide(session):
        drafts = forget_drafts_that(session, world.vault, world.kanim, names)
        forms = forget_forms_that(session, world.vault, world.kanim, names)
    if drafts or forms:
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=actor,
            action="forget_typed",
            subject=str(subject),
            detail={"drafts": drafts, "forms": forms},
        )


def _numbers_of(session: Session, world: World, subject: UUID) -> frozenset[str]:
    """Return the digits by which a person is known; of telephone numbers those behind every prefix."""
    erasure = SubjectErasure(session, world.kanim)
    person = erasure.find(subject)
    if person is None:
        return frozenset()
    forms = [one.form for one in People(session, world.vault, world.kanim).among(person.applicants).values()]
    contacts = Requests(session, world.vault, world.kanim).contacts_of(erasure.references(person.contact_of))
    phones = [form.phone for form in forms if form and form.phone] + [phone for _, phone in contacts.values()]
    numbers = [form.nik.reveal() for form in forms if form]
    return frozenset(filter(None, [*numbers, *(phone.reveal().removeprefix(_COUNTRY) for phone in phones)]))
