"""When people may be written to, by the clocks of where they live; teams have hours of their own."""

from dataclasses import dataclass
from datetime import datetime

from mobile_passport.persistence.messages.message_facts import MessageFacts
from mobile_passport.persistence.messages.messages import StoredIntent
from mobile_passport.rules.messages import MessageRules, SendingHours
from mobile_passport.rules.office import Office


def first_opening(hours: SendingHours, office: Office, now: datetime) -> datetime | None:
    """Return when sending may begin anywhere in the working area, or ``None`` when it may somewhere now."""
    openings = [hours.next_opening(now, zone) for zone in office.zones]
    known = [opening for opening in openings if opening is not None]
    return min(known) if len(known) == len(openings) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hush:
    """Kinds of message that may go nowhere in the working area at a moment.

    Attributes
    ----------
    openings
        When each may go again.
    hurried
        Those of them of which goes at once what would be of no use then.
    """

    openings: dict[str, datetime]
    hurried: dict[str, datetime]


def hush(rules: MessageRules, office: Office, now: datetime) -> Hush:
    """Find out what has to be left for later."""
    opening_of = {hours: first_opening(hours, office, now) for hours in (rules.hours, rules.teams.hours)}
    asleep = {kind: opening for kind in rules.kinds if (opening := opening_of[rules.hours_for(kind)]) is not None}
    return Hush(
        openings={kind.name: opening for kind, opening in asleep.items()},
        hurried={kind.name: opening for kind, opening in asleep.items() if kind.hurries},
    )


def opening_for(
    intent: StoredIntent, rules: MessageRules, office: Office, facts: MessageFacts, now: datetime
) -> datetime | None:
    """Return when a message may go to where its readers live, or ``None`` when it may now."""
    kind = rules.named(intent.kind)
    opening = _opening_there(intent, rules.hours_for(kind), office, facts, now)
    is_useless_then = opening is not None and intent.not_after <= opening
    return None if kind is not None and kind.hurries and is_useless_then else opening


def _opening_there(
    intent: StoredIntent, hours: SendingHours, office: Office, facts: MessageFacts, now: datetime
) -> datetime | None:
    if len(office.zones) == 1:
        return hours.next_opening(now, office.zone)
    villages = facts.villages_of(
        people=[one.applicant_id for one in intent.subjects if one.applicant_id],
        requests=[one.request_id for one in intent.subjects if one.request_id],
    )
    zones = {office.zone_at(village) for village in villages} or {office.zone}
    return max((at for zone in zones if (at := hours.next_opening(now, zone))), default=None)
