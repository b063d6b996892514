"""Signing in as a browser does it, with the pages' own forms and no script."""

import re
from dataclasses import replace

import pyotp
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.cookies import NAME
from api.csrf import csrf_token
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.services.accounts.accounts import Rights, add_account, reset_account
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.accounts import organisation

PASSWORD = "kuda lari sawah hijau"


class Browser:
    """Keeps cookies, reads forms and sends them back."""

    def __init__(self, world: World, url: str = "http://testserver") -> None:
        self.client = TestClient(create_app(world, build_desk(world, Settings())), base_url=url)
        self.client.headers["Accept"] = "text/html"
        self.client.headers["User-Agent"] = "Mozilla/5.0 (Android 15; Mobile)"

    def fill(self, path: str, *, into: str | None = None, **fields: str) -> Response:
        """Open a page, fill its form in and send it; redirects are shown, not followed."""
        form = dict(re.findall(r'type="hidden" name="(\w+)"[^>]*value="([^"]*)"', self.client.get(path).text))
        return self.client.post(into or path, data=form | fields, follow_redirects=False)

    @property
    def session(self) -> str | None:
        """The session's cookie."""
        return self.client.cookies.get(NAME)


@pytest.fixture
def browser(world: World) -> Browser:
    """A browser that was never here."""
    return Browser(world)


def invited(world: World, role: Role) -> tuple[str, str]:
    """Make an account by invitation; returns login and the invitation's code."""
    owner = organisation(world).id if role is Role.COORDINATOR else None
    login = f"{role.value}.{utc_now().timestamp()}"
    made = add_account(
        world, login, Rights(role=role, organisation_id=owner), display_name="Orang Uji", actor="test", now=utc_now()
    )
    return made.account.login, made.secret.reveal()


def with_password(world: World, browser: Browser, role: Role) -> str:
    """Make an account that has used its invitation; returns the login."""
    login, secret = invited(world, role)
    answer = browser.fill("/undangan", secret=secret, password=PASSWORD, again=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/masuk?baru=1")
    return login


def test_a_coordinator_sets_a_password_signs_in_and_leaves(world: World, browser: Browser) -> None:
    login = with_password(world, browser, Role.COORDINATOR)
    answer = browser.fill("/masuk", login=login.upper(), password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/kelompok")
    assert browser.client.get("/akun/sandi").status_code == 200
    answer = browser.fill("/akun/sandi", into="/keluar")
    assert (answer.status_code, answer.headers["location"]) == (303, "/masuk")
    assert browser.session is None
    assert (
        browser.client.get("/akun/sandi", follow_redirects=False).headers["location"] == "/masuk?lanjut=%2Fakun%2Fsandi"
    )


def test_the_session_of_somebody_who_left_is_worth_nothing(world: World, browser: Browser) -> None:
    login = with_password(world, browser, Role.COORDINATOR)
    browser.fill("/masuk", login=login, password=PASSWORD)
    session = browser.session
    browser.fill("/akun/sandi", into="/keluar")
    assert (
        browser.client.get("/akun/sandi", headers={"Cookie": f"{NAME}={session}"}, follow_redirects=False).status_code
        == 303
    )


def test_staff_enrol_a_second_factor_and_need_it_from_then_on(world: World, browser: Browser) -> None:
    login = with_password(world, browser, Role.PLANNER)
    answer = browser.fill("/masuk", login=login, password=PASSWORD, lanjut="/akun/sandi")
    assert answer.headers["location"] == "/masuk/kode?lanjut=%2Fakun%2Fsandi"
    assert browser.client.get("/akun/sandi", follow_redirects=False).status_code == 303, (
        "the password alone opens nothing"
    )
    waiting = browser.session
    page = browser.client.get("/masuk/kode").text
    assert "<svg" in page
    totp = pyotp.TOTP(re.findall(r"<pre>(\w+)</pre>", page)[0])
    code = totp.now()
    answer = browser.fill("/masuk/kode?lanjut=/akun/sandi", code=code)
    codes = re.findall(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b", answer.text)
    assert (answer.status_code, len(codes)) == (200, world.account_rules.second_factor.recovery_codes)
    assert browser.session != waiting, "another session begins with the rights"
    assert browser.client.get("/akun/sandi").status_code == 200

    again = Browser(world)
    again.fill("/masuk", login=login, password=PASSWORD)
    assert "<svg" not in again.client.get("/masuk/kode").text
    assert again.fill("/masuk/kode", code=code).status_code == 401, "a code is taken once"
    assert again.fill("/masuk/kode", code=codes[0].lower()).headers["location"] == "/rencana"

    third = Browser(world)
    third.fill("/masuk", login=login, password=PASSWORD)
    assert third.fill("/masuk/kode", code=codes[0]).status_code == 401, "and so is a recovery code"


def test_a_wrong_password_and_an_unknown_login_get_the_same_page(world: World, browser: Browser) -> None:
    login = with_password(world, browser, Role.COORDINATOR)
    wrong = browser.fill("/masuk", login=login, password="salah sekali ini")
    unknown = browser.fill("/masuk", login=login[::-1], password="salah sekali ini")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(login, "") == unknown.text.replace(login[::-1], "")


def test_many_failures_make_wait_and_say_how_long(world: World, browser: Browser) -> None:
    login = with_password(world, browser, Role.COORDINATOR)
    answers = [browser.fill("/masuk", login=login, password="salah sekali ini") for _ in range(8)]
    assert {answer.status_code for answer in answers[:6]} == {401}
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["retry-after"]) <= 15


def test_a_session_that_was_planted_before_signing_in_gets_no_rights(world: World, browser: Browser) -> None:
    login = with_password(world, browser, Role.COORDINATOR)
    browser.client.cookies.set(NAME, "planted", domain="testserver.local", path="/")
    answer = browser.fill("/masuk", login=login, password=PASSWORD)
    assert "planted" not in answer.headers["set-cookie"]
    thief = Browser(world)
    thief.client.cookies.set(NAME, "planted")
    assert thief.client.get("/akun/sandi", follow_redirects=False).status_code == 303


def test_another_password_signs_every_other_browser_out(world: World, browser: Browser) -> None:
    login = with_password(world, browser, Role.COORDINATOR)
    other = Browser(world)
    for one in (browser, other):
        one.fill("/masuk", login=login, password=PASSWORD)
    new = "empat burung biru terbang"
    assert browser.fill("/akun/sandi", old="bukan ini", password=new, again=new).status_code == 401
    assert browser.fill("/akun/sandi", old=PASSWORD, password=new, again="lain").status_code == 422
    assert browser.fill("/akun/sandi", old=PASSWORD, password=new, again=new).status_code == 303
    assert browser.client.get("/akun/sandi", follow_redirects=False).status_code == 200
    assert other.client.get("/akun/sandi", follow_redirects=False).status_code == 303


def test_an_invitation_is_used_once_and_not_for_a_weak_password(world: World, browser: Browser) -> None:
    login, secret = invited(world, Role.COORDINATOR)
    for weak in ("pendek", "imigrasi2026", "aaaaaaaaaaaaaaa", f"{login}1"):
        assert browser.fill("/undangan", secret=secret, password=weak, again=weak).status_code == 409
    assert browser.fill("/undangan", secret=secret, password=PASSWORD, again=PASSWORD).status_code == 303
    assert browser.fill("/undangan", secret=secret, password=PASSWORD, again=PASSWORD).status_code == 404


def test_who_is_reset_needs_a_new_invitation(world: World, browser: Browser) -> None:
    login = with_password(world, browser, Role.COORDINATOR)
    reset_account(world, login, actor="test", now=utc_now())
    assert browser.fill("/masuk", login=login, password=PASSWORD).status_code == 401


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere_after_signing_in(world: World, browser: Browser, onward: str) -> None:
    login = with_password(world, browser, Role.COORDINATOR)
    assert browser.fill("/masuk", login=login, password=PASSWORD, lanjut=onward).headers["location"] == "/kelompok"


@pytest.mark.parametrize("path", ["/masuk", "/undangan"])
def test_a_form_of_another_site_is_refused(browser: Browser, path: str) -> None:
    assert browser.client.post(path, data={"csrf": csrf_token("")}).status_code == 403, "no cookie, no proof"
    browser.client.get(path)
    assert browser.client.post(path, data={"login": "x", "password": "y"}).status_code == 403
    assert browser.fill(path, csrf="0" * 64).status_code == 403
    browser.client.headers["Origin"] = "https://evil.example"
    assert browser.fill(path).status_code == 403
    browser.client.headers["Origin"] = "http://testserver"
    browser.client.headers["Sec-Fetch-Site"] = "cross-site"
    assert browser.fill(path).status_code == 403


def test_behind_tls_cookies_are_bound_to_this_host(world: World) -> None:
    browser = Browser(replace(world, public_url="https://paspor.example"), url="https://paspor.example")
    login = with_password(world, browser, Role.COORDINATOR)
    answer = browser.fill("/masuk", login=login, password=PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"__Host-{NAME}=")
    for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie
