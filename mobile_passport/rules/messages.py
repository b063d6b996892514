"""What is said to whom, when, and how carefully it is sent: file ``messages.toml``."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

from mobile_passport.domain.person import PassportCase
from mobile_passport.domain.request import Category
from mobile_passport.rules.loading import InvalidRules, load_rules


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


_PLACEHOLDERS = frozenset(
    {
        *("brand", "contact", "ref", "until"),
        *("who", "when", "place", "bring", "revision", "cancelled_date", "link"),
        *("reference", "placed", "total"),
    }
)


_WITH_LINK = frozenset({Says.SLOT, Says.CHANGE, Says.REMINDER})
_WITH_LEADS = frozenset({Says.REMINDER, Says.DOCUMENTS, Says.COLLECT})


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
        The sender stops before a day costs more.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """What to bring, short: ``also`` is added for one passport case."""

    category: Category
    text: str
    also: dict[PassportCase, str]


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
    def has_link(self) -> bool:
        """Whether the text holds a link by which it is answered."""
        return "{link}" in self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Parts of sentences.

    Attributes
    ----------
    at_venue, at_home
        Where; ``{venue}`` is filled in. A home address is never printed.
    several
        More people on one phone than are named; ``{count}`` is filled in.
    from_time
        Beginning of several slots; ``{time}`` is filled in.
    between_times, home_window_minutes
        When a household is to expect the team: from its slot, ``{opens}``, to ``{closes}``; usually so many minutes.
    answer
        Stands for ``{link}`` in texts that have one; ``{url}`` is filled in.
    unanswered, moves, gave_up, wrong_number
        What is said by telephone to who has not answered, and to whom an answer calls for; ``{when}`` is filled in.
    no_slot
        What stands in place of date and place for a request that has no appointment any more.
    most_named
        Up to so many people are named, by given name only.
    """

    at_venue: str
    at_home: str
    several: str
    from_time: str
    between_times: str
    home_window_minutes: int
    answer: str
    unanswered: str
    moves: str
    gave_up: str
    wrong_number: str
    no_slot: str
    most_named: int

    def __post_init__(self) -> None:
        if self.home_window_minutes <= 0 or self.home_window_minutes % 5:
            raise ValueError("wording: home_window_minutes above 0, in steps of five")


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
class MessageRules:
    """An office's messages."""

    hours: SendingHours
    care: Care
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


def load_messages(office: str, directory: Path | None = None) -> MessageRules:
    """Read ``messages.toml`` of an office.

    Raises
    ------
    InvalidRules
        With file, key, cause and action.
    """
    rules = load_rules(MessageRules, "messages", office=office, directory=directory)
    faults = [fault for kind in rules.kinds for fault in _faults(kind)]
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
    if "until" in used and kind.says not in (Says.PASSPORT, Says.COLLECT):
        faults.append(f"kinds.{kind.name}: {{until}} belongs to messages about a passport")
    if (kind.says in _WITH_LEADS) != bool(kind.leads_days):
        faults.append(f"kinds.{kind.name}: leads_days belong to reminders, and only to them")
    return faults
