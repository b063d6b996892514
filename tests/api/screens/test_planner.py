"""The office's screens: what they show, who may open them, and that no form works without proof of its origin."""

import re
import threading
from datetime import date
from urllib.parse import quote, urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import update

from api.i18n import english
from mobile_passport.documents.formats import INDONESIAN
from mobile_passport.domain.access import Caller, Role
from mobile_passport.domain.override import OverrideKind
from mobile_passport.domain.planning_run import RunProgress, RunState, SearchStage
from mobile_passport.domain.reasons import reason_text
from mobile_passport.persistence.plans.planning_runs import PlanningRuns
from mobile_passport.persistence.tables import PlanMemberRow, PlanVisitRow
from mobile_passport.services.audit.overrides import list_overrides
from mobile_passport.services.plans.adjust_plan import expect_adjustments, held_visits
from mobile_passport.services.plans.planning_runs import list_runs
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from optimizer.gathering.problem import UnservedCode
from optimizer.plan import ReasonCode
from optimizer.solve import warm_up
from tests.accounts import account, browser
from tests.api.screens.desk import HTML, Desk, app, caller, planner
from tests.mobile_passport.services.plans.test_adjust_plan import (
    empty_shift,
    free,
    promised,
    stop,
    visits,
)
from tests.mobile_passport.services.seasons import DRAFT, NOW, letter, person, rows
from tests.offices import drafted

__all__ = ["app", "caller", "drafted", "planner"]

PAGES = {
    "/rencana": {Role.PLANNER, Role.VERIFIER, Role.SUPERVISOR, Role.AUDITOR},
    f"/rencana/{DRAFT}": {Role.PLANNER, Role.VERIFIER, Role.SUPERVISOR, Role.AUDITOR},
    f"/rencana/{DRAFT}/banding?dengan=1": {Role.PLANNER, Role.VERIFIER, Role.SUPERVISOR, Role.AUDITOR},
    f"/rencana/{DRAFT}/terbit": {Role.PLANNER},
    "/antrean": {Role.PLANNER, Role.VERIFIER, Role.SUPERVISOR, Role.AUDITOR},
    "/periksa": {Role.PLANNER, Role.VERIFIER},
    "/telepon": {Role.PLANNER, Role.VERIFIER, Role.SUPERVISOR},
    "/pesan": {Role.PLANNER, Role.VERIFIER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN},
    "/tempat/3504011001": {Role.PLANNER, Role.VERIFIER},
    "/ikhtisar": {Role.PLANNER, Role.VERIFIER, Role.SUPERVISOR, Role.AUDITOR},
}
FORMS = (
    "/rencana/jalankan",
    f"/rencana/{DRAFT}/ubah",
    f"/rencana/{DRAFT}/terbit",
    "/antrean/usul",
    "/periksa/BLI-2026-0001",
    "/pesan/henti",
    "/pesan/mulai",
    "/tempat/3504011001",
    "/tempat/3504011001/survei",
)


def test_each_page_opens_for_its_roles_and_no_other(app: FastAPI, drafted: World) -> None:
    opened: dict[str, set[Role]] = {path: set() for path in PAGES}
    for role in Role:
        client = TestClient(app, headers=browser(drafted, account(drafted, role)) | HTML)
        for path in PAGES:
            status = client.get(path).status_code
            assert status in (200, 403), f"{role} {path}"
            if status == 200:
                opened[path].add(role)
    assert opened == PAGES


def test_no_form_works_without_its_token(planner: Desk, drafted: World) -> None:
    before = rows(drafted, "plan"), rows(drafted, "venue"), rows(drafted, "planning_run")
    assert {path: planner.refused(path) for path in FORMS} == dict.fromkeys(FORMS, 403)
    assert (rows(drafted, "plan"), rows(drafted, "venue"), rows(drafted, "planning_run")) == before


def test_a_run_is_asked_for_watched_and_called_off(planner: Desk, drafted: World) -> None:
    planner.send("/rencana/jalankan", limit_s="5")
    page = planner.get("/rencana")
    assert "menunggu giliran" in page
    assert 'hx-trigger="every 2s"' in page
    (run,) = list_runs(drafted, before=None, limit=9)
    planner.send(f"/rencana/proses/{run.id}/batal")
    page = planner.get("/rencana")
    assert "dibatalkan" in page
    assert "hx-trigger" not in page
    assert "sudah berakhir" in planner.follow(f"/rencana/proses/{run.id}/batal")
    assert "sudah berakhir" not in planner.get("/rencana")


def test_a_run_under_way_tells_how_many_people_it_serves_and_how_good_it_is(planner: Desk, drafted: World) -> None:
    planner.send("/rencana/jalankan", limit_s="60")
    (run,) = list_runs(drafted, before=None, limit=9)
    with drafted.database.transaction() as session:
        runs = PlanningRuns(session, drafted.kanim)
        runs.take(now=NOW)
        look = RunProgress(stage=SearchStage.ROUTING, objective=98.0, bound=100.0, people=44, elapsed_s=12.0)
        runs.beat(run.id, look, now=NOW)
    for page in (planner.get("/rencana"), planner.part("/rencana")):
        assert "44 dari 79 orang" in page
        assert "tanpa yang sudah dijanjikan" in page
        assert "menyusun rute" in page
        assert "Paling banyak 2,0% di bawah yang terbaik pada tahap ini" in page
        assert "12 detik" in page


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("elapsed_s", [12.0, None])
def test_a_finished_run_counts_everyone_and_says_when_nothing_was_new(
    planner: Desk, drafted: World, elapsed_s: float | None
) -> None:
    planner.send("/rencana/jalankan", limit_s="60")
    (run,) = list_runs(drafted, before=None, limit=9)
    with drafted.database.transaction() as session:
        runs = PlanningRuns(session, drafted.kanim)
        runs.take(now=NOW)
        runs.beat(run.id, RunProgress(objective=98.0, bound=98.0, people=1_331, elapsed_s=elapsed_s), now=NOW)
        runs.end(run.id, RunState.FINISHED, plan_version=DRAFT, now=NOW)
    page = planner.get("/rencana")
    assert "yang sudah dijanjikan</dt><dd>1.331 orang" in page
    assert "Terbukti: untuk kelompok dan tempat ini" in page
    assert "Tahap ini" not in page
    assert ("Tidak ada yang berubah sejak versi ini dibuat" in page) == (elapsed_s is None)


def test_htmx_gets_a_part_and_not_the_page(planner: Desk) -> None:
    planner.send("/rencana/jalankan", limit_s="5")
    part = planner.part("/rencana")
    assert part.lstrip().startswith('<div id="proses"')
    assert f'href="/rencana/{DRAFT}"' in part, "a run that ends brings its version into the list"
    assert planner.part("/pesan").lstrip().startswith('<div id="stand"')


def test_a_version_shows_each_visit_and_tells_promises_apart(planner: Desk, drafted: World) -> None:
    page = planner.get(f"/rencana/{DRAFT}")
    for name in visits(drafted):
        assert f'id="{name}"' in page
    cards = dict(re.findall(r'<li class="kunjungan tim-\d" id="([A-Z]-\d+)"( draggable="true")?', page))
    assert cards[free(drafted).visit]
    assert not cards[promised(drafted).visit]


def test_the_solver_is_loaded_while_whoever_may_change_a_draft_reads_it(
    app: FastAPI, planner: Desk, drafted: World
) -> None:
    expect_adjustments.cache_clear()
    warm_up.cache_clear()
    verifier = Desk(app, drafted, account(drafted, Role.VERIFIER))
    verifier.get(f"/rencana/{DRAFT}")
    planner.get("/rencana/1")  # published, and changes no more
    assert expect_adjustments.cache_info().currsize == 0
    planner.get(f"/rencana/{DRAFT}")
    for thread in threading.enumerate():
        if thread.name == "warm-up":
            thread.join()
    assert warm_up.cache_info().currsize == 1


def test_the_map_shows_what_the_board_shows(planner: Desk, drafted: World) -> None:
    features = planner.get(f"/rencana/{DRAFT}/peta.json")
    for name in visits(drafted):
        assert f"{name} " in features


def test_the_map_speaks_the_language_of_the_page(planner: Desk) -> None:
    assert " people" in planner.get(f"/rencana/{DRAFT}/peta.json?bahasa=en")
    assert " orang" not in planner.get(f"/rencana/{DRAFT}/peta.json?bahasa=en")


def test_every_reason_and_remedy_has_its_english() -> None:
    sentences = {reason_text(code).sentence for code in (*ReasonCode, *UnservedCode, "no_day_before_deadline", "x")}
    assert sentences - set(english()) == set()


def test_the_board_has_every_day_to_which_a_visit_can_go_and_says_which_are_holidays(planner: Desk) -> None:
    page = planner.get(f"/rencana/{DRAFT}")
    asked = set(re.findall(r'<option value="(unit-[^"]+)"', page))
    assert asked == set(re.findall(r'<td data-shift="([^"]+)"', page))
    assert any(shift.endswith("2027-01-25") for shift in asked)
    assert re.search(r"Jumat, 25 Des</th><td[^>]*>Libur: [^<]*Natal", page)
    assert not any(shift.endswith("2026-12-25") for shift in asked)


def test_a_day_of_the_board_shows_its_route_in_words_and_on_the_map(planner: Desk, drafted: World) -> None:
    day = stop(free(drafted)).starts_at.astimezone(drafted.rulebook.office.zone).date()
    assert f"/rencana/{DRAFT}?hari={day}#peta" in planner.get(f"/rencana/{DRAFT}")
    page = planner.get(f"/rencana/{DRAFT}?hari={day}")
    assert f'data-day="{day}"' in page
    assert re.search(r'<p class="rute">.*→ 1\. .* → kembali', page)


def test_the_effect_is_shown_before_it_counts_and_then_makes_a_new_draft(planner: Desk, drafted: World) -> None:
    change = {"kind": "move", "visit": free(drafted).visit, "shift": empty_shift(drafted)}
    page = planner.get(f"/rencana/{DRAFT}/ubah?{urlencode(change)}")
    assert "Akibat perubahan ini" in page
    assert len(rows(drafted, "plan")) == DRAFT
    where = planner.send(f"/rencana/{DRAFT}/ubah", **change)
    assert where == f"/rencana/{DRAFT + 1}#{free(drafted).visit}"
    assert stop(visits(drafted, DRAFT + 1)[free(drafted).visit]).shift == change["shift"]


def test_broken_rules_are_named_in_words_before_and_after_a_change_is_accepted(planner: Desk, drafted: World) -> None:
    told, one = promised(drafted).visit, free(drafted).visit
    path = f"/rencana/{DRAFT}/ubah"
    change = {"kind": "move", "visit": told, "shift": empty_shift(drafted)}
    for page in (planner.get(f"{path}?{urlencode(change)}"), planner.follow(path, **change)):
        assert f"{told} tidak dapat diubah seperti itu" in page
        assert "Orangnya sudah diberi tahu" in page
    assert "Pilih dulu tanggal" in planner.get(f"{path}?kind=forbid&visit={one}&day=")
    assert "tidak dikunci" in planner.follow(path, kind="unlock", visit=one)
    assert len(rows(drafted, "plan")) == DRAFT


@pytest.mark.database("sqlite")
def test_a_visit_is_locked_whatever_else_the_form_holds(planner: Desk, drafted: World) -> None:
    one = free(drafted)
    fields = {"kind": "lock", "visit": one.visit, "shift": stop(one).shift, "day": "2026-12-01"}
    assert "Akibat perubahan ini" in planner.get(f"/rencana/{DRAFT}/ubah?{urlencode(fields)}")
    assert re.search(r"<p>Dikunci", planner.follow(f"/rencana/{DRAFT}/ubah", **fields))


@pytest.mark.database("sqlite")
def test_a_page_of_an_effect_is_found_again_after_signing_in_and_in_the_other_language(
    app: FastAPI, planner: Desk, drafted: World
) -> None:
    path = f"/rencana/{DRAFT}/ubah?kind=lock&visit={free(drafted).visit}"
    assert f"/bahasa/en?ke={quote(path)}" in planner.get(path)
    answer = TestClient(app, headers=HTML, follow_redirects=False).get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/masuk?{urlencode({'lanjut': path})}")


def test_a_change_counts_only_for_who_has_seen_what_somebody_else_made_of_the_same_draft(
    app: FastAPI, planner: Desk, drafted: World, caller: Caller
) -> None:
    mine, other = (one for one in sorted(visits(drafted)) if one not in held_visits(drafted, DRAFT).promised)
    path, change = f"/rencana/{DRAFT}/ubah", {"kind": "lock", "visit": mine}
    page = planner.get(f"{path}?{urlencode(change)}")
    assert "Ada rancangan lain" not in page
    assert 'name="seen" value="0"' in page
    colleague = Desk(app, drafted, account(drafted, Role.PLANNER))
    assert colleague.send(path, kind="lock", visit=other).startswith(f"/rencana/{DRAFT + 1}#")
    page = planner.follow(path, seen="0", **change)
    assert "Belum disimpan" in page
    assert f"Versi {DRAFT + 1} dibuat dari versi ini" in page
    assert f": {other} dikunci." in page
    assert len(rows(drafted, "plan")) == DRAFT + 1
    (seen,) = re.findall(r'name="seen" value="(\d+)"', page)
    assert planner.send(path, seen=seen, **change).startswith(f"/rencana/{DRAFT + 2}#")
    for place in ("", "/terbit"):
        page = planner.get(f"/rencana/{DRAFT + 2}{place}")
        assert f"Versi {DRAFT + 1} juga dibuat dari versi {DRAFT}, oleh {caller.role}-" in page
        assert f'href="/rencana/{DRAFT + 2}/banding?dengan={DRAFT + 1}"' in page


@pytest.mark.database("sqlite")
def test_people_who_are_only_proposed_are_counted_apart_everywhere(planner: Desk, drafted: World) -> None:
    one = free(drafted)
    with drafted.database.transaction() as session:
        session.execute(update(PlanVisitRow).where(PlanVisitRow.visit == one.visit).values(is_surveyed=False))
        session.execute(
            update(PlanMemberRow)
            .where(PlanMemberRow.applicant_id.in_([member.applicant_id for member in one.members]))
            .values(slot_at=None)
        )
    count = len(one.members)
    page = planner.get(f"/rencana/{DRAFT}")
    assert f"Diusulkan, belum disurvei</dt><dd>{count}<" in page
    assert "Semua orang yang direncanakan mendapat jadwal" not in page
    row = planner.get(f"/rencana/{DRAFT}/banding?dengan=1").partition('scope="row">Diusulkan')[2].partition("</tr>")[0]
    assert f">{count}<" in row
    same = planner.get(f"/rencana/{DRAFT}/banding?dengan={DRAFT}")
    assert "Tidak ada jam yang berubah" in same
    assert "Tidak ada yang berubah bagi siapa pun" not in same
    assert f"{count} orang diusulkan di tempat yang belum disurvei" in planner.get(f"/rencana/{DRAFT}/terbit")


def test_publishing_says_who_is_told_and_counts_only_on_what_was_seen(planner: Desk) -> None:
    page = planner.get(f"/rencana/{DRAFT}/terbit")
    assert re.search(r"Jadwal pertama</dt><dd>79 orang", page)
    assert "Orang lain baru saja" in planner.follow(f"/rencana/{DRAFT}/terbit", seen="7")
    done = f"/rencana/{DRAFT}/diterbitkan"
    assert planner.status(done) == 404
    assert [planner.send(f"/rencana/{DRAFT}/terbit", seen="1") for _ in "ab"] == [done, done], "two clicks"
    assert re.search(r"Jadwal pertama</dt><dd>79<", planner.get(done))
    assert f"Versi {DRAFT} berlaku mulai sekarang" in planner.get(done)
    assert "Versi 1 pernah berlaku" in planner.get("/rencana/1/diterbitkan")
    assert "tidak dapat diterbitkan" in planner.follow("/rencana/1/terbit", seen=str(DRAFT))


@pytest.mark.database("sqlite")
def test_publishing_a_draft_that_does_not_fit_any_more_says_who_came(planner: Desk, drafted: World) -> None:
    late = letter("9/2026", "Desa Pojok, Kec. Garum", [person(n) for n in range(900, 935)])
    import_requests((late,), drafted, actor="test", now=NOW)
    assert "Ada orang baru: BLI-2026-" in planner.follow(f"/rencana/{DRAFT}/terbit", seen="1")


def test_a_comparison_counts_by_request_and_names_nobody(planner: Desk) -> None:
    page = planner.get(f"/rencana/{DRAFT}/banding?dengan=1")
    assert "mendapat jadwal" in page
    assert "Orang Contoh" not in page


def test_a_comparison_says_who_goes_from_which_day_to_which_and_what_both_cost(planner: Desk, drafted: World) -> None:
    moved, target = free(drafted), empty_shift(drafted)
    planner.send(f"/rencana/{DRAFT}/ubah", kind="move", visit=moved.visit, shift=target)
    page = planner.get(f"/rencana/{DRAFT + 1}/banding?dengan={DRAFT}")
    days = [stop(moved).starts_at.astimezone(drafted.rulebook.office.zone).date(), date.fromisoformat(target[-10:])]
    before, after = (f"{INDONESIAN.long_date(day)}, {moved.place.label}" for day in days)
    assert re.search(
        rf"hari lain</td><td[^>]*>{len(moved.members)}</td>\s*<td[^>]*>{before}</td><td[^>]*>{after}<", page
    )
    assert re.search(rf"hari lain</dt><dd>{len(moved.members)} orang", page)
    assert re.search(r"Jarak semua tim</th><td[^>]*>\d+ km</td><td[^>]*>\d+ km", page)


def test_an_override_needs_a_second_person(app: FastAPI, planner: Desk, drafted: World, caller: Caller) -> None:
    reference = re.findall(r"BLI-2026-\d+", planner.get("/antrean"))[0]
    fields = {"reference": reference, "kind": OverrideKind.MEDICAL_URGENCY.value}
    assert "Tulis alasannya" in planner.send("/antrean/usul", 409, reason=" ", **fields)
    planner.send("/antrean/usul", reason="<script>alert(1)</script> surat dokter", **fields)
    (override,) = list_overrides(drafted, caller=caller)
    supervisor = Desk(app, drafted, account(drafted, Role.SUPERVISOR))
    page = supervisor.get("/antrean")
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    supervisor.send(f"/antrean/{override.id}/setuju")
    assert "disetujui" in planner.get("/antrean")


def test_the_sender_is_stopped_and_started(planner: Desk) -> None:
    planner.send("/pesan/henti", reason="uji")
    assert "Pengiriman berhenti" in planner.get("/pesan")
    planner.send("/pesan/mulai")
    assert "Pengiriman berhenti" not in planner.get("/pesan")


def test_the_overview_counts_people_and_admits_what_there_is_not(planner: Desk) -> None:
    page = planner.get("/ikhtisar")
    assert re.search(r"terjadwal</dt><dd>66 orang", page)
    assert re.search(r"menunggu</dt><dd>79 orang", page)
    assert "Belum ada hari layanan yang lewat" in page
    assert "Belum ada hasil yang tercatat" in page
