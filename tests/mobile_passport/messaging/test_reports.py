"""The fake Twilio posts its reports over HTTP: early, repeated, in any order, forged. One state comes out of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.provider import Callback
from mobile_passport.messaging.receipts import ReceiptEffect
from mobile_passport.messaging.twilio import TwilioProvider
from mobile_passport.persistence.database import Database
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.receive_receipt import receive_receipt
from tests.fakes.timing import HandTiming
from tests.fakes.twilio.books import Books
from tests.fakes.twilio.reports import Manner, Reporter
from tests.fakes.twilio.server import running
from tests.mobile_passport.messaging.bureau import MORNING, PUBLIC_URL, RULES, Bureau
from tests.mobile_passport.messaging.whatsapp import with_whatsapp

AUTH_TOKEN = "the auth token of the tests"


class Receiver(BaseHTTPRequestHandler):
    """The callback address of the service, without the rest of it."""

    protocol_version = "HTTP/1.1"
    desks: list[Desk]
    effects: list[ReceiptEffect]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Stay silent."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        callback = Callback(
            token=self.path.rsplit("/", 1)[1],
            fields=tuple(parse_qsl(body, keep_blank_values=True)),
            signature=self.headers["X-Twilio-Signature"],
        )
        self.effects.append(receive_receipt(self.desks[0], callback))
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True


@contextmanager
def receiving(desks: list[Desk], effects: list[ReceiptEffect]) -> Iterator[str]:
    handler = type("BoundReceiver", (Receiver,), {"desks": desks, "effects": effects})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def twilio_at(url: str) -> TwilioProvider:
    return TwilioProvider(
        account_sid="AC" + "0" * 32,
        auth_token=Secret(AUTH_TOKEN),
        service_sid="MG" + "0" * 32,
        public_url=PUBLIC_URL,
        api_base_url=url,
    )


@pytest.mark.parametrize(
    ("manner", "state"),
    [
        (Manner.NONE, "accepted"),
        (Manner.IN_ORDER, "delivered"),
        (Manner.EARLY, "delivered"),
        (Manner.REPEATED, "delivered"),
        (Manner.REORDERED, "delivered"),
        (Manner.FORGED, "accepted"),
    ],
)
def test_however_reports_come_the_message_is_sent_once_and_ends_where_it_should(
    tmp_path: Path, manner: Manner, state: str
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'office.db'}")
    bureau = Bureau(database, HandTiming(MORNING))
    bureau.create_tables()
    _, people = bureau.add_request([("Siti", "+6281234567890")])
    bureau.book({people[0]: MORNING + timedelta(days=7)})
    books = Books(clock=lambda: datetime(2026, 11, 24, 2, 3, tzinfo=UTC))  # three minutes ahead of ours
    desks: list[Desk] = []
    effects: list[ReceiptEffect] = []
    with receiving(desks, effects) as receiver:
        reporter = Reporter(manner, receiver=receiver, auth_token=AUTH_TOKEN)
        with running(books, reporter=reporter) as url:
            bureau.provider = twilio_at(url)
            desks.append(bureau.desk())
            deliver_messages(bureau.desk())
            assert reporter.finished.wait(20)
    assert [len(books.entries), *bureau.states()] == [1, state]
    assert (ReceiptEffect.FORGED in effects) == (manner is Manner.FORGED)
    database.close()


@pytest.mark.parametrize("manner", [Manner.IN_ORDER, Manner.EARLY, Manner.REORDERED])
def test_a_number_that_is_not_on_whatsapp_gets_the_message_by_sms(tmp_path: Path, manner: Manner) -> None:
    database = Database(f"sqlite:///{tmp_path / 'office.db'}")
    bureau = Bureau(database, HandTiming(MORNING), rules=with_whatsapp(RULES))
    bureau.create_tables()
    _, people = bureau.add_request([("Siti", "+6281234567890")])
    bureau.book({people[0]: MORNING + timedelta(days=7)})
    books = Books(clock=lambda: MORNING, not_on_whatsapp={"+6281234567890"})
    desks: list[Desk] = []
    with receiving(desks, []) as receiver:
        reporter = Reporter(manner, receiver=receiver, auth_token=AUTH_TOKEN)
        with running(books, reporter=reporter) as url:
            bureau.provider = twilio_at(url)
            desks.append(bureau.desk())
            for _ in range(2):
                deliver_messages(bureau.desk())
                assert reporter.done.acquire(timeout=20)
    assert [one.to for one in books.entries] == ["whatsapp:+6281234567890", "+6281234567890"]
    on_whatsapp, by_sms = bureau.attempts()
    assert (on_whatsapp.channel, on_whatsapp.state, by_sms.channel) == ("whatsapp", "returned", "sms")
    assert bureau.states() == ["delivered"]
    database.close()
