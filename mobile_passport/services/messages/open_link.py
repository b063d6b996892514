"""What somebody sees who opens the link of a message. Looking changes nothing: programs look at links before people."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.link import LinkPurpose
from mobile_passport.domain.refusal import NotFound
from mobile_passport.messaging.gsm7 import fold
from mobile_passport.messaging.texts import given_name
from mobile_passport.persistence.messages.link_answers import GivenAnswer, LinkAnswers
from mobile_passport.persistence.messages.links import LinkedMessage, Links
from mobile_passport.persistence.messages.message_choices import MessageChoices
from mobile_passport.persistence.messages.message_facts import AppointmentFacts, MessageFacts
from mobile_passport.persistence.messages.sealed import phone_indexes
from mobile_passport.services.world import World
from optimizer.problem import LatLon


class UnknownLink(NotFound):
    """There is no such link, or it has ended; nobody is told which."""

    code = "unknown_link"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPerson:
    """One person of the telephone that the link was sent to.

    Attributes
    ----------
    number
        By which a form names the person; the same as long as the link lives.
    name
        Given name, with one letter more where two people share it.
    promise
        The latest revision of the appointment, whatever the message said then.
    is_ahead
        Whether it holds and lies ahead: then it can be answered.
    """

    number: int
    id: UUID
    name: str
    promise: AppointmentFacts
    answer: GivenAnswer | None
    place: LatLon | None
    is_ahead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLink:
    """What a link opens.

    Attributes
    ----------
    people
        n >= 1, by slot.
    wants_messages
        Whether the number may be written to.
    """

    message: LinkedMessage
    people: tuple[LinkedPerson, ...]
    wants_messages: bool


def open_link(world: World, token: str, *, now: datetime) -> OpenedLink:
    """Look at a link.

    Raises
    ------
    UnknownLink
    """
    with world.database.reading() as session:
        return opened(session, world, token, now=now)


def opened(session: Session, world: World, token: str, *, now: datetime) -> OpenedLink:
    """Look at a link in a transaction that sees the whole office.

    Who has another number by now than the one the link was sent to is not shown: the number may have been wrong.

    Raises
    ------
    UnknownLink
    """
    links = Links(session, world.kanim)
    message = links.find(token, LinkPurpose.ANSWER, now=now)
    if message is None:
        raise UnknownLink
    facts = MessageFacts(session, world.vault, world.kanim).appointments_of(message.people)
    answers = LinkAnswers(session, world.kanim).of(message.people)
    places = links.places_of(message.people)
    given = Counter(given_name(one.name.reveal()) for one in facts.values())
    people = []
    for number, person in enumerate(message.people):
        promise = facts.get(person)
        if promise is None or promise.phone is None:
            continue
        if message.to_index not in phone_indexes(world.vault, promise.phone):
            continue
        people.append(
            LinkedPerson(
                number=number,
                id=person,
                name=_short_name(promise.name.reveal(), given),
                promise=promise,
                answer=answers.get((person, promise.revision)),
                place=places.get(person),
                is_ahead=promise.is_active and promise.slot_at > now,
            )
        )
    if not people:
        raise UnknownLink
    return OpenedLink(
        message=message,
        people=tuple(sorted(people, key=lambda one: (one.promise.slot_at, one.number))),
        wants_messages=not MessageChoices(session, world.kanim).refuses([message.to_index]),
    )


def _short_name(name: str, given: Counter[str]) -> str:
    """Return the given name; two who share it are told apart by the first letter of their last name."""
    first, last = given_name(name), fold(name).split()[-1:]
    return f"{first} {last[0][0]}." if given[first] > 1 and last else first
