"""An office in the middle of its work, and every page of it with a visitor whose work it is.

The season of the demo, planned, published and told; a group of 500 that stands in a draft of the next plan; and a
request of 500 in the making.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from api.group_draft import GroupDraft, PlaceIn
from mobile_passport.demo import OPENS_AT
from mobile_passport.domain.access import Caller, Role
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence import schema
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.requests.letters import Letters
from mobile_passport.services.plans.plan_outreach import plan_outreach
from mobile_passport.services.requests.draft_request import open_list
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.requests.read_requests import people_of
from mobile_passport.services.requests.work_on_draft import start_draft
from mobile_passport.services.world import World, build_world
from mobile_passport.settings import Settings
from tests.accounts import account, organisation
from tests.field_team import first_trip
from tests.mobile_passport.services.seasons import QUICK, letter, person

NOW = OPENS_AT + timedelta(hours=6)
"""The afternoon of the day on which the demo plans and publishes."""
GROUP = IN_THE_MAKING = 500
_PLACE, _VILLAGE = "Desa Karangsono, Kec. Kanigoro", "3505102007"
_HEAD = "Nomor Surat;Nama Penanggung Jawab;HP Penanggung Jawab;Keperluan;Jenis Kunjungan;Lokasi"
_LIST = "Nama;NIK;Tanggal Lahir;Jenis Kelamin;No HP;Jenis Paspor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page as somebody opens it.

    Attributes
    ----------
    visitor
        Who is signed in; ``None`` for anybody.
    usable_when
        Selector of what makes the page of use where scripts bring it; ``None`` where the HTML is enough.
    """

    name: str
    path: str
    visitor: Caller | None = None
    now: datetime = NOW
    usable_when: str | None = None


def open_office(folder: Path, demo: Path | None) -> World:
    """Open a copy of what the demo has left in a folder; without one, the demo runs first."""
    if demo is None:
        demo = folder / "demo"
        demo.mkdir()
        command = [str(Path(sys.executable).with_name("mobile-passport")), "demo", "--time-limit", "10"]
        subprocess.run(command, cwd=demo, check=True, stdout=subprocess.DEVNULL)
    shutil.copy(demo / "var" / "mobile-passport.db", folder / "office.db")
    shutil.copy(demo / "out" / "demo" / "messages.txt", folder)
    world = build_world(Settings(database_url=f"sqlite:///{folder}/office.db", cache_dir=folder))
    schema.upgrade(world.database)
    return world


def pages_of(world: World, folder: Path) -> tuple[Page, ...]:
    """Bring what the demo lacks, and return every page; where it depends on somebody's work, the heaviest."""
    return (*_public(folder), *_groups(world), *_office(world), _field_day(world))


def _public(folder: Path) -> tuple[Page, ...]:
    link = re.findall(r"/j/\S+", (folder / "messages.txt").read_text())[0]
    paths = {
        "plan for everybody": "/",
        "one day for everybody": "/?hari=2026-12-15",
        "service standard": "/layanan",
        "order for everybody": "/urutan",
        "sign in": "/masuk",
        "invitation": "/undangan",
        "link": link,
        "link, another day": f"{link}/pindah",
        "link, give up": f"{link}/tidak-bisa",
    }
    return tuple(Page(name=name, path=path) for name, path in paths.items())


def _groups(world: World) -> tuple[Page, ...]:
    coordinator, verifier = _coordinator_of_500(world), account(world, Role.VERIFIER)
    making = f"/kelompok/baru/{_request_in_the_making(world, coordinator)}"
    large, told = _groups_of_most(world)
    group = f"/kelompok/{large}"
    one = people_of(world, large, coordinator.scope)[0].id
    own = {
        "my groups": "/kelompok",
        "new request": "/kelompok/baru",
        "new request, findings": f"{making}/daftar",
        "new request, list": f"{making}/daftar?tampilan=tabel",
        "new request, place": f"{making}/tempat",
        "new request, days": f"{making}/hari",
        "new request, summary": f"{making}/ringkasan",
        "group of 500": group,
        "group of 500, wishes": f"{group}/keinginan",
        "group of 500, days": f"{group}/hari",
        "group of 500, on paper": f"{group}/cetak",
        "somebody to add": f"{group}/orang",
        "somebody of 500": f"{group}/orang/{one}",
    }
    of_everybody = {"all groups": "/kelompok", "group with times": f"/kelompok/{told}"}
    return (
        *(Page(name=name, path=path, visitor=coordinator) for name, path in own.items()),
        *(Page(name=name, path=path, visitor=verifier) for name, path in of_everybody.items()),
    )


def _office(world: World) -> tuple[Page, ...]:
    planner, supervisor = account(world, Role.PLANNER), account(world, Role.SUPERVISOR)
    with world.database.reading() as session:
        current = Plans(session, world.kanim).current_version() or 0
    draft = f"/rencana/{plan_outreach(world, QUICK, actor='bench', now=NOW).version}"
    paths = {
        "plans": "/rencana",
        "plan that holds": f"/rencana/{current}",
        "draft": draft,
        "draft, compared": f"{draft}/banding?dengan={current}",
        "draft, to publish": f"{draft}/terbit",
        "queue": "/antrean",
        "unclear places": "/periksa",
        "calls": "/telepon",
        "passports": "/paspor",
        "messages": "/pesan",
        "venues": "/tempat",
        "overview": "/ikhtisar",
        "teams": "/tim",
        "calendar": "/kalender",
        "rules": "/aturan",
        "rule": "/aturan/rank",
        "rule, history": "/aturan/rank/riwayat",
        "own account": "/akun",
    }
    return (
        *(Page(name=name, path=path, visitor=planner) for name, path in paths.items()),
        Page(name="field review", path="/tinjauan-lapangan", visitor=supervisor),
    )


def _field_day(world: World) -> Page:
    trip = first_trip(world)
    driver = account(world, Role.FIELD, team=trip.team)
    return Page(name="field day", path="/lapangan", visitor=driver, now=trip.morning, usable_when="main h2")


def _coordinator_of_500(world: World) -> Caller:
    owner = organisation(world)
    coordinator = account(world, Role.COORDINATOR, organisation_id=owner.id)
    asked = letter("500/2026", _PLACE, [person(number) for number in range(1, GROUP + 1)])
    import_requests((asked,), world, organisation=owner, scope=coordinator.scope, actor="bench", now=NOW)
    return coordinator


def _groups_of_most(world: World) -> tuple[str, str]:
    """Return the reference of the largest group that waits, and of the largest that has its times."""
    with world.database.reading() as session:
        letters = Letters(session, world.kanim).all()
    waiting, told = (
        max(letters, key=lambda letter: letter.people.get(status, 0)).reference
        for status in (ApplicantStatus.WAITING, ApplicantStatus.SCHEDULED)
    )
    return waiting, told


def _request_in_the_making(world: World, coordinator: Caller) -> str:
    about = f"60/2026;Budi Contoh;081234567890;Haji;Bersama;{_PLACE}"
    rows = (
        f"{about};Orang Contoh;35050101016{number:05};01-01-1960;P;0812345{number:05};Baru"
        for number in range(1_001, 1_001 + IN_THE_MAKING)
    )
    draft, _ = open_list(world, "\n".join((f"{_HEAD};{_LIST}", *rows)).encode(), "daftar.csv")
    content = GroupDraft.of(draft).model_copy(update={"place": PlaceIn(village_code=_VILLAGE)})
    return str(start_draft(world, content.written(), caller=coordinator, now=NOW))
