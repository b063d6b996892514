"""What the contacts of groups are told besides the plan: papers of people without a telephone, and free places."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zlib import crc32

from sqlalchemy.orm import Session

from mobile_passport.domain.message import IntentState
from mobile_passport.messaging.pen import Pen
from mobile_passport.messaging.written import Written
from mobile_passport.persistence.messages.booking_contacts import BookingContacts
from mobile_passport.persistence.messages.message_facts import AppointmentFacts
from mobile_passport.persistence.messages.messages import StoredIntent, Subject
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.rules.messages import Says


class GroupNews:
    """Writes what contacts are told, always inside the caller's transaction."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen

    def told_through_contacts(
        self, session: Session, people: Collection[AppointmentFacts]
    ) -> dict[UUID, tuple[AppointmentFacts, ...]]:
        """Return who is told through the contact of their request, by request.

        Those are people without a telephone, and with them whoever uses the contact's own: one number gets one message.
        """
        without = {one.request_id for one in people if one.phone is None}
        contact = {one.request_id: one.contact_phone for one in self._pen.facts(session).requests(without)}
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
        kind = self._pen.rules.kind(Says.GROUP_DOCUMENTS)
        by_slot = tuple(sorted(group, key=lambda one: (one.slot_at, one.applicant_id)))
        before_slot = by_slot[0].slot_at - timedelta(seconds=kind.stops_before_slot_s)
        useless_at = min(before_slot, not_after) if not_after else before_slot
        with office_wide(session):
            for request in self._pen.facts(session).requests([by_slot[0].request_id]):
                of_day = replace(request, appointments=by_slot)
                subject = Subject(request_id=request.request_id, revision=self._day_of(by_slot[0]).toordinal())
                promise = self._pen.promise(kind, (subject,), lead_days=lead_days)
                text = self._pen.texts.for_contact(kind, of_day, promise.marker)
                return self._pen.write(
                    self._pen.messages(session), promise, text, to=request.contact_phone, not_after=useless_at, now=now
                )
        return Written()

    def place_free(
        self, session: Session, booking: UUID, day: date, places: int, *, held_until: datetime, now: datetime
    ) -> Written:
        """Tell the contact of a group that waited that places are held for it, and until when."""
        kind = self._pen.rules.kind(Says.PLACE_FREE)
        with office_wide(session):
            request_id = BookingContacts(session, self._pen.kanim).request_of(booking)
            for request in self._pen.facts(session).requests([request_id] if request_id else []):
                subject = Subject(request_id=request.request_id, revision=_revision_of(booking))
                promise = self._pen.promise(kind, (subject,))
                text = self._pen.texts.for_waiter(kind, day, places, held_until, promise.marker)
                return self._pen.write(
                    self._pen.messages(session), promise, text, to=request.contact_phone, not_after=held_until, now=now
                )
        return Written()

    def leave_to_person(self, session: Session, requests: Collection[UUID], now: datetime) -> int:
        """Send contacts nothing more of what waits for the number that they had: somebody calls under the new one."""
        messages, kinds = self._pen.messages(session), [kind.name for kind in self._pen.rules.kinds]
        with office_wide(session):
            waiting = [one for request in sorted(requests) for one in messages.pending_to_contact(request, kinds)]
            return sum(
                messages.move(one.id, IntentState.FAILED_PERMANENT, at=now, reason="number_changed") for one in waiting
            )

    def holds(self, session: Session, intent: StoredIntent, now: datetime) -> bool:
        """Tell whether what a contact would be told is still so: somebody has a slot that day, the places are held."""
        kind = self._pen.rules.named(intent.kind)
        revisions = {one.revision for one in intent.subjects}
        told = [one.request_id for one in intent.subjects if one.request_id]
        if kind is not None and kind.says is Says.PLACE_FREE:
            held = BookingContacts(session, self._pen.kanim).held(told, now)
            return revisions <= {_revision_of(booking) for booking in held}
        if kind is not None and kind.says is Says.GROUP_DOCUMENTS:
            requests = self._pen.facts(session).requests(told)
            days = {self._day_of(one).toordinal() for request in requests for one in request.appointments}
            return revisions <= days
        return True

    def _day_of(self, one: AppointmentFacts) -> date:
        return one.slot_at.astimezone(self._pen.office.zone_at(one.village_code)).date()


def _revision_of(booking: UUID) -> int:
    """Tell bookings of one contact apart by 31 bits of their ids: each moves up once."""
    return crc32(booking.bytes) & 0x7FFFFFFF
