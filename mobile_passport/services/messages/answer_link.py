"""Somebody answers through the link of a message: comes, asks for another day, gives the place up, wants no SMS."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.link import GIVES_UP_PLACE, Answer, MoveReason
from mobile_passport.domain.refusal import Stale
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.messages.link_answers import LinkAnswers
from mobile_passport.persistence.messages.links import Links
from mobile_passport.persistence.messages.message_choices import MessageChoices
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.retrying import transact
from mobile_passport.services.booking.free_places import free_places_of_people
from mobile_passport.services.messages.open_link import LinkedPerson, OpenedLink, opened
from mobile_passport.services.world import World

ACTOR = "link"


class OtherAppointment(Stale):
    """What was answered is not what holds now; look at the page again."""

    code = "other_appointment"


def answer_link(
    world: World,
    token: str,
    chosen: Collection[tuple[int, int]],
    answer: Answer,
    *,
    reason: MoveReason | None = None,
    now: datetime,
) -> None:
    """Answer for some people of a link; the same answer again changes nothing.

    Parameters
    ----------
    chosen
        Number of a person, and the revision of the appointment that the answer is about.

    Raises
    ------
    UnknownLink, OtherAppointment
        And nothing was changed.
    """

    def work(session: Session) -> None:
        Plans(session, world.kanim).lock_current()  # a publication comes before or after, never in between
        link = opened(session, world, token, now=now)
        people = [_meant(link, number, revision) for number, revision in sorted(chosen)]
        answers = LinkAnswers(session, world.kanim)
        new = []
        for one in people:
            promise = one.promise
            is_given = one.answer is not None and (one.answer.answer, one.answer.reason) == (answer, reason)
            if is_given:
                continue
            if not one.is_ahead:
                raise OtherAppointment("the appointment does not hold any more")
            answers.put(one.id, promise.revision, answer, reason=reason, actor=ACTOR, now=now)
            detail = {"answer": answer.value, "revision": promise.revision} | (
                {"reason": reason.value} if reason else {}
            )
            _write(session, world, "answer_appointment", one.id, detail, now=now)
            new.append(one)
        if answer in GIVES_UP_PLACE:
            give_up_places(
                session, world, [one.id for one in new], is_over=answer is Answer.NOT_AT_ALL, actor=ACTOR, now=now
            )

    transact(world.database, work)


def disown_link(world: World, token: str, *, now: datetime) -> None:
    """Say that the number belongs to somebody else: its links end, nothing is sent to it, and the office calls.

    Raises
    ------
    UnknownLink
    """

    def work(session: Session) -> None:
        link = opened(session, world, token, now=now)
        answers = LinkAnswers(session, world.kanim)
        for one in link.people:
            answers.put(one.id, one.promise.revision, Answer.WRONG_NUMBER, actor=ACTOR, now=now)
            _write(session, world, "disown_number", one.id, {"revision": one.promise.revision}, now=now)
        MessageChoices(session, world.kanim).note(link.message.intent_id, wants_messages=False, now=now)
        Links(session, world.kanim).revoke_to(link.message.to_index, now=now)

    transact(world.database, work)


def choose_messages(world: World, token: str, *, wants_messages: bool, now: datetime) -> None:
    """Choose whether the number of a link gets messages; it counts for those already waiting, too.

    Raises
    ------
    UnknownLink
    """

    def work(session: Session) -> None:
        link = opened(session, world, token, now=now)
        if link.wants_messages == wants_messages:
            return
        MessageChoices(session, world.kanim).note(link.message.intent_id, wants_messages=wants_messages, now=now)
        for one in link.people:
            _write(session, world, "choose_messages", one.id, {"wants_messages": wants_messages}, now=now)

    transact(world.database, work)


def _meant(link: OpenedLink, number: int, revision: int) -> LinkedPerson:
    for one in link.people:
        if one.number == number and one.promise.revision == revision:
            return one
    raise OtherAppointment("the appointment was changed meanwhile; look at the new one")


def give_up_places(
    session: Session, world: World, people: Sequence[UUID], *, is_over: bool, actor: str, now: datetime
) -> None:
    """Cancel appointments; whoever still wants a passport waits again, where the request's arrival has put them."""
    wanted = ApplicantStatus.WITHDRAWN if is_over else ApplicantStatus.WAITING
    Requests(session, world.vault, world.kanim).set_status(
        people, present=ApplicantStatus.SCHEDULED, wanted=wanted, now=now
    )
    slots = Appointments(session, world.kanim).cancel(people)
    free_places_of_people(session, world, slots, actor=actor, now=now)
    world.outbox.announce(session, people, now)


def _write(
    session: Session, world: World, action: str, person: UUID, detail: Mapping[str, object], *, now: datetime
) -> None:
    write_audit(
        session, kanim=world.kanim, at=now, actor=ACTOR, action=action, subject=str(person), detail=dict(detail)
    )
