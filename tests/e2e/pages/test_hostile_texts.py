"""What people wrote is never markup: an office whose every text breaks out of what it is put into, seen by a browser.

`tests/api/test_markup.py` guards the rules by which pages are written; the phones of the teams are walked in
`tests/e2e/field`, drawings and the sheet that they print in `tests/mobile_passport/documents`.
"""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page
from sqlalchemy import String

from mobile_passport.persistence.schema import METADATA
from tests.databases import Databases
from tests.e2e.conftest import serving
from tests.e2e.inspection import DESK
from tests.e2e.pages.hostile import BREAKS_OUT, COLUMNS, PAYLOAD, UNCLEAR, write_payloads
from tests.e2e.pages.office import BusyOffice, busy_office
from tests.e2e.pages.test_every_page import SIGHTS, Sight
from tests.mobile_passport.services.seasons import DRAFTED, NOW, office_on

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

_ASKED = quote(PAYLOAD)
WALK = {name: sight for name, sight in SIGHTS.items() if not name.startswith("masalah-")} | {
    "riwayat": Sight(path="/aturan/standard/riwayat", who="planner"),
    "ditanya-masuk": Sight(path=f"/masuk?lanjut={_ASKED}"),
    "ditanya-audit": Sight(path=f"/audit?permohonan={_ASKED}", who="auditor", status=0),
    "ditanya-desa": Sight(path=f"/periksa?nomor={UNCLEAR}&cari={_ASKED}", who="planner"),
    "ditanya-tempat": Sight(path=f"/tempat?cari={_ASKED}", who="planner", status=0),
    "ditanya-kelompok": Sight(path=f"/kelompok?cari={_ASKED}&q={_ASKED}", who="clerk", status=0),
    "tidak-ada": Sight(path=f"/{_ASKED}", status=404),
}
"""Every page there is, and pages that are asked for payloads."""
SEEN_ON = {
    "account.login": "akun",
    "actor": "audit",
    "applicant.name": "kelompok-cetak",
    "applicant.party": "kelompok-orang",
    "appointment.venue": "link-ditanya",
    "field_device.label": "tinjauan-lapangan-kosong",
    "group_draft.content": "baru-daftar",
    "kept_form.fields": "isian",
    "plan_visit.venue": "publik",
    "rank_override.reason": "antrean",
    "request.asker_name": "kelompok-cetak",
    "request.external_reference": "kelompok",
    "request.own_venue": "tempat",
    "request.place_label": "kelompok",
    "request.place_text": "periksa",
    "rule_edition.reason": "riwayat",
    "rules.label": "publik",
    "rules.paper": "link-ditanya",
    "rules.sentence": "publik-layanan",
    "rules.source": "tim",
    "rules.text": "publik-layanan",
    "survey_result.source": "ikhtisar-skm",
    "venue.label": "tempat-satu",
}
"""Where each of the payloads has to stand as text, or the walk would show nothing."""
MAPS = {
    "/rencana/{draft}?hari=2026-12-01": ("plan_visit.venue", "rules.label"),
    f"/periksa?nomor={UNCLEAR}&cari=sumberjo": ("request.place_text",),
}
"""Pages with pop-ups, and what stands in some of them."""

SENTENCE = 80
"""Characters."""
ELSEWHERE = {
    "on no page": """
        account.display_name account.oidc_subject account.password_hash account.totp_secret api_token.label
        idempotency.answer idempotency.key organisation.label simulated_sms.body simulated_sms.to sms_intent.body
        sms_intent.template sms_intent.to venue.source""",
    "of a form that intake and the rules of telephones, dates and NIK leave no choice": """
        applicant.birth_date applicant.needs applicant.nik applicant.phone request.contact_phone""",
    "written by the program alone": """
        call_made.reason kept_form.path plan.plan_json plan.problem_json plan_order.order_json
        plan_visit.reason_change plan_visit.reason_detail planning_run.failure sms_subject.topic""",
    "masked on pages": "request.contact_name",
    "on the phones of the teams": "field_operation.text",
    "seen as what it holds": "rule_edition.content",
}
"""Every other column with room for a sentence, by why no payload of its own has to be seen."""

_MADE = r"""() => [
    ...document.querySelectorAll('img[src="x"]'),
    ...[...document.scripts].filter((one) => !one.src),
    ...[...document.querySelectorAll("*")].filter((one) =>
        [...one.attributes].some(({ name, value }) => name.startsWith("on") || /^\s*javascript:/i.test(value))),
].map((one) => one.outerHTML)"""
"""Everything on a page that only a text can have made."""
_SAID = r"""() => [
    document.documentElement.textContent,
    ...[...document.querySelectorAll("input, textarea, option")].map(({ value }) => value),
].join("\n")"""
_OPEN_POP_UPS = r"""() => {
    const said = [];
    for (const { map } of document.querySelectorAll(".peta-interaktif")) {
        map.eachLayer((layer) => {
            if (!layer.getPopup?.()) return;
            layer.getPopup().options.autoClose = false;
            layer.openPopup();
            said.push(layer.getPopup().getElement().textContent);
        });
    }
    return said.join("\n");
}"""


class Walker:
    """One browser that is everybody in turn, and notes what no page of ours does."""

    def __init__(self, page: Page, office: BusyOffice, address: str) -> None:
        self.page, self._office, self._address = page, office, address
        self.alarms: list[str] = []
        page.on("dialog", self._dialog)
        page.on("console", self._console)

    def open(self, name: str, sight: Sight) -> str:
        """Open a page; returns everything that it says."""
        context, names = self.page.context, self._office.names
        self.alarms.clear()
        context.clear_cookies()
        if sight.who:
            cookie, _, value = self._office.cookies[sight.who].partition("=")
            context.add_cookies([{"name": cookie, "value": value, "url": self._address}])
        self._office.now = NOW + timedelta(days=sight.days_later)
        answer = self.page.goto(self._address + sight.path.format_map(names), wait_until="domcontentloaded")
        assert answer
        assert sight.status in (0, answer.status), (name, answer.status)
        return self.judged(name)

    def judged(self, name: str) -> str:
        """Look for what texts can have made of the page that shows; returns what it says."""
        assert self.page.evaluate(_MADE) == [], name
        said: str = self.page.evaluate(_SAID)
        assert "q49q" not in said, name
        assert self.alarms == [], name
        return said

    def _dialog(self, dialog: Dialog) -> None:
        self.alarms.append(dialog.message)
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.alarms.append(message.text)


@pytest.fixture(scope="module")
def office(databases: Databases) -> Iterator[BusyOffice]:
    """An office with something on every page, all of it hostile."""
    with office_on(databases.copy_of(DRAFTED)) as world:
        office = busy_office(world)
        write_payloads(world)
        yield office


@pytest.fixture(scope="module")
def walker(browser: Browser, office: BusyOffice) -> Iterator[Walker]:
    """Who walks through its pages."""
    with serving(office.app) as address:
        context = browser.new_context(viewport=DESK, locale="id-ID")
        yield Walker(context.new_page(), office, address)
        context.close()


def test_no_text_that_people_wrote_becomes_markup_on_any_page(walker: Walker) -> None:
    said = {name: walker.open(name, sight) for name, sight in WALK.items()}
    assert {name for name, page in SEEN_ON.items() if name + BREAKS_OUT not in said[page]} == set()


@pytest.mark.parametrize("path", MAPS)
def test_no_text_becomes_markup_in_the_pop_ups_of_a_map(walker: Walker, path: str) -> None:
    walker.open(path, Sight(path=path, who="planner"))
    walker.page.locator(".leaflet-interactive").first.wait_for()
    said: str = walker.page.evaluate(_OPEN_POP_UPS)
    walker.judged(path)
    assert {name for name in MAPS[path] if name + BREAKS_OUT not in said} == set()


def test_every_column_with_room_for_a_sentence_is_seen_as_a_payload_or_is_no_matter_of_pages() -> None:
    overwritten = {f"{table}.{column}" for table, columns in COLUMNS.items() for column in columns}
    assert overwritten <= SEEN_ON.keys()
    columns = [column for table in METADATA.tables.values() for column in table.columns]
    roomy = {str(one) for one in columns if isinstance(one.type, String) and (one.type.length or SENTENCE) >= SENTENCE}
    sealed = {str(one).removesuffix("_sealed") for one in columns if one.name.endswith("_sealed")}
    assert (roomy | sealed) - SEEN_ON.keys() == set(" ".join(ELSEWHERE.values()).split())
