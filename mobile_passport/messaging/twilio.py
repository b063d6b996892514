"""Twilio behind the protocol of `provider`: the only module that knows its client library."""

import base64
import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from mobile_passport.clock import utc_now
from mobile_passport.domain.message import Channel, ReceiptStatus
from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.provider import (
    Accepted,
    Callback,
    CannotList,
    DefiniteNo,
    ForgedCallback,
    ListedMessage,
    Listing,
    MalformedCallback,
    Outcome,
    Receipt,
    Refusal,
    SendOrder,
    Template,
    Unknown,
)
from mobile_passport.messaging.twilio_codes import NOT_ON_WHATSAPP, PASSING, STATUSES, classify
from mobile_passport.messaging.wire import ANSWER_S, CONNECT_S, Broken, NotWritten, exchange, retry_after_s

log = logging.getLogger(__name__)

NAME = "twilio"
CALLBACK_PATH = "/hooks/twilio/"
_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
_WHATSAPP = "whatsapp:"
_SERVICE = "MG"
_NOT_ARRIVED = (ReceiptStatus.FAILED, ReceiptStatus.UNDELIVERED)
_GONE = 404
_PAGE_SIZE = 1000  # the largest that Twilio gives
_NO_ENVIRONMENT = {"TWILIO_REGION": ""}  # the library would read accounts and regions from the environment


class TwilioProvider:
    """Sends SMS through one Messaging Service of one account, and templates to WhatsApp through the sender they name.

    Parameters
    ----------
    account_sid, auth_token
        Of the account; the token also signs its callbacks.
    service_sid
        Messaging Service with the registered sender.
    public_url
        Where callbacks arrive, as the world sees it. Signatures are checked against it, never against a Host header.
    api_base_url
        Another server in place of ``https://api.twilio.com``, for tests.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: Secret[str],
        service_sid: str,
        public_url: str,
        api_base_url: str | None = None,
        connect_s: float = CONNECT_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._service_sid = service_sid
        self._public_url = public_url.rstrip("/")
        self._api_base_url = api_base_url
        self._connect_s = connect_s
        self._answer_s = answer_s

    @property
    def name(self) -> str:
        """Short name, as in ``messages.toml`` and in the tables."""
        return NAME

    def send(self, order: SendOrder) -> Outcome:
        """Create the message with one POST."""
        http = self._http(order.may_write)
        try:
            message = self._client(http).messages.create(
                to=_address(order.to, order.channel),
                **self._content(order),
                status_callback=f"{self._public_url}{CALLBACK_PATH}{order.token}",
                validity_period=order.validity_s,
            )
        except NotWritten as error:
            refusal = Refusal.NOT_WRITTEN if str(error) == "deadline" else Refusal.SLOW_DOWN
            return DefiniteNo(refusal=refusal, code=str(error))
        except Broken as error:
            return Unknown(code=str(error))
        except (TwilioRestException, TwilioServiceException) as error:
            outcome = classify(int(error.status), str(error.code or error.status), http.retry_after_s)
            log.warning("twilio did not take a message", extra={"status": error.status, "code": error.code})
            return outcome
        except (TwilioException, ValueError, TypeError, AttributeError):
            return Unknown(code="unreadable_answer")
        if not isinstance(message.sid, str) or not _SID.fullmatch(message.sid):
            return Unknown(code="answer_without_sid")
        return Accepted(sid=message.sid)

    def list_to(self, number: Secret[str], *, since: datetime, channel: Channel = Channel.SMS) -> Listing:
        """Return every message to a number on a channel, all pages.

        Not filtered by date at Twilio: its filter is on the date of sending, which queued messages have not.
        """
        try:
            address = _address(number, channel)
            stream = self._client(self._http()).messages.stream(to=address, page_size=_PAGE_SIZE)
            found = [_listed(one) for one in stream if str(one.status) != "canceled" and str(one.to) == address]
            return Listing(messages=tuple(one for one in found if one.created_at >= since))
        except (NotWritten, Broken, TwilioException, ValueError, TypeError, KeyError, AttributeError) as error:
            raise CannotList(type(error).__name__) from error

    def cancel(self, sid: str) -> bool:
        """Cancel a scheduled message."""
        try:
            self._client(self._http()).messages(sid).update(status="canceled")
        except (NotWritten, Broken, TwilioException, ValueError, TypeError, AttributeError):
            return False
        return True

    def forget(self, sid: str) -> bool:
        """Delete a message; Twilio refuses as long as it is on its way."""
        try:
            return bool(self._client(self._http()).messages(sid).delete())
        except (TwilioRestException, TwilioServiceException) as error:
            return int(error.status) == _GONE
        except (NotWritten, Broken, TwilioException, ValueError, TypeError, AttributeError):
            return False

    def read_callback(self, callback: Callback) -> Receipt:
        """Check ``X-Twilio-Signature`` over the configured public address and all fields, then read them."""
        fields = dict(callback.fields)
        url = f"{self._public_url}{CALLBACK_PATH}{callback.token}"
        validator = RequestValidator(self._auth_token.reveal())
        if len(fields) != len(callback.fields) or not validator.validate(url, fields, callback.signature):
            raise ForgedCallback
        sid = fields.get("MessageSid", "")
        word = fields.get("MessageStatus", "")
        if not _SID.fullmatch(sid) or not word or fields.get("AccountSid") != self._account_sid:
            raise MalformedCallback
        if word not in STATUSES:
            log.error("twilio reports a status that is not in our table", extra={"status": word})
        status = STATUSES.get(word, ReceiptStatus.ACCEPTED)
        code = fields.get("ErrorCode", "")
        return Receipt(
            token=callback.token,
            sid=sid,
            status=status,
            code=code,
            may_repeat=code in PASSING,
            is_returned=_is_returned(fields.get("To", ""), status, code),
        )

    def waiting_callbacks(self) -> tuple[Callback, ...]:
        """Return none: Twilio posts them."""
        return ()

    def acknowledge(self, callbacks: tuple[Callback, ...]) -> None:
        """Do nothing: the answer to Twilio's post says it."""

    def _content(self, order: SendOrder) -> dict[str, str]:
        template = order.template
        if template is None:
            return {"messaging_service_sid": self._service_sid, "body": order.body.reveal()}
        return {
            **_sender(template),
            "content_sid": template.content_sid,
            "content_variables": template.variables.reveal(),
        }

    def _http(self, may_write: Callable[[], bool] = lambda: True) -> "_OneShot":
        return _OneShot(may_write, connect_s=self._connect_s, answer_s=self._answer_s)

    def _client(self, http: "_OneShot") -> Client:
        client = Client(
            self._account_sid, self._auth_token.reveal(), http_client=http, environment=dict(_NO_ENVIRONMENT)
        )
        if self._api_base_url is not None:
            client.api.base_url = self._api_base_url
        return client


class _OneShot(HttpClient):  # type: ignore[misc]  # the library ships no types
    """The library's requests through `wire.exchange`."""

    def __init__(self, may_write: Callable[[], bool], *, connect_s: float, answer_s: float) -> None:
        super().__init__(log, is_async=False)
        self.retry_after_s: float | None = None
        self._may_write = may_write
        self._connect_s = connect_s
        self._answer_s = answer_s

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Exchange one request; the caller's wishes about time and redirects are not granted."""
        url = f"{uri}?{urlencode(params, doseq=True)}" if params else uri
        sent = dict(headers or {})
        if auth is not None:
            sent["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        body = urlencode(data, doseq=True) if data else None
        answer = exchange(
            method,
            url,
            body=body,
            headers=sent,
            may_write=self._may_write,
            connect_s=self._connect_s,
            answer_s=self._answer_s,
        )
        self.retry_after_s = retry_after_s(answer.headers, now=utc_now())
        return Response(answer.status, answer.text, answer.headers)


def _address(number: Secret[str], channel: Channel) -> str:
    return f"{_WHATSAPP if channel is Channel.WHATSAPP else ''}{number.reveal()}"


def _sender(template: Template) -> dict[str, str]:
    return {"messaging_service_sid" if template.sender.startswith(_SERVICE) else "from_": template.sender}


def _is_returned(to: str, status: ReceiptStatus, code: str) -> bool:
    return to.startswith(_WHATSAPP) and status in _NOT_ARRIVED and code in NOT_ON_WHATSAPP


def _listed(one: Any) -> ListedMessage:
    status = STATUSES.get(str(one.status), ReceiptStatus.ACCEPTED)
    return ListedMessage(
        sid=str(one.sid),
        body=Secret(str(one.body)),
        created_at=one.date_created,
        is_outbound=str(one.direction) == "outbound-api",
        can_be_cancelled=str(one.status) == "scheduled",
        is_returned=_is_returned(str(one.to), status, str(one.error_code)),
    )
