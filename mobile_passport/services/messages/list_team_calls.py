"""Which teams a person of the office has to call because a changed plan did not certainly reach them; and who did."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.team_day import TeamDay
from mobile_passport.messaging.desk import Desk
from mobile_passport.persistence.messages.message_calls import MessageCalls
from mobile_passport.services.audit.deeds import note_deed
from mobile_passport.services.messages.note_call import CallGone
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCall:
    """One call to a team.

    Attributes
    ----------
    message
        The one that did not arrive.
    reason
        ``no_receipt``, or the state of the message and its cause: ``expired:too_late``.
    say
        What the message says.
    """

    message: UUID
    team: str
    day: date
    phone: Secret[str]
    reason: str
    say: Secret[str]


def list_team_calls(desk: Desk) -> tuple[TeamCall, ...]:
    """Compute which teams to call, by day: while the day is not over, for the last message about it if it holds."""
    with desk.database.transaction() as session:
        return _listed(session, desk)


def note_team_call(world: World, desk: Desk, message: UUID, *, caller: Caller, now: datetime) -> None:
    """Keep that a team was told by telephone; it leaves the list.

    Raises
    ------
    CallGone
        When the team is not on the list with this message.
    """
    with world.database.transaction() as session:
        call = next((one for one in _listed(session, desk) if one.message == message), None)
        if call is None:
            raise CallGone("this team has not to be called about that any more; load the list again")
        MessageCalls(session, desk.vault, desk.kanim).settle_topic(message, now=now)
        desk.messages(session).note(message, "told_by_telephone", at=now, actor=caller.login)
        note_deed(session, world, "note_team_call", message, caller=caller, now=now, team=call.team)


def _listed(session: Session, desk: Desk) -> tuple[TeamCall, ...]:
    now = desk.now(session)
    today = now.astimezone(desk.office.zone).date()
    messages, calls = desk.messages(session), MessageCalls(session, desk.vault, desk.kanim)
    troubled = calls.troubled(silent_since=now - timedelta(seconds=desk.rules.care.silent_after_s))
    last = calls.last_about_topics({one.topic for one in troubled if one.topic})
    found = []
    for one in troubled:
        about = TeamDay.of_topic(one.topic) if one.topic else None
        if about is None or about.day < today or one.revision != last.get(one.topic or ""):
            continue
        if desk.outbox.still_holds(session, messages.read(one.intent_id), now):
            found.append(
                TeamCall(
                    message=one.intent_id, team=about.team, day=about.day, phone=one.to, reason=one.reason, say=one.body
                )
            )
    return tuple(sorted(found, key=lambda call: (call.day, call.team)))
