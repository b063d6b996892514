"""Deleting at Twilio, against the server on loopback that stands for it."""

import pytest

from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.twilio import TwilioProvider
from tests.fakes.twilio.books import Books
from tests.fakes.twilio.server import running

ACCOUNT = "AC" + "0" * 32


def provider_at(url: str) -> TwilioProvider:
    """Twilio as a desk has it."""
    return TwilioProvider(
        account_sid=ACCOUNT,
        auth_token=Secret("the auth token of the tests"),
        service_sid="MG" + "0" * 32,
        public_url="https://paspor.example",
        api_base_url=url,
        connect_s=0.5,
        answer_s=0.5,
    )


@pytest.fixture
def books() -> Books:
    """Books with one message that arrived."""
    books = Books()
    books.take(ACCOUNT, {"To": "+6281234567890", "Body": "Jadwal"}).status = "delivered"
    return books


def test_a_message_is_deleted_once_and_one_that_is_gone_is_forgotten(books: Books) -> None:
    (kept,) = books.entries
    with running(books) as url:
        assert provider_at(url).forget(kept.sid)
        assert books.entries == []
        assert provider_at(url).forget(kept.sid)
    address = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{kept.sid}.json"
    assert books.requests == [("DELETE", address, {})] * 2


def test_a_message_that_is_on_its_way_is_not_forgotten(books: Books) -> None:
    books.entries[0].status = "sending"
    with running(books) as url:
        assert not provider_at(url).forget(books.entries[0].sid)
    assert len(books.entries) == 1


def test_nothing_is_forgotten_by_a_twilio_that_does_not_answer() -> None:
    assert not provider_at("http://127.0.0.1:9").forget("SM" + "0" * 32)
