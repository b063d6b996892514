"""Twilio's client library and our own wire against a server on loopback that fails in every way we know."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from twilio.request_validator import RequestValidator

from mobile_passport.domain.message import Channel, ReceiptStatus
from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.provider import (
    Accepted,
    Callback,
    CannotList,
    DefiniteNo,
    ForgedCallback,
    MalformedCallback,
    Outcome,
    Receipt,
    Refusal,
    SendOrder,
    Template,
    Unknown,
)
from mobile_passport.messaging.twilio import TwilioProvider
from tests.fakes.twilio.books import Books
from tests.fakes.twilio.server import running

ACCOUNT = "AC" + "0" * 32
SERVICE = "MG" + "0" * 32
TOKEN = "the auth token of the tests"
PUBLIC_URL = "https://paspor.example"
PHONE = Secret("+6281234567890")
EARLY = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def base_url(books: Books) -> Iterator[str]:
    with running(books) as url:
        yield url


def provider_at(url: str) -> TwilioProvider:
    return TwilioProvider(
        account_sid=ACCOUNT,
        auth_token=Secret(TOKEN),
        service_sid=SERVICE,
        public_url=PUBLIC_URL,
        api_base_url=url,
        connect_s=0.5,
        answer_s=0.5,
    )


def order(*, may_write: bool = True, body: str = "Imigrasi Blitar: halo. Ref ABCDEFGH") -> SendOrder:
    return SendOrder(to=PHONE, body=Secret(body), token="t" * 32, validity_s=3_600, may_write=lambda: may_write)


def test_a_message_is_created_with_one_post_that_says_everything(books: Books, base_url: str) -> None:
    outcome = provider_at(base_url).send(order())
    assert outcome == Accepted(sid=books.entries[0].sid)
    assert books.requests == [
        (
            "POST",
            f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
            {
                "To": "+6281234567890",
                "Body": "Imigrasi Blitar: halo. Ref ABCDEFGH",
                "MessagingServiceSid": SERVICE,
                "StatusCallback": f"{PUBLIC_URL}/hooks/twilio/{'t' * 32}",
                "ValidityPeriod": "3600",
            },
        )
    ]


CONTENT = "HX" + "2" * 32


@pytest.mark.parametrize(
    ("sender", "field"), [("MG" + "1" * 32, "MessagingServiceSid"), ("whatsapp:+6281100000000", "From")]
)
def test_a_template_goes_to_whatsapp_without_a_text_of_our_own(
    books: Books, base_url: str, sender: str, field: str
) -> None:
    outcome = provider_at(base_url).send(to_whatsapp(sender=sender))
    assert outcome == Accepted(sid=books.entries[0].sid)
    assert [fields for _, _, fields in books.requests] == [
        {
            "To": "whatsapp:+6281234567890",
            field: sender,
            "ContentSid": CONTENT,
            "ContentVariables": '{"1": "Siti", "2": "ABCDEFGH"}',
            "StatusCallback": f"{PUBLIC_URL}/hooks/twilio/{'t' * 32}",
            "ValidityPeriod": "3600",
        }
    ]


def test_each_channel_has_a_list_of_its_own(books: Books, base_url: str) -> None:
    provider = provider_at(base_url)
    provider.send(order(body="an SMS"))
    books.not_on_whatsapp.add(PHONE.reveal())
    provider.send(to_whatsapp())
    books.entries[1].status = "failed"
    (by_sms,) = provider.list_to(PHONE, since=EARLY).messages
    (on_whatsapp,) = provider.list_to(PHONE, since=EARLY, channel=Channel.WHATSAPP).messages
    assert (by_sms.body.reveal(), by_sms.is_returned) == ("an SMS", False)
    assert "ABCDEFGH" in on_whatsapp.body.reveal()
    assert on_whatsapp.is_returned


def to_whatsapp(*, sender: str = "MG" + "1" * 32) -> SendOrder:
    gaps = Secret('{"1": "Siti", "2": "ABCDEFGH"}')
    return replace(order(), template=Template(sender=sender, content_sid=CONTENT, variables=gaps))


@pytest.mark.parametrize(
    ("fault", "expected", "taken"),
    [
        ("429", DefiniteNo(refusal=Refusal.SLOW_DOWN, code="20429", retry_after_s=7), 0),
        ("400_21614", DefiniteNo(refusal=Refusal.PERMANENT, code="21614"), 0),  # a landline
        ("400_21610", DefiniteNo(refusal=Refusal.OPTED_OUT, code="21610"), 0),
        ("400_99999", DefiniteNo(refusal=Refusal.PERMANENT, code="99999"), 0),  # a code of tomorrow: a person calls
        ("400_63003", DefiniteNo(refusal=Refusal.NOT_ON_CHANNEL, code="63003"), 0),
        ("400_21656", DefiniteNo(refusal=Refusal.NOT_ON_CHANNEL, code="21656"), 0),  # what fills the gaps
        ("401_20003", DefiniteNo(refusal=Refusal.SYSTEMIC, code="20003"), 0),
        ("403", DefiniteNo(refusal=Refusal.SYSTEMIC, code="403"), 0),
        ("500_before", Unknown(code="http_500"), 0),
        ("503_before", Unknown(code="http_503"), 0),
        ("500_after", Unknown(code="http_500"), 1),
        ("302", Unknown(code="http_302"), 0),
        ("201_without_sid", Unknown(code="answer_without_sid"), 1),
        ("201_not_json", Unknown(code="unreadable_answer"), 1),
    ],
)
def test_each_answer_has_its_defined_meaning(
    books: Books, base_url: str, fault: str, expected: Outcome, taken: int
) -> None:
    books.plan([fault])
    assert provider_at(base_url).send(order()) == expected
    assert len(books.entries) == taken
    assert len(books.requests) == 1  # whatever happened, it was asked once


@pytest.mark.parametrize(
    ("fault", "taken"),
    [
        ("reset_before", 0),
        ("reset_after", 1),
        ("hang_before", 0),
        ("hang_after", 1),
        ("truncated_201", 1),
        ("slow_drip", 1),
    ],
)
def test_a_request_that_was_written_and_not_wholly_answered_is_unknown(
    books: Books, base_url: str, fault: str, taken: int
) -> None:
    books.plan([fault])
    started = datetime.now(UTC)
    outcome = provider_at(base_url).send(order())
    assert isinstance(outcome, Unknown)
    assert outcome.code.startswith("broken_")
    assert len(books.entries) == taken
    assert len(books.requests) == 1
    assert datetime.now(UTC) - started < timedelta(seconds=2)  # a slow drip does not stretch the time-out


def test_a_refused_connection_is_a_certain_no() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    outcome = provider_at(f"http://127.0.0.1:{port}").send(order())
    assert outcome == DefiniteNo(refusal=Refusal.SLOW_DOWN, code="connect_ConnectionRefusedError")


def test_a_failed_tls_handshake_is_a_certain_no(books: Books, base_url: str) -> None:
    outcome = provider_at(base_url.replace("http://", "https://")).send(order())
    assert isinstance(outcome, DefiniteNo)
    assert outcome.refusal is Refusal.SLOW_DOWN
    assert outcome.code.startswith("connect_")
    assert books.requests == []


def test_the_deadline_is_asked_after_connecting_and_nothing_is_written_when_it_passed(
    books: Books, base_url: str
) -> None:
    outcome = provider_at(base_url).send(order(may_write=False))
    assert outcome == DefiniteNo(refusal=Refusal.NOT_WRITTEN, code="deadline")
    assert books.requests == []


def test_the_list_is_read_to_its_last_page_without_a_filter_by_date(books: Books, base_url: str) -> None:
    provider = provider_at(base_url)
    books.page_size_cap = 2
    for number in range(5):
        provider.send(order(body=f"text {number}"))
    listing = provider.list_to(PHONE, since=EARLY)
    assert [one.body.reveal() for one in listing.messages] == [f"text {number}" for number in range(5)]
    assert all(one.is_outbound for one in listing.messages)
    assert listing.complete_until is None
    queries = [fields for method, _, fields in books.requests if method == "GET"]
    assert len(queries) == 3
    assert all(not name.startswith("DateSent") for query in queries for name in query)


def test_a_list_filtered_by_sent_date_would_hide_a_queued_message(books: Books, base_url: str) -> None:
    provider = provider_at(base_url)
    provider.send(order())
    client = provider._client(provider._http())
    assert list(client.messages.stream(to=PHONE.reveal(), date_sent_after=EARLY)) == []
    assert len(provider.list_to(PHONE, since=EARLY).messages) == 1


def test_messages_before_the_time_asked_for_and_cancelled_ones_are_left_out(books: Books, base_url: str) -> None:
    provider = provider_at(base_url)
    provider.send(order())
    provider.send(order())
    books.entries[0].created_at = EARLY
    assert provider.cancel(books.entries[1].sid)
    assert provider.list_to(PHONE, since=EARLY + timedelta(seconds=1)).messages == ()


@pytest.mark.parametrize("fault", ["500", "missing_page", "truncated"])
def test_a_list_that_is_not_whole_is_no_list(books: Books, base_url: str, fault: str) -> None:
    provider = provider_at(base_url)
    books.page_size_cap = 1
    provider.send(order())
    provider.send(order())
    books.list_script.append(fault)
    with pytest.raises(CannotList):
        provider.list_to(PHONE, since=EARLY)


def test_a_message_that_cannot_be_cancelled_any_more_is_not_an_error(base_url: str) -> None:
    assert provider_at(base_url.replace("127.0.0.1", "127.0.0.2")).cancel("SM" + "0" * 32) is False


FIELDS = (
    ("AccountSid", ACCOUNT),
    ("ApiVersion", "2010-04-01"),
    ("MessageSid", "SM" + "a" * 32),
    ("MessageStatus", "delivered"),
    ("To", "+6281234567890"),
)


def signed(fields: tuple[tuple[str, str], ...] = FIELDS, *, token: str = "t" * 32, url: str = PUBLIC_URL) -> Callback:
    signature = RequestValidator(TOKEN).compute_signature(f"{url}/hooks/twilio/{token}", dict(fields))
    return Callback(token=token, fields=fields, signature=signature)


def test_a_signed_callback_is_a_receipt() -> None:
    receipt = provider_at("http://unused").read_callback(signed())
    assert receipt == Receipt(token="t" * 32, sid="SM" + "a" * 32, status=ReceiptStatus.DELIVERED, code="")


def replaced(name: str, value: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, value if key == name else old) for key, old in FIELDS)


@pytest.mark.parametrize(
    "forged",
    [
        Callback(token="t" * 32, fields=FIELDS, signature=""),
        Callback(token="t" * 32, fields=FIELDS, signature="AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        Callback(token="u" * 32, fields=FIELDS, signature=signed().signature),  # another attempt's address
        Callback(token="t" * 32, fields=replaced("MessageStatus", "failed"), signature=signed().signature),
        Callback(token="t" * 32, fields=(*FIELDS, ("Extra", "1")), signature=signed().signature),
        Callback(token="t" * 32, fields=FIELDS[:-1], signature=signed().signature),
        Callback(token="t" * 32, fields=(*FIELDS, FIELDS[-1]), signature=signed().signature),  # a field twice
        signed(url="https://evil.example"),  # signed for another address, as a forwarded Host would make it
        signed(url="http://paspor.example"),
    ],
)
def test_whatever_was_altered_the_callback_is_forged(forged: Callback) -> None:
    with pytest.raises(ForgedCallback):
        provider_at("http://unused").read_callback(forged)


@pytest.mark.parametrize(
    "fields",
    [
        replaced("MessageSid", "SM1"),
        replaced("MessageSid", ""),
        replaced("MessageStatus", ""),
        replaced("AccountSid", "AC" + "9" * 32),
        FIELDS[:2],
    ],
)
def test_a_signed_callback_without_what_a_report_needs_is_malformed(fields: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(MalformedCallback):
        provider_at("http://unused").read_callback(signed(fields))


@pytest.mark.parametrize(
    ("to", "status", "code", "is_returned"),
    [
        ("whatsapp:+6281234567890", "failed", "63024", True),
        ("whatsapp:+6281234567890", "undelivered", "63016", True),
        ("whatsapp:+6281234567890", "failed", "63010", False),  # an error of theirs: nobody can tell
        ("whatsapp:+6281234567890", "failed", "63999", False),  # a code of tomorrow
        ("whatsapp:+6281234567890", "delivered", "63024", False),
        ("+6281234567890", "failed", "63024", False),
    ],
)
def test_only_a_certain_no_on_whatsapp_comes_back(to: str, status: str, code: str, is_returned: bool) -> None:
    fields = (*FIELDS[:3], ("MessageStatus", status), ("To", to), ("ErrorCode", code), ("ChannelPrefix", "whatsapp"))
    assert provider_at("http://unused").read_callback(signed(fields)).is_returned is is_returned


def test_a_message_that_was_read_was_delivered() -> None:
    fields = (*FIELDS[:3], ("MessageStatus", "read"), ("To", "whatsapp:+6281234567890"), ("EventType", "READ"))
    assert provider_at("http://unused").read_callback(signed(fields)).status is ReceiptStatus.DELIVERED


def test_a_status_of_tomorrow_counts_as_accepted() -> None:
    receipt = provider_at("http://unused").read_callback(signed(replaced("MessageStatus", "teleported")))
    assert receipt.status is ReceiptStatus.ACCEPTED
