"""A coordinator says that the people of a request will come, having asked them."""

from dataclasses import dataclass
from datetime import datetime

from mobile_passport.domain.access import Caller
from mobile_passport.domain.link import Answer
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.messages.link_answers import LinkAnswers
from mobile_passport.persistence.messages.message_facts import MessageFacts
from mobile_passport.services.requests.read_requests import known_request
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupConfirmation:
    """People of a request by what is known of their coming.

    Attributes
    ----------
    confirmed
        For whom it is said now.
    already
        Who had said so, or for whom it was said.
    otherwise
        Who has answered something else; their own word stays.
    """

    confirmed: int
    already: int
    otherwise: int


def confirm_for_group(world: World, reference: str, *, caller: Caller, now: datetime) -> GroupConfirmation:
    """Confirm every appointment of a request that lies ahead and was not answered; a repeat changes nothing.

    Raises
    ------
    NotFound
    """
    with world.database.transaction(caller.scope) as session:
        request = known_request(session, world, reference, lock=True)
        found = MessageFacts(session, world.vault, world.kanim).requests([request.id])
        ahead = [one for facts in found for one in facts.appointments if one.slot_at > now]
        answers = LinkAnswers(session, world.kanim)
        given = answers.of([one.applicant_id for one in ahead])
        confirmed, said = 0, []
        for one in ahead:
            before = given.get((one.applicant_id, one.revision))
            if before is None:
                answers.put(one.applicant_id, one.revision, Answer.COMING, actor=caller.login, now=now)
                confirmed += 1
            else:
                said.append(before.answer)
        if confirmed:
            write_audit(
                session,
                kanim=world.kanim,
                at=now,
                actor=caller.login,
                action="confirm_for_group",
                subject=str(request.id),
                detail={"reference": reference, "people": confirmed},
            )
        already = said.count(Answer.COMING)
        return GroupConfirmation(confirmed=confirmed, already=already, otherwise=len(said) - already)
