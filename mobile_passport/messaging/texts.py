"""Facts turned into the text of an SMS: plain Indonesian, one septet a character, at most the segments allowed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from mobile_passport.domain.link import GROUPS_PATH, LINK_PATH, TOKEN_LETTERS
from mobile_passport.domain.person import PassportCase
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.team_day import TeamDay
from mobile_passport.messaging.gsm7 import SEGMENT_SEPTETS, SINGLE_SEPTETS, fold, segments
from mobile_passport.persistence.messages.message_facts import AppointmentFacts, RequestFacts
from mobile_passport.rules.loading import InvalidRules
from mobile_passport.rules.messages import MessageKind, MessageRules, Says
from mobile_passport.rules.office import Office

SHORTEST_VENUE = 24
"""A venue is never cut below this; a wording that leaves less room is refused."""
_LONGEST_NAME = 20
_LONGEST_REFERENCE = 32
_LONGEST_TEAM = 20
_MOST_PEOPLE = 99
_MOST_STOPS = 99
_MOST_PLACES = 9999
_SOME_NOON = datetime(2026, 9, 27, 12, tzinfo=UTC)
_MARK = re.compile(r" Ref (?:-|[A-Z2-9]{8})\.?$")
_SHORTEN = "shorten the wording in messages.toml, or use a shorter MP_PUBLIC_URL"


class TextTooLong(InvalidRules):
    """A wording leaves no room for its own facts; shorten it in messages.toml, or the service's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A finished text.

    Attributes
    ----------
    segments
        What it costs.
    version
        Of the wording.
    values
        What stands in place of each placeholder.
    """

    body: str
    segments: int
    version: int
    values: Mapping[str, str]


class Texts:
    """Writes the texts of one office.

    Parameters
    ----------
    public_url
        Where people reach the service: links begin with it.

    Raises
    ------
    TextTooLong
        When a wording of ``messages.toml`` or the service's address does not fit with the longest facts: at once, not
        when a plan is published.
    """

    def __init__(self, rules: MessageRules, office: Office, public_url: str) -> None:
        self._rules = rules
        self._links = public_url.rstrip("/") + LINK_PATH
        before, after = (re.escape(part) for part in rules.wording.answer.split("{url}"))
        self._any_link = re.compile(rf"{before}\S+{LINK_PATH}[\w-]{{{TOKEN_LETTERS}}}{after}")
        self._brand = fold(office.brand)
        self._contact = fold(office.contact_phone)
        self._office = office
        self._page = public_url.rstrip("/") + GROUPS_PATH
        for kind in rules.kinds:
            if kind.says is Says.PLACE_FREE:
                self.for_waiter(kind, _SOME_NOON.date(), _MOST_PLACES, _SOME_NOON, "X" * 8)
            elif kind.says is Says.ROUTE:
                facts = {"team": "X" * _LONGEST_TEAM, "day": say_date(_SOME_NOON, office.zone), "ref": "X" * 8}
                self._write_route(kind, facts, stops=_MOST_STOPS, venue="X" * SHORTEST_VENUE, at=_SOME_NOON)
            else:
                self._write(kind, self._longest_facts(VisitKind.COLLECTIVE), venue="X" * SHORTEST_VENUE)
                self._write(kind, self._longest_facts(VisitKind.HOME), venue=None)

    def for_people(
        self,
        kind: MessageKind,
        people: Sequence[AppointmentFacts],
        ref: str,
        *,
        token: str | None = None,
        until: date | None = None,
    ) -> Text:
        """Write to the phone of one or several people with appointments at one place on one day.

        Parameters
        ----------
        people
            n >= 1, by slot. The text holds given names only, and neither NIK nor anything about health.
        ref
            Marker of the message.
        token
            Of the link by which it is answered; without one there is no link, as in what is said by telephone.
        until
            Last day to collect a passport; of messages about passports.
        """
        first = people[0]
        zone = self._office.zone_at(first.village_code)
        # People of one request differ by the old passport alone: the longest list holds the others.
        lists = [fold(self._rules.bring(one.category, one.passport_case)) for one in people]
        parts = {
            "when": self._when([one.slot_at for one in people], first.window_closes_at, zone),
            "bring": max(lists, key=len),
            "ref": ref,
            "revision": str(max(1, *(one.revision - 1 for one in people))),
            "cancelled_date": say_date(first.slot_at, zone),
            "link": self._link(token) if token else "",
            "until": _say_day(until) if until else "",
        }
        venue = first.venue if first.visit_kind is VisitKind.COLLECTIVE else None
        try:
            return self._write(kind, parts | {"who": self._who(people)}, venue=venue)
        except TextTooLong:
            return self._write(kind, parts | {"who": self._count(people)}, venue=venue)

    def for_contact(self, kind: MessageKind, request: RequestFacts, ref: str) -> Text:
        """Write to the contact of a request: its reference, how many are placed, and the first day and place."""
        slots = [one.slot_at for one in request.appointments]
        first = request.appointments[0] if request.appointments else None
        zone = self._office.zone_at(first.village_code if first else None)
        days = {slot.astimezone(zone).date() for slot in slots}
        when = self._when(slots, first.window_closes_at, zone) if first else self._rules.wording.no_slot
        if len(days) > 1:
            when = f"{self._rules.wording.from_time.format(time=say_date(slots[0], zone))} ({len(days)} hari)"
        parts = {
            "reference": fold(request.reference),
            "placed": str(len(slots)),
            "total": str(request.total),
            "when": when,
            "ref": ref,
        }
        venue = first.venue if first and first.visit_kind is VisitKind.COLLECTIVE else None
        return self._write(kind, parts, venue=venue, is_somewhere=first is not None)

    def for_waiter(self, kind: MessageKind, day: date, places: int, held_until: datetime, ref: str) -> Text:
        """Write to the contact of a group for which places of a day are held that it waited for."""
        zone = self._office.zone
        facts = {
            "placed": str(places),
            "when": _say_day(day),
            "until": f"{say_date(held_until, zone)} {say_time(held_until, zone)}",
            "page": self._page,
            "ref": ref,
        }
        return self._finished(kind, facts)

    def for_team(self, kind: MessageKind, label: str, day: TeamDay, ref: str) -> Text:
        """Write to a team what is left of its day: how many stops, and the first. Nobody is named.

        Parameters
        ----------
        label
            Name of the team.
        """
        facts = {"team": fold(label)[:_LONGEST_TEAM], "day": _say_day(day.day), "ref": ref}
        wording = self._rules.wording
        if not day.stops:
            return self._finished(kind, facts | {"route": wording.no_route})
        first = day.stops[0]
        venue = first.label if first.kind is VisitKind.COLLECTIVE else wording.home_stop
        return self._write_route(kind, facts, stops=len(day.stops), venue=venue, at=first.starts_at)

    def _write_route(self, kind: MessageKind, facts: dict[str, str], *, stops: int, venue: str, at: datetime) -> Text:
        wording, time = self._rules.wording.route, say_time(at, self._office.zone)
        without = self._finished(kind, facts | {"route": wording.format(stops=stops, first="", time=time)})
        first = self._cut(kind, venue, self._room - len(without.body) - 1)
        return self._finished(kind, facts | {"route": wording.format(stops=stops, first=first, time=time)})

    def _write(
        self, kind: MessageKind, facts: Mapping[str, str], *, venue: str | None, is_somewhere: bool = True
    ) -> Text:
        wording = self._rules.wording
        if venue is None:
            return self._finished(kind, {**facts, "place": wording.at_home if is_somewhere else ""})
        parts = {"brand": self._brand, "contact": self._contact, **facts}
        without = fold(kind.text.format(place=wording.at_venue.format(venue=""), **parts))
        left = self._room - len(without) - 1
        return self._finished(kind, {**facts, "place": wording.at_venue.format(venue=self._cut(kind, venue, left))})

    @property
    def _room(self) -> int:
        most = self._rules.care.most_segments
        return SINGLE_SEPTETS if most == 1 else most * SEGMENT_SEPTETS

    def _cut(self, kind: MessageKind, venue: str, left: int) -> str:
        if left < SHORTEST_VENUE:
            raise TextTooLong(f"kinds.{kind.name}: {left} characters left for the venue; {_SHORTEN}")
        return shorten(fold(venue), left)

    def _finished(self, kind: MessageKind, facts: Mapping[str, str]) -> Text:
        most = self._rules.care.most_segments
        values = {"brand": self._brand, "contact": self._contact, **facts}
        body = fold(kind.text.format(**values)).replace(" .", ".")
        count = segments(body)
        if count > most:
            raise TextTooLong(f"kinds.{kind.name}: {count} segments, {most} allowed; {_SHORTEN}")
        return Text(body=body, segments=count, version=kind.version, values=values)

    def say_when(self, people: Sequence[AppointmentFacts]) -> str:
        """Say day and time of appointments on one day, as a message would."""
        zone = self._office.zone_at(people[0].village_code)
        return self._when([one.slot_at for one in people], people[0].window_closes_at, zone)

    def spoken(self, body: str) -> str:
        """Return a text as it is said by telephone: without the link, whatever address it had, and without marker."""
        return _MARK.sub("", " ".join(self._any_link.sub("", body).split()))

    def _link(self, token: str) -> str:
        return self._rules.wording.answer.format(url=self._links + token)

    def _who(self, people: Sequence[AppointmentFacts]) -> str:
        wording = self._rules.wording
        names = [given_name(one.name.reveal()) for one in people]
        if len(names) == 1:
            return names[0]
        count = self._count(people)
        return f"{count} ({', '.join(names)})" if len(names) <= wording.most_named else count

    def _count(self, people: Sequence[AppointmentFacts]) -> str:
        return self._count_of(len(people))

    def _count_of(self, people: int) -> str:
        return self._rules.wording.several.format(count=people)

    def _longest_facts(self, visit_kind: VisitKind) -> dict[str, str]:
        lists = [fold(self._rules.bring(one.category, case)) for one in self._rules.documents for case in PassportCase]
        zone = max(self._office.zones, key=lambda zone: len(say_time(_SOME_NOON, zone)))
        longest_day = _SOME_NOON.replace(tzinfo=zone)  # "Minggu 27 September 2026"
        later = longest_day + timedelta(hours=1)
        is_home = visit_kind is VisitKind.HOME
        return {
            "who": self._rules.wording.several.format(
                count=_MOST_PEOPLE
            ),  # where names are too long, people are counted
            "when": self._when([longest_day], later, zone) if is_home else self._when([longest_day, later], None, zone),
            "bring": max(lists, key=len),
            "ref": "X" * 8,
            "revision": "99",
            "cancelled_date": say_date(longest_day, zone),
            "link": self._link("X" * TOKEN_LETTERS),
            "until": say_date(longest_day, zone),
            "reference": "X" * _LONGEST_REFERENCE,
            "placed": "9999",
            "total": "9999",
        }

    def _when(self, slots: Sequence[datetime], closes_at: datetime | None, zone: ZoneInfo) -> str:
        """Say day and time, or between which times a household expects the team."""
        first, wording = min(slots), self._rules.wording
        spoken = say_time(first, zone)
        if len(set(slots)) > 1:
            spoken = wording.from_time.format(time=spoken)
        elif closes_at is not None:
            opens, closes = f"{first.astimezone(zone):%H.%M}", say_time(closes_at, zone)
            spoken = wording.between_times.format(opens=opens, closes=closes)
        return f"{say_date(first, zone)} {spoken}"


def say_date(moment: datetime, zone: ZoneInfo) -> str:
    """Say a date as people do: ``Selasa 1 Desember 2026``."""
    return _say_day(moment.astimezone(zone).date())


@lru_cache(maxsize=512)
def _say_day(day: date) -> str:
    return fold(format_date(day, "EEEE d MMMM y", locale="id"))


def say_time(moment: datetime, zone: ZoneInfo) -> str:
    """Say a time with its zone: ``08.30 WIB``."""
    return moment.astimezone(zone).strftime("%H.%M %Z")


def given_name(name: str) -> str:
    """Return the first word of a name, folded; a single letter or title-like initial takes the next word along."""
    words = fold(name).split()
    if not words:
        return "peserta"
    taken = words[0] if len(words[0].strip(".")) > 1 or len(words) == 1 else f"{words[0]} {words[1]}"
    return taken[:_LONGEST_NAME].title()


def shorten(text: str, most: int) -> str:
    """Cut a text at a word's end to at most ``most`` characters, and show with two dots that it was cut."""
    if len(text) <= most:
        return text
    cut = text[: most - 2]
    if " " in cut and text[most - 2] != " ":
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,.") + ".."
