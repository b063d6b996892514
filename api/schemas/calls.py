"""Calls that the office has to make, and what came of them."""

from datetime import date, datetime
from uuid import UUID

from api.schemas.base import Schema, example
from mobile_passport.domain.call import CallNote, CallOutcome, MadeCall
from mobile_passport.services.messages.list_calls import Call


class MadeCallOut(Schema):
    """What came of a call."""

    outcome: CallOutcome
    note: CallNote | None
    again_date: date | None
    at: datetime
    by: str

    @classmethod
    def of(cls, made: MadeCall) -> "MadeCallOut":
        """Take over a call."""
        return cls(outcome=made.outcome, note=made.note, again_date=made.again_date, at=made.at, by=made.by)


class CallOut(Schema):
    """One call to make, for whoever makes it: whom, why, and what to say.

    ``person`` is null for calls to the contact of the request; ``phone`` is null when the person has none of their own,
    or it is somebody else's: then the contact is called. Either is null when nobody knows it.
    ``last`` is the call made before for the same reason.
    """

    key: str
    request_id: UUID
    person: UUID | None
    name: str | None
    phone: str | None
    reference: str
    contact_name: str | None
    contact_phone: str | None
    reason: str
    say: str
    urgent_until: datetime | None
    last: MadeCallOut | None

    @classmethod
    def of(cls, call: Call) -> "CallOut":
        """Take over an entry of the call list."""
        return cls(
            key=call.key,
            request_id=call.request_id,
            person=call.applicant_id,
            name=call.name.reveal() if call.name else None,
            phone=call.phone.reveal() if call.phone else None,
            reference=call.contact.reference,
            contact_name=call.contact.name.reveal() if call.contact.name else None,
            contact_phone=call.contact.phone.reveal() if call.contact.phone else None,
            reason=call.reason,
            say=call.say.reveal(),
            urgent_until=call.urgent_until,
            last=MadeCallOut.of(call.last) if call.last else None,
        )


class CallsOut(Schema):
    """The call list, most urgent first."""

    calls: tuple[CallOut, ...]


class OutcomeIn(Schema):
    """What came of a call. ``again_date`` belongs to ``try_again`` alone."""

    model_config = example({"outcome": "try_again", "again_date": "2026-11-26", "note": "no_answer"})

    outcome: CallOutcome
    again_date: date | None = None
    note: CallNote | None = None
