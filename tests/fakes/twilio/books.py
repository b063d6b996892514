"""What the fake took, what its list shows, and what it will do wrong next."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

API_VERSION = "2010-04-01"


@dataclass(kw_only=True)
class Entry:
    """One message taken: the truth. With an error code it reaches nobody."""

    sid: str
    account: str
    service: str
    to: str
    body: str
    callback: str
    validity_s: int
    created_at: datetime
    sender: str | None = None
    status: str = "accepted"
    sent_at: datetime | None = None
    error_code: int | None = None

    def as_json(self) -> dict[str, object]:
        """Write it as Twilio's Message resource."""
        return {
            "sid": self.sid,
            "account_sid": self.account,
            "messaging_service_sid": self.service or None,
            "api_version": API_VERSION,
            "to": self.to,
            "from": self.sender,
            "body": self.body,
            "status": self.status,
            "direction": "outbound-api",
            "num_segments": "0",
            "num_media": "0",
            "price": None,
            "price_unit": None,
            "error_code": self.error_code,
            "error_message": None,
            "date_created": format_datetime(self.created_at),
            "date_updated": format_datetime(self.created_at),
            "date_sent": format_datetime(self.sent_at) if self.sent_at else None,
            "uri": f"/{API_VERSION}/Accounts/{self.account}/Messages/{self.sid}.json",
            "subresource_uris": {"media": f"/{API_VERSION}/Accounts/{self.account}/Messages/{self.sid}/Media.json"},
        }


@dataclass(kw_only=True)
class Books:
    """Shared by all threads of the fake.

    Attributes
    ----------
    script
        Faults of the next creates; after the last everything goes well.
    list_script
        Faults of the next lists.
    clock
        The fake's own, which may differ from ours.
    list_lag_s
        How long a message stays out of the list.
    page_size_cap
        Smaller pages than asked for, to make paging happen.
    not_on_whatsapp
        Numbers (E.164) to which it takes messages for WhatsApp and reports later that they failed.
    requests
        Method, path and fields of every request.
    """

    script: deque[str] = field(default_factory=deque)
    list_script: deque[str] = field(default_factory=deque)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    list_lag_s: float = 0
    page_size_cap: int = 1000
    not_on_whatsapp: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    released: threading.Event = field(default_factory=threading.Event)

    def plan(self, faults: Iterable[str]) -> None:
        """Script the next creates."""
        self.script.extend(faults)

    def take(self, account: str, fields: dict[str, str], *, later_s: float = 0) -> Entry:
        """Take a message."""
        with self.lock:
            entry = Entry(
                sid=f"SM{len(self.entries) + 1:032x}",
                account=account,
                service=fields.get("MessagingServiceSid", ""),
                sender=fields.get("From"),
                to=fields["To"],
                body=fields.get("Body") or _filled(fields),
                callback=fields.get("StatusCallback", ""),
                validity_s=int(fields.get("ValidityPeriod", "36000")),
                created_at=self.clock().replace(microsecond=0) + timedelta(seconds=later_s),
                error_code=63024 if fields["To"].removeprefix("whatsapp:") in self._unknown(fields["To"]) else None,
            )
            self.entries.append(entry)
            return entry

    def _unknown(self, to: str) -> set[str]:
        return self.not_on_whatsapp if to.startswith("whatsapp:") else set()

    def listed(self, query: dict[str, str]) -> list[Entry]:
        """Return what a list shows; ``DateSent>`` filters on the sent date, which queued messages have not."""
        visible_until = self.clock() - timedelta(seconds=self.list_lag_s)
        with self.lock:
            found = [one for one in self.entries if one.created_at <= visible_until and one.to == query.get("To")]
        if "DateSent>" in query:
            found = [one for one in found if one.sent_at is not None]
        return found


def _filled(fields: dict[str, str]) -> str:
    """Write the text of a template: the fake's own words around what fills the gaps."""
    return f"{fields['ContentSid']}: " + " / ".join(json.loads(fields["ContentVariables"]).values()) + "."
