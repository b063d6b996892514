"""When people may be written to, by the clocks of where they live."""

from datetime import datetime

from mobile_passport.persistence.messages.message_facts import MessageFacts
from mobile_passport.persistence.messages.messages import StoredIntent
from mobile_passport.rules.messages import SendingHours
from mobile_passport.rules.office import Office


def first_opening(hours: SendingHours, office: Office, now: datetime) -> datetime | None:
    """Return when sending may begin anywhere in the working area, or ``None`` when it may somewhere now."""
    openings = [hours.next_opening(now, zone) for zone in office.zones]
    known = [opening for opening in openings if opening is not None]
    return min(known) if len(known) == len(openings) else None


def opening_for(
    intent: StoredIntent, hours: SendingHours, office: Office, facts: MessageFacts, now: datetime
) -> datetime | None:
    """Return when a message may go to where its readers live, or ``None`` when it may now."""
    if len(office.zones) == 1:
        return hours.next_opening(now, office.zone)
    villages = facts.villages_of(
        people=[one.applicant_id for one in intent.subjects if one.applicant_id],
        requests=[one.request_id for one in intent.subjects if one.request_id],
    )
    zones = {office.zone_at(village) for village in villages} or {office.zone}
    return max((at for zone in zones if (at := hours.next_opening(now, zone))), default=None)
