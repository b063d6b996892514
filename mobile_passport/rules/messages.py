"""What is said to whom, when, and how carefully it is sent: file ``messages.toml``."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

from mobile_passport.domain.message import Channel
from mobile_passport.domain.person import PassportCase
from mobile_passport.domain.request import Category
from mobile_passport.rules.channels import WhatsAppRules, whatsapp_faults
from mobile_passport.rules.loading import InvalidRules, load_rules
from mobile_passport.rules.wording import Documents, Wording


class Says(StrEnum):
    """What a message rests on; when that no longer holds, the message is not sent."""

    SLOT = "slot"
    """The first word of an appointment that holds."""
    CHANGE = "change"
    """An appointment that holds and replaces one that was told."""
    CANCELLATION = "cancellation"
    """An appointment that was told and no longer holds."""
    REMINDER = "reminder"
    """An appointment that holds, some days before."""
    DOCUMENTS = "documents"
    """An appointment that holds, and papers that nobody has seen yet."""
    PASSPORT = "passport"
    """A passport that is ready."""
    COLLECT = "collect"
    """A passport that is ready and was not collected, some days before it may be cancelled."""
    REQUEST = "request"
    """A request that was taken in; to its contact."""
    GROUP = "group"
    """What a plan means for a whole request; to its contact."""
    GROUP_CHANGE = "group_change"
    GROUP_DOCUMENTS = "group_documents"
    """Papers that nobody has seen yet of people without a telephone; to the contact of their request."""
    PLACE_FREE = "place_free"
    """Places that a group waited for and that are held for it; to its contact."""
    ROUTE = "route"
    """A team's day that a new plan changed; to the team."""


_PLACEHOLDERS = frozenset(
    {
        *("brand", "contact", "ref", "until"),
        *("who", "when", "place", "bring", "revision", "cancelled_date", "link"),
        *("reference", "placed", "total", "page"),
        *("team", "day", "route"),
    }
)
_OF_TEAM = frozenset({"brand", "contact", "ref", "team", "day", "route"})


_WITH_LINK = frozenset({Says.SLOT, Says.CHANGE, Says.REMINDER})
_WITH_LEADS = frozenset({Says.REMINDER, Says.DOCUMENTS, Says.COLLECT})
_WITH_END = frozenset({Says.PASSPORT, Says.COLLECT, Says.PLACE_FREE})
_OF_WAITER = frozenset({"brand", "contact", "ref", "placed", "when", "until", "page"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingHours:
    """Local hours in which messages may be handed over; ``closes`` is no longer inside."""

    opens: time
    closes: time
    source: str
    as_of_date: date

    def next_opening(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Return when sending may begin, or ``None`` when it may now."""
        local = now.astimezone(zone)
        if self.opens <= local.time() < self.closes:
            return None
        day = local.date() if local.time() < self.opens else local.date() + timedelta(days=1)
        return datetime.combine(day, self.opens, tzinfo=zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderPace:
    """How fast one provider may be fed, and how long its silence may last.

    Attributes
    ----------
    per_second
        Messages handed over a second.
    send_deadline_s
        D: a claimed message that was not written to the wire by then is not written at all.
    quarantine_s
        Q: age of an attempt at which its absence from the provider's list begins to count.
    second_look_s
        G: a second look, this long after the first, has to find nothing either.
    claims_at_once
        Messages of one transaction. So many have to be looked up when a process dies: 1 for a real provider.
    """

    provider: str
    per_second: float
    send_deadline_s: int
    quarantine_s: int
    second_look_s: int
    claims_at_once: int = 1
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """Limits of the sender.

    Attributes
    ----------
    first_back_off_s, longest_back_off_s
        Pause after a refusal that may pass; it doubles each time.
    circuit_window, circuit_unknown_share, circuit_pause_s
        When more than this share of the last so many attempts ended unknown, nothing is sent for the pause.
    person_takes_over_s
        An attempt that is still unknown this long before its message becomes useless goes to a person.
    silent_after_s
        An accepted message without a receipt for so long is put on the call list.
    shortest_validity_s, longest_validity_s
        Bounds of the time that the provider may keep trying.
    most_segments
        Longest message.
    segments_a_day
        The sender stops before a day costs more than so many segments, whatever channels it used.
    repeat_after_s
        A message that found its handset switched off is sent once more after so long.
    rupiah_a_segment
        What the provider asks for one segment.
    delivery_window_days
        Over how many days deliveries are watched.
    """

    first_back_off_s: int
    longest_back_off_s: int
    circuit_window: int
    circuit_unknown_share: float
    circuit_pause_s: int
    person_takes_over_s: int
    silent_after_s: int
    shortest_validity_s: int
    longest_validity_s: int
    most_segments: int
    segments_a_day: int
    repeat_after_s: int
    rupiah_a_segment: int
    delivery_window_days: int
    source: str
    as_of_date: date

    @property
    def rupiah_a_day(self) -> int:
        """What a day may cost."""
        return self.segments_a_day * self.rupiah_a_segment


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageKind:
    """One kind of message with its registered wording.

    Attributes
    ----------
    version
        Goes up with every change of ``text``; stored with each message.
    text
        Indonesian, beginning with ``{brand}`` and holding ``{ref}``.
    leads_days, at
        Days before the slot, or before a passport may be cancelled, and local time; reminders only.
    stops_before_slot_s
        The message is of no use later than this before the slot.
    useful_s
        How long a message to the contact is of use.
    """

    name: str
    says: Says
    version: int
    text: str
    leads_days: tuple[int, ...] = ()
    at: time = time(9)
    gap_after_news_s: int = 0
    stops_before_slot_s: int = 0
    useful_s: int = 0
    as_of_date: date

    @property
    def hurries(self) -> bool:
        """Whether it is sent at any hour when it would be of no use at the next opening."""
        return self.says is Says.ROUTE

    @property
    def has_link(self) -> bool:
        """Whether the text holds a link by which it is answered."""
        return "{link}" in self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRules:
    """Links by which people answer a message.

    Attributes
    ----------
    days_after_visit
        A link opens until the end of this day after the visit.
    ask_before_days
        Who has not answered so many days before the visit is called.
    a_minute_from_source, a_minute_to_link
        Requests that one network address may make, and that one link may get. Many telephones share an address.
    """

    days_after_visit: int
    ask_before_days: int
    a_minute_from_source: int
    a_minute_to_link: int
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectRules:
    """Passports that wait at the office.

    Attributes
    ----------
    within_days
        A passport that was not collected by then may be cancelled.
    handed_over_elsewhere
        Whose passports go another way: their owners are not told to come.
    """

    within_days: int
    handed_over_elsewhere: tuple[Category, ...]
    source: str
    as_of_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMessages:
    """What field teams are told when a new plan changes their days.

    Attributes
    ----------
    within_days
        Of routes that begin so soon; later ones are read in the app in time.
    hours
        When their telephones may ring. What would be of no use at the next opening goes at once.
    """

    within_days: int
    hours: SendingHours


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRules:
    """An office's messages."""

    hours: SendingHours
    teams: TeamMessages
    care: Care
    whatsapp: WhatsAppRules
    links: LinkRules
    collect: CollectRules
    wording: Wording
    documents: tuple[Documents, ...]
    senders: tuple[SenderPace, ...]
    kinds: tuple[MessageKind, ...]

    def kind(self, says: Says) -> MessageKind:
        """Return the kind that says something.

        Raises
        ------
        LookupError
            When the file has no such kind.
        """
        for kind in self.kinds:
            if kind.says is says:
                return kind
        raise LookupError(f"messages.toml has no [[kinds]] with says = {says.value!r}; add one")

    def named(self, name: str) -> MessageKind | None:
        """Return a kind by its name; ``None`` when the file no longer has it."""
        return next((kind for kind in self.kinds if kind.name == name), None)

    def hours_for(self, kind: MessageKind | None) -> SendingHours:
        """Return when messages of a kind may be handed over; ``None`` for one that the file no longer has."""
        return self.teams.hours if kind is not None and kind.says is Says.ROUTE else self.hours

    def rupiah_for(self, channel: Channel, segments: int) -> int:
        """Return what a message costs, whose text has so many segments as an SMS."""
        if channel is Channel.WHATSAPP:
            return self.whatsapp.rupiah_a_message
        return segments * self.care.rupiah_a_segment

    def pace(self, provider: str) -> SenderPace:
        """Return how a provider is fed.

        Raises
        ------
        LookupError
            When the file has no table for the provider.
        """
        for pace in self.senders:
            if pace.provider == provider:
                return pace
        raise LookupError(f"messages.toml has no [[senders]] for {provider!r}; add one")

    def bring(self, category: Category, case: PassportCase) -> str:
        """Return the short list of documents; empty when the file has none for the category."""
        for documents in self.documents:
            if documents.category is category:
                also = documents.also.get(case)
                return f"{documents.text}, {also}" if also else documents.text
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingRules:
    """The part of ``messages.toml`` that an office edits on its page; wording is registered and stays in the file."""

    hours: SendingHours
    care: Care
    collect: CollectRules


def load_messages(office: str, directory: Path | None = None) -> MessageRules:
    """Read ``messages.toml`` of an office.

    Raises
    ------
    InvalidRules
        With file, key, cause and action.
    """
    rules = load_rules(MessageRules, "messages", office=office, directory=directory)
    faults = [fault for kind in rules.kinds for fault in _faults(kind)]
    faults += whatsapp_faults(rules.whatsapp, {kind.name: kind.text for kind in rules.kinds})
    missing = sorted(set(Says) - {kind.says for kind in rules.kinds})
    faults += [f"kinds: nothing says {says.value}; add one" for says in missing]
    if faults:
        raise InvalidRules(f"messages.toml of {office}: " + "; ".join(faults))
    return rules


def _faults(kind: MessageKind) -> list[str]:
    used = {name for _, name, _, _ in Formatter().parse(kind.text) if name is not None}
    faults = [
        f"kinds.{kind.name}: {{{name}}} is no placeholder; use one of {sorted(_PLACEHOLDERS)}"
        for name in sorted(used - _PLACEHOLDERS)
    ]
    if not kind.text.startswith("{brand}"):
        faults.append(f"kinds.{kind.name}: text has to begin with {{brand}}; operators block messages without a name")
    if "ref" not in used:
        faults.append(f"kinds.{kind.name}: text has to hold {{ref}}; a lost answer is looked up by it")
    if "link" in used and kind.says not in _WITH_LINK:
        faults.append(f"kinds.{kind.name}: {{link}} belongs to messages about an appointment that holds")
    if "until" in used and kind.says not in _WITH_END:
        faults.append(f"kinds.{kind.name}: {{until}} belongs to messages about a passport or a free place")
    if kind.says is Says.PLACE_FREE and used - _OF_WAITER:
        faults.append(f"kinds.{kind.name}: of a free place only {sorted(_OF_WAITER)} are known")
    if kind.says is not Says.PLACE_FREE and "page" in used:
        faults.append(f"kinds.{kind.name}: {{page}} belongs to messages about a free place")
    if kind.says is Says.ROUTE and used - _OF_TEAM:
        faults.append(f"kinds.{kind.name}: a team is told {sorted(_OF_TEAM)} and nothing else")
    if kind.says is not Says.ROUTE and used & {"team", "day", "route"}:
        faults.append(f"kinds.{kind.name}: {{team}}, {{day}} and {{route}} belong to what teams are told")
    if (kind.says in _WITH_LEADS) != bool(kind.leads_days):
        faults.append(f"kinds.{kind.name}: leads_days belong to reminders, and only to them")
    return faults
