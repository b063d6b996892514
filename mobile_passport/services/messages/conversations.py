"""The call list as it is worked off: one telephone after another, with everything that has to be said there."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.messages.message_facts import Contact
from mobile_passport.services.messages.list_calls import APPOINTMENT, Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Entries that are said in the same words, for the same reason."""

    reason: str
    say: Secret[str]
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One telephone to call.

    Attributes
    ----------
    number
        ``None`` when nobody knows one: then these are the people of one request.
    contact
        Who answers, if it is not one of the people themselves; and who may know another number.
    calls
        n >= 1 entries of the call list, most urgent first.
    """

    number: Secret[str] | None
    contact: Contact | None
    calls: tuple[Call, ...]

    @property
    def references(self) -> tuple[str, ...]:
        """References of the requests that it is about."""
        return tuple(dict.fromkeys(call.contact.reference for call in self.calls))

    @property
    def topics(self) -> tuple[Topic, ...]:
        """What has to be said, most urgent first."""
        same: dict[tuple[str, Secret[str]], list[Call]] = defaultdict(list)
        for call in self.calls:
            same[call.reason, call.say].append(call)
        return tuple(Topic(reason=reason, say=say, calls=tuple(calls)) for (reason, say), calls in same.items())

    @property
    def has_appointment(self) -> bool:
        """Whether somebody has a place that they could give up."""
        return any(call.about == APPOINTMENT for call in self.calls)


def by_telephone(calls: Iterable[Call]) -> tuple[Conversation, ...]:
    """Put the entries of one number together, in the order of their most urgent ones; those to contacts come last."""
    by_number: dict[object, list[Call]] = defaultdict(list)
    for call in calls:
        by_number[call.number or call.request_id].append(call)
    return tuple(_conversation(together) for together in by_number.values())


def _conversation(calls: list[Call]) -> Conversation:
    of_contact = (call.contact for call in calls if call.phone is None or call.applicant_id is None)
    return Conversation(number=calls[0].number, contact=next(of_contact, None), calls=tuple(calls))
