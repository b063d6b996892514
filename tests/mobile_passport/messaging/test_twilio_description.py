"""Twilio's own description of its API judges our requests, and the fake by which all other tests judge them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mobile_passport.domain.message import Channel
from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.provider import Accepted, CannotList, DefiniteNo, SendOrder, Template, Unknown
from mobile_passport.messaging.twilio import TwilioProvider
from mobile_passport.messaging.wire import exchange
from tests.fakes.twilio.books import Books, Entry
from tests.fakes.twilio.prism import standing_before, standing_in
from tests.fakes.twilio.server import running

pytestmark = pytest.mark.xdist_group("twilio-description")

ACCOUNT = "AC" + "0" * 32
SERVICE = "MG" + "0" * 32
PHONE = Secret("+6281234567890")
EARLY = datetime(2000, 1, 1, tzinfo=UTC)
SID = "SM" + "0" * 32


@pytest.fixture(scope="module")
def described_twilio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Twilio that is nothing but its description."""
    with standing_in(tmp_path_factory.mktemp("description")) as url:
        yield url


@pytest.fixture(scope="module")
def books() -> Books:
    return Books()


@pytest.fixture(scope="module")
def judged_fake(books: Books, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Our fake behind a judge of its answers."""
    folder: Path = tmp_path_factory.mktemp("description")
    with running(books) as fake, standing_before(fake, folder) as url:
        yield url


def provider_at(url: str, *, service: str = SERVICE, public_url: str = "https://paspor.example") -> TwilioProvider:
    return TwilioProvider(
        account_sid=ACCOUNT,
        auth_token=Secret("the auth token of the tests"),
        service_sid=service,
        public_url=public_url,
        api_base_url=url,
    )


def order() -> SendOrder:
    body = Secret("Imigrasi Blitar: halo. Ref ABCDEFGH")
    return SendOrder(to=PHONE, body=body, token="t" * 32, validity_s=3_600, may_write=lambda: True)


def to_whatsapp(**changed: str) -> SendOrder:
    template = Template(sender=SERVICE, content_sid="HX" + "0" * 32, variables=Secret('{"1": "ABCDEFGH"}'))
    return replace(order(), template=replace(template, **changed))  # type: ignore[arg-type]


def test_twilio_s_description_allows_our_create(described_twilio: str) -> None:
    assert isinstance(provider_at(described_twilio).send(order()), Accepted)


@pytest.mark.parametrize("sender", [SERVICE, "whatsapp:+6281100000000"])
def test_twilio_s_description_allows_our_create_for_whatsapp(described_twilio: str, sender: str) -> None:
    assert isinstance(provider_at(described_twilio).send(to_whatsapp(sender=sender)), Accepted)


def test_a_template_whose_name_the_description_does_not_allow_is_refused(described_twilio: str) -> None:
    outcome = provider_at(described_twilio).send(to_whatsapp(content_sid="HX1"))
    assert isinstance(outcome, DefiniteNo)
    assert outcome.code == "422"


def test_the_fake_takes_and_lists_messages_for_whatsapp_as_the_description_says(books: Books, judged_fake: str) -> None:
    books.not_on_whatsapp.add(PHONE.reveal())
    provider = provider_at(judged_fake)
    taken = provider.send(to_whatsapp())
    assert isinstance(taken, Accepted)
    books.entries[-1].status = "failed"
    listed = provider.list_to(PHONE, since=EARLY, channel=Channel.WHATSAPP).messages
    assert [(one.sid, one.is_returned) for one in listed] == [(taken.sid, True)]


def test_twilio_s_description_allows_our_list_our_cancel_and_our_deletion(described_twilio: str) -> None:
    provider = provider_at(described_twilio)
    assert provider.cancel(SID)
    assert provider.forget(SID)
    assert not provider.forget("SM1")
    answer = exchange(
        "GET",
        f"{described_twilio}/2010-04-01/Accounts/{ACCOUNT}/Messages.json?To=%2B6281234567890&PageSize=1000",
        body=None,
        headers={"Authorization": "Basic eDp5"},
    )
    assert answer.status == 200
    assert "messages" in json.loads(answer.text)


@pytest.mark.parametrize("settings", [{"service": "bad"}, {"public_url": "no address at all"}])
def test_a_create_that_the_description_does_not_allow_is_refused(
    described_twilio: str, settings: dict[str, str]
) -> None:
    outcome = provider_at(described_twilio, **settings).send(order())
    assert isinstance(outcome, DefiniteNo)
    assert outcome.code == "422"


def test_the_fake_creates_lists_cancels_and_deletes_as_the_description_says(books: Books, judged_fake: str) -> None:
    provider = provider_at(judged_fake)
    books.page_size_cap = 1
    first, second = provider.send(order()), provider.send(order())
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert {first.sid, second.sid} == {one.sid for one in provider.list_to(PHONE, since=EARLY).messages}
    assert provider.cancel(first.sid)
    assert provider.forget(first.sid)


@pytest.mark.parametrize("wrong", [{"status": "teleported"}, {"sid": "SM1"}, {"direction": "sideways"}])
def test_a_fake_that_answered_otherwise_would_be_found_out(
    books: Books, judged_fake: str, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    as_json = Entry.as_json
    monkeypatch.setattr(Entry, "as_json", lambda entry: as_json(entry) | wrong)
    provider = provider_at(judged_fake)
    assert provider.send(order()) == Unknown(code="http_500")
    with pytest.raises(CannotList):
        provider.list_to(PHONE, since=EARLY)
