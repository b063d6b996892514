"""Which reminders are due at a moment: computed from what holds, never from a list of planned jobs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mobile_passport.persistence.messages.message_facts import AppointmentFacts
from mobile_passport.rules.messages import MessageKind
from mobile_passport.rules.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """People to remind with one lead.

    Attributes
    ----------
    due_at
        Since when.
    not_after
        When the next lead takes its place; ``None`` for the last.
    """

    lead_days: int
    due_at: datetime
    not_after: datetime | None
    people: tuple[AppointmentFacts, ...] = field(repr=False)


def due_reminders(
    appointments: Iterable[AppointmentFacts], kind: MessageKind, office: Office, now: datetime
) -> tuple[DueReminder, ...]:
    """Find who is to be reminded now.

    A lead is due from its local hour, that many days before the slot's local day, until the next shorter lead is. It is
    left out when the appointment itself was decided less than ``kind.gap_after_news_s`` before: then the news is the
    reminder.

    Parameters
    ----------
    appointments
        Active ones.
    office
        Says by which clocks the people of a village live: days and hours are counted there, whatever zone the office
        or the machine is in.
    """
    groups: dict[tuple[int, datetime, datetime | None], list[AppointmentFacts]] = {}
    leads = sorted(kind.leads_days, reverse=True)
    for one in appointments:
        zone = office.zone_at(one.village_code)
        moments = [_due_at(one.slot_at, lead, kind, zone) for lead in leads]
        for position, (lead, due_at) in enumerate(zip(leads, moments, strict=True)):
            not_after = moments[position + 1] if position + 1 < len(moments) else None
            until = not_after or one.slot_at - timedelta(seconds=kind.stops_before_slot_s)
            is_news = one.created_at > due_at - timedelta(seconds=kind.gap_after_news_s)
            if due_at <= now < until and not is_news:
                groups.setdefault((lead, due_at, not_after), []).append(one)
    return tuple(
        DueReminder(lead_days=lead, due_at=due_at, not_after=not_after, people=tuple(people))
        for (lead, due_at, not_after), people in groups.items()
    )


def furthest_slot(now: datetime, kind: MessageKind) -> datetime:
    """Return a moment after which no slot can be due for a reminder yet."""
    return now + timedelta(days=max(kind.leads_days) + 1)


def _due_at(slot_at: datetime, lead_days: int, kind: MessageKind, zone: ZoneInfo) -> datetime:
    day = slot_at.astimezone(zone).date() - timedelta(days=lead_days)
    return datetime.combine(day, kind.at, tzinfo=zone)
