"""What the contacts of groups are told besides the plan: papers of people without a telephone, and free places."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zlib import crc32

from sqlalchemy.orm import Session

from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.channels import fill_template
from mobile_passport.messaging.marks import Marks
from mobile_passport.messaging.texts import Text, Texts
from mobile_passport.messaging.written import Written
from mobile_passport.persistence.messages.booking_contacts import BookingContacts
from mobile_passport.persistence.messages.message_facts import AppointmentFacts, MessageFacts, RequestFacts
from mobile_passport.persistence.messages.messages import IntentDraft, Messages, StoredIntent, Subject
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.rules.messages import MessageKind, MessageRules, Says
from mobile_passport.rules.office import Office


class GroupNews:
    """Writes what contacts are told, always inside the caller's transaction."""

    def __init__(
        self, *, kanim: str, office: Office, rules: MessageRules, vault: Vault, marks: Marks, texts: Texts
    ) -> None:
        self._kanim = kanim
        self._office = office
        self._rules = rules
        self._vault = vault
        self._marks = marks
        self._texts = texts

    def told_through_contacts(
        self, session: Session, people: Collection[AppointmentFacts]
    ) -> dict[UUID, tuple[AppointmentFacts, ...]]:
        """Return who is told through the contact of their request, by request.

        Those are people without a telephone, and with them whoever uses the contact's own: one number gets one message.
        """
        without = {one.request_id for one in people if one.phone is None}
        contact = {one.request_id: one.contact_phone for one in self._facts(session).requests(without)}
        told: dict[UUID, list[AppointmentFacts]] = defaultdict(list)
        for one in people:
            if one.request_id in contact and one.phone in (None, contact[one.request_id]):
                told[one.request_id].append(one)
        return {request_id: tuple(group) for request_id, group in told.items()}

    def papers_missing(
        self,
        session: Session,
        group: Collection[AppointmentFacts],
        *,
        lead_days: int,
        not_after: datetime | None,
        now: datetime,
    ) -> Written:
        """Tell the contact of a request how many of its people lack papers for one day; a repeat adds nothing.

        Parameters
        ----------
        group
            n >= 1 people of one request with slots on one day.
        """
        kind = self._rules.kind(Says.GROUP_DOCUMENTS)
        by_slot = tuple(sorted(group, key=lambda one: (one.slot_at, one.applicant_id)))
        before_slot = by_slot[0].slot_at - timedelta(seconds=kind.stops_before_slot_s)
        useless_at = min(before_slot, not_after) if not_after else before_slot
        with office_wide(session):
            for request in self._facts(session).requests([by_slot[0].request_id]):
                of_day = replace(request, appointments=by_slot)
                subject = Subject(request_id=request.request_id, revision=self._day_of(by_slot[0]).toordinal())
                intent_id = self._marks.intent_id(kind.name, lead_days, (subject,))
                text = self._texts.for_contact(kind, of_day, self._marks.marker(intent_id))
                return self._write(session, kind, request, subject, text, lead_days, useless_at, now)
        return Written()

    def place_free(
        self, session: Session, booking: UUID, day: date, places: int, *, held_until: datetime, now: datetime
    ) -> Written:
        """Tell the contact of a group that waited that places are held for it, and until when."""
        kind = self._rules.kind(Says.PLACE_FREE)
        with office_wide(session):
            request_id = BookingContacts(session, self._kanim).request_of(booking)
            for request in self._facts(session).requests([request_id] if request_id else []):
                subject = Subject(request_id=request.request_id, revision=_revision_of(booking))
                intent_id = self._marks.intent_id(kind.name, 0, (subject,))
                text = self._texts.for_waiter(kind, day, places, held_until, self._marks.marker(intent_id))
                return self._write(session, kind, request, subject, text, 0, held_until, now)
        return Written()

    def holds(self, session: Session, intent: StoredIntent, now: datetime) -> bool:
        """Tell whether what a contact would be told is still so: somebody has a slot that day, the places are held."""
        kind = self._rules.named(intent.kind)
        revisions = {one.revision for one in intent.subjects}
        if kind is not None and kind.says is Says.PLACE_FREE:
            held = {_revision_of(booking) for booking in BookingContacts(session, self._kanim).held(now)}
            return revisions <= held
        if kind is not None and kind.says is Says.GROUP_DOCUMENTS:
            requests = self._facts(session).requests([one.request_id for one in intent.subjects if one.request_id])
            days = {self._day_of(one).toordinal() for request in requests for one in request.appointments}
            return revisions <= days
        return True

    def _write(
        self,
        session: Session,
        kind: MessageKind,
        request: RequestFacts,
        subject: Subject,
        text: Text,
        lead_days: int,
        not_after: datetime,
        now: datetime,
    ) -> Written:
        intent_id = self._marks.intent_id(kind.name, lead_days, (subject,))
        draft = IntentDraft(
            id=intent_id,
            kind=kind.name,
            lead_days=lead_days,
            template_version=text.version,
            plan_version=None,
            subjects=(subject,),
            to=request.contact_phone,
            body=Secret(text.body),
            marker=self._marks.marker(intent_id),
            segments=text.segments,
            due_at=now,
            not_after=not_after,
            template=fill_template(self._rules, kind, text),
        )
        return Written(messages=int(Messages(session, self._vault, self._kanim).add(draft, now=now)))

    def _day_of(self, one: AppointmentFacts) -> date:
        return one.slot_at.astimezone(self._office.zone_at(one.village_code)).date()

    def _facts(self, session: Session) -> MessageFacts:
        return MessageFacts(session, self._vault, self._kanim)


def _revision_of(booking: UUID) -> int:
    """Tell bookings of one contact apart by 31 bits of their ids: each moves up once."""
    return crc32(booking.bytes) & 0x7FFFFFFF
