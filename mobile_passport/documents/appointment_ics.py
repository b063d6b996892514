"""One person's appointment as a calendar file (RFC 5545): it names nobody, as others see a telephone's calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from icalendar import Alarm, Calendar, Event

from mobile_passport.documents.sentences import Say, sentence
from mobile_passport.domain.sentence import Sentence

_NAMESPACE = UUID("1b0a5f0e-8a44-5d58-9d0b-6d3f0f3f7f52")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One appointment.

    Attributes
    ----------
    key
        The same for every revision, so that a calendar moves the entry instead of doubling it.
    starts_at
        In the zone of the place.
    ends_at
        End of the time in which a household expects the team, or an estimate for who comes to a venue.
    venue
        ``None`` for a visit at home.
    """

    key: UUID
    revision: int
    starts_at: datetime
    ends_at: datetime
    venue: str | None
    bring: str
    decided_at: datetime


def appointment_calendar(entries: Iterable[CalendarEntry], *, office: str, phone: str, say: Say = str) -> bytes:
    """Write one event for every appointment, times in UTC, with an alarm the day before.

    How long a visit takes is an estimate, and said to be.
    """
    calendar = Calendar.new(prodid="-//Mobile Passport//Jadwal paspor//ID")
    for entry in entries:
        end = entry.ends_at.astimezone(entry.starts_at.tzinfo)
        estimate = say(sentence("Selesai kira-kira {end}, dapat lebih lama bila antre.", end=end.time()))
        bring = say(sentence("Bawa: {papers}.", papers=entry.bring))
        at_home = Sentence("Paspor keliling: petugas datang ke rumah")
        event = Event.new(
            uid=str(uuid5(_NAMESPACE, str(entry.key))),
            sequence=entry.revision,
            stamp=entry.decided_at.astimezone(UTC),
            start=entry.starts_at.astimezone(UTC),
            end=entry.ends_at.astimezone(UTC),
            summary=say(Sentence("Paspor keliling") if entry.venue else at_home),
            location=entry.venue,
            description="\n".join([*([estimate] if entry.venue else []), bring, f"{office}, {phone}"]),
        )
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", say(Sentence("Besok: paspor keliling")))
        alarm.add("trigger", timedelta(days=-1))
        event.add_component(alarm)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
