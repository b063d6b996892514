"""A verifier with the keyboard alone: invited, signed in by phone, passports handed out, calls made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

import pyotp
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import select, update

from api.app import create_app
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.domain.message import IntentState
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence.messages.message_tables import SmsIntentRow
from mobile_passport.persistence.tables import ApplicantRow, RequestRow
from mobile_passport.services.accounts.accounts import Rights, add_account
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.e2e.conftest import serving
from tests.e2e.inspection import DESK, Inspector
from tests.fakes.timing import HandTiming
from tests.mobile_passport.services.seasons import NOW
from tests.offices import published

__all__ = ["published"]

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

LOGIN, PASSWORD = "petugas.periksa", "kuda lari sawah hijau"
REACHED = "Tersambung: akan datang atau sudah tahu"
IS_IN_VIEW = "one => one.getBoundingClientRect().left >= 0 && one.getBoundingClientRect().right <= innerWidth"
FARTHEST = 80
"""Nobody presses the tabulator more often than this to get somewhere."""


@dataclass
class Clock:
    """What the app takes for now: the real hour, with which sessions begin, until somebody works in the season."""

    season: HandTiming
    is_in_season: bool = False

    def now(self) -> datetime:
        """The moment."""
        return self.season.wall() if self.is_in_season else utc_now()


class Verifier:
    """Somebody without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.inspector = Inspector(page)

    def reach(self, target: Locator) -> None:
        """Go on from here with the tabulator."""
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            if target.evaluate("one => one === document.activeElement"):
                return
        pytest.fail(f"the keyboard does not reach {target}")

    def press(self, name: str) -> None:
        """Reach the first button of that name and press it; wait for the page that follows."""
        self._enter(self.page.get_by_role("button", name=name).first)

    def follow(self, name: str) -> None:
        """Reach the first link of that name and follow it."""
        self._enter(self.page.get_by_role("link", name=name).first)

    def _enter(self, target: Locator) -> None:
        self.reach(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type(self, label: str, text: str) -> None:
        """Reach a field and fill it in."""
        self.reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(text)

    def sign_in(self, invitation: str) -> None:
        """Take an invitation, give the password, and enrol a phone by what its camera sees on the screen."""
        self.page.goto("/masuk")
        self.follow("Buat kata sandi")
        self.type("Kode undangan", invitation)
        self.type("Kata sandi baru", PASSWORD)
        self.type("Ulangi kata sandi baru", PASSWORD)
        self.press("Simpan")
        self.inspector.judge("masuk-baru")
        self._give_password()
        seen = zxingcpp.read_barcode(Image.open(BytesIO(self.page.locator(".kode-qr").screenshot())))
        assert seen
        self._give_code(pyotp.parse_uri(seen.text).now())  # type: ignore[union-attr]
        self._written_down = self.page.locator("pre").inner_text().split()
        self.inspector.judge("masuk-kode-cadangan")
        self.follow("Sudah saya simpan")
        self.page.get_by_role("heading", name="Periksa", exact=True).wait_for()

    def sign_in_without_phone(self) -> None:
        """Give the password and one of the codes that were written down."""
        self._give_password()
        self.inspector.judge("masuk-kode-lagi")
        self._give_code(self._written_down[0])
        self.page.get_by_role("heading", name="Periksa", exact=True).wait_for()

    def _give_password(self) -> None:
        self.type("Nama akun", LOGIN)
        self.type("Kata sandi", PASSWORD)
        self.press("Masuk")

    def _give_code(self, code: str) -> None:
        self.type("Kode", code)
        self.press("Lanjut")


@pytest.fixture
def clock() -> Clock:
    """The season begins on the day of its publication."""
    return Clock(HandTiming(NOW))


@pytest.fixture
def invitation(published: World) -> str:
    """Code that somebody new was given."""
    rights = Rights(role=Role.VERIFIER)
    made = add_account(published, LOGIN, rights, display_name="Petugas Contoh", actor="test", now=utc_now())
    return made.secret.reveal()


@pytest.fixture
def verifier(browser: Browser, published: World, clock: Clock, invitation: str) -> Iterator[Verifier]:
    """Somebody who has just signed in for the first time."""
    app = create_app(published, build_desk(published, Settings(), clock.season))
    app.dependency_overrides[utc_now] = clock.now
    with serving(app) as address:
        context = browser.new_context(viewport=DESK, locale="id-ID", base_url=address)
        context.set_default_timeout(15_000)
        verifier = Verifier(context.new_page())
        verifier.sign_in(invitation)
        clock.is_in_season = True
        yield verifier
        context.close()


def test_passports_that_came_are_announced_and_handed_out(verifier: Verifier, published: World, clock: Clock) -> None:
    first, second = _serve_two(published)
    page = verifier.page
    verifier.follow("Paspor")
    verifier.reach(page.get_by_role("checkbox", name=first))
    page.keyboard.press("Space")
    verifier.press("Siap diambil…")
    page.get_by_role("heading", name="Paspor siap diambil").wait_for()
    verifier.inspector.judge("paspor-akan-ditandai")
    assert _announced(published) == []
    verifier.press("Ya, tandai dan beri tahu")
    page.get_by_text("Sudah dicatat. Pemiliknya diberi tahu.").wait_for()
    assert _announced(published) == [IntentState.PENDING]
    verifier.inspector.judge("paspor-sudah-ditandai")
    verifier.press(f"Sudah diambil: {first}")
    page.get_by_text("Sudah dicatat: paspor diambil.").wait_for()
    assert not page.get_by_role("row", name=first).is_visible()
    verifier.follow("Sudah diambil")
    assert page.get_by_role("row", name=first).is_visible()
    verifier.follow("Ditunggu")
    assert page.get_by_role("checkbox", name=second).is_visible()
    assert not page.get_by_role("checkbox", name=first).is_visible()
    clock.is_in_season = False
    verifier.press("Keluar")
    verifier.sign_in_without_phone()


def test_a_call_that_was_made_leaves_the_list_and_one_that_reached_nobody_comes_back(
    verifier: Verifier, published: World, clock: Clock
) -> None:
    _fail_two_messages(published)
    page, cards = verifier.page, verifier.page.get_by_role("listitem")
    verifier.follow("Telepon")
    first, second = cards.get_by_role("heading").all_inner_texts()
    verifier.reach(cards.first.get_by_text("Sudah ditelepon"))
    page.keyboard.press("Enter")
    verifier.inspector.judge("telepon-hasil")
    verifier.reach(page.get_by_role("radio", name=REACHED))
    page.keyboard.press("Space")
    verifier.press("Simpan")
    page.get_by_text("Sudah dicatat.").wait_for()
    assert cards.get_by_role("heading").all_inner_texts() == [second]

    verifier.reach(cards.first.get_by_text("Sudah ditelepon"))
    page.keyboard.press("Enter")
    verifier.reach(page.get_by_role("radio", name=REACHED))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("radio", name="Belum tersambung").is_checked()
    verifier.reach(page.get_by_label("Catatan, bila perlu"))
    page.keyboard.type("tidak aktif")
    verifier.press("Simpan")
    page.get_by_text("Tidak ada yang perlu ditelepon.").wait_for()
    verifier.inspector.judge("telepon-selesai")

    clock.season.advance(timedelta(days=1).total_seconds())
    page.goto("/telepon")
    assert cards.get_by_role("heading").all_inner_texts() == [second]
    assert page.get_by_text("tidak aktif").first.is_visible()
    assert page.locator(".bilah nav [aria-current]").evaluate(IS_IN_VIEW), "the menu of a phone begins where one is"
    verifier.inspector.judge("telepon-besok")
    assert first != second


def _serve_two(world: World) -> list[str]:
    """Let a team have served two people who fetch their passports themselves; returns their names."""
    with world.database.transaction() as session:
        request = session.scalars(select(RequestRow.id).where(RequestRow.external_reference == "3/2026")).one()
        people = session.scalars(
            select(ApplicantRow).where(ApplicantRow.request_id == request).order_by(ApplicantRow.position).limit(2)
        ).all()
        session.execute(update(RequestRow).where(RequestRow.id == request).values(category="umrah"))
        for one in people:
            one.status = ApplicantStatus.SERVED
    return ["Orang Contoh 201", "Orang Contoh 202"]


def _fail_two_messages(world: World) -> None:
    """Let every message have arrived but two about slots."""
    with world.database.transaction() as session:
        failed = session.scalars(select(SmsIntentRow.id).where(SmsIntentRow.kind == "slot").limit(2)).all()
        session.execute(update(SmsIntentRow).values(state=IntentState.DELIVERED))
        session.execute(
            update(SmsIntentRow)
            .where(SmsIntentRow.id.in_(failed))
            .values(state=IntentState.UNDELIVERED, reason="undelivered_30005")
        )


def _announced(world: World) -> list[str]:
    with world.database.reading() as session:
        return list(session.scalars(select(SmsIntentRow.state).where(SmsIntentRow.kind == "passport_ready")))
