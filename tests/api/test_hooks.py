"""Reports of the message provider, signed and not."""

import pytest
from fastapi.testclient import TestClient
from twilio.request_validator import RequestValidator

from api.app import create_app
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings, SmsProvider

SECRET = "token of the account, in the tests only"
URL = "https://paspor.example.go.id"
TOKEN = "f" * 32


@pytest.fixture
def client(world: World) -> TestClient:
    """The app behind a proxy, with Twilio as provider: it hears another host than the one that was signed."""
    settings = Settings(
        sms_provider=SmsProvider.TWILIO,
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token=SECRET,  # type: ignore[arg-type]  # pydantic makes the secret
        twilio_messaging_service_sid="MG" + "0" * 32,
        public_url=URL,
    )
    return TestClient(create_app(world, build_desk(world, settings)))


def post(client: TestClient, fields: dict[str, str], *, signed_for: str = f"{URL}/hooks/twilio/{TOKEN}") -> int:
    signature = RequestValidator(SECRET).compute_signature(signed_for, fields)
    answer = client.post(f"/hooks/twilio/{TOKEN}", data=fields, headers={"X-Twilio-Signature": signature})
    return answer.status_code


REPORT = {"AccountSid": "AC" + "0" * 32, "MessageSid": "SM" + "1" * 32, "MessageStatus": "delivered", "ErrorCode": ""}


def test_a_signed_report_about_an_unknown_attempt_is_taken_and_changes_nothing(client: TestClient) -> None:
    assert post(client, REPORT) == 204


@pytest.mark.parametrize(
    "signed_for",
    [
        pytest.param(f"http://testserver/hooks/twilio/{TOKEN}", id="the address that the proxy passed on"),
        pytest.param(f"{URL}/hooks/twilio/{'e' * 32}", id="another attempt"),
        pytest.param(f"https://evil.example/hooks/twilio/{TOKEN}", id="another host"),
    ],
)
def test_a_signature_for_another_address_is_refused(client: TestClient, signed_for: str) -> None:
    assert post(client, REPORT, signed_for=signed_for) == 403


def test_no_signature_and_altered_fields_are_refused(client: TestClient) -> None:
    assert client.post(f"/hooks/twilio/{TOKEN}", data=REPORT).status_code == 403
    signature = RequestValidator(SECRET).compute_signature(f"{URL}/hooks/twilio/{TOKEN}", REPORT)
    altered = {**REPORT, "MessageStatus": "failed"}
    headers = {"X-Twilio-Signature": signature}
    assert client.post(f"/hooks/twilio/{TOKEN}", data=altered, headers=headers).status_code == 403


def test_a_signed_text_that_is_no_report_is_malformed(client: TestClient) -> None:
    assert post(client, {"Hello": "world"}) == 400


def test_a_report_of_a_megabyte_is_not_read_to_its_end(client: TestClient) -> None:
    assert client.post(f"/hooks/twilio/{TOKEN}", content=b"a" * 1_000_000).status_code == 413
