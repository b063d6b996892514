"""Which teams a person of the office has to call because a changed plan did not certainly reach them."""

from dataclasses import dataclass
from datetime import date, timedelta

from mobile_passport.domain.secret import Secret
from mobile_passport.domain.team_day import TeamDay
from mobile_passport.messaging.desk import Desk
from mobile_passport.persistence.messages.message_calls import MessageCalls


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCall:
    """One call to a team.

    Attributes
    ----------
    reason
        ``no_receipt``, or the state of the message and its cause: ``expired:too_late``.
    say
        What the message says.
    """

    team: str
    day: date
    phone: Secret[str]
    reason: str
    say: Secret[str]


def list_team_calls(desk: Desk) -> tuple[TeamCall, ...]:
    """Compute which teams to call, by day: while the day is not over and is still what the message says of it."""
    with desk.database.transaction() as session:
        now = desk.now(session)
        today = now.astimezone(desk.office.zone).date()
        messages = desk.messages(session)
        found = []
        for one in MessageCalls(session, desk.vault, desk.kanim).troubled(
            silent_since=now - timedelta(seconds=desk.rules.care.silent_after_s)
        ):
            about = TeamDay.of_topic(one.topic) if one.topic else None
            if about is None or about.day < today:
                continue
            if desk.outbox.still_holds(session, messages.read(one.intent_id), now):
                found.append(TeamCall(team=about.team, day=about.day, phone=one.to, reason=one.reason, say=one.body))
    return tuple(sorted(found, key=lambda call: (call.day, call.team)))
