"""An office with people, appointments and messages on either database, without the planner: for tests of their data."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import URL, NullPool, create_engine, select, text
from sqlalchemy.engine import Connection

from mobile_passport.domain.access import Caller, Role, Scope
from mobile_passport.domain.demand import Place
from mobile_passport.domain.outreach_plan import OutreachVisit, RouteStop
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.outbox import Outbox
from mobile_passport.messaging.provider import SmsProvider
from mobile_passport.messaging.simulated import SimulatedProvider
from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.tables import ApplicantRow
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World, build_world
from mobile_passport.settings import Settings
from optimizer.problem import LatLon
from tests.fakes.timing import HandTiming
from tests.mobile_passport.services.seasons import NOW, letter, person

SECRET = "the present secret of the tests, long enough"
SLOT = NOW + timedelta(days=10)
OFFICER = Caller(account_id=uuid4(), login="petugas.data", role=Role.PRIVACY, scope=Scope(kanim="blitar"))


@pytest.fixture(scope="session")
def shipped() -> Iterator[World]:
    """The shipped office, whose database is not used."""
    world = build_world(Settings(database_url="sqlite://"))
    yield world
    world.database.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with the present schema, to be copied: making it takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "test.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_server(postgres_server: URL) -> URL:
    """The PostgreSQL of the tests with an empty database of the present schema, to be copied."""
    with _administering(postgres_server) as connection:
        connection.execute(text("CREATE DATABASE migrated"))
    _migrate(postgres_server.set(database="migrated").render_as_string(hide_password=False))
    return postgres_server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database: each test runs on the embedded one and on a real PostgreSQL."""
    opened = open_copy(request, request.param, tmp_path)
    yield opened
    opened.close()


def open_copy(request: pytest.FixtureRequest, kind: str, folder: Path) -> Database:
    """Open a copy of the empty, migrated database of one kind."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), folder / "test.db")
        return Database(f"sqlite:///{folder}/test.db")
    server, name = request.getfixturevalue("migrated_server"), f"copy_{uuid4().hex}"
    with _administering(server) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE migrated"))
    return Database(server.set(database=name).render_as_string(hide_password=False))


@pytest.fixture
def office(shipped: World, database: Database) -> World:
    """The shipped office on an empty database, with the present secret."""
    return keyed(replace(shipped, database=database), SECRET)


@pytest.fixture
def family(office: World) -> tuple[UUID, UUID]:
    """Two people of one letter who share a phone, with appointments that were announced and not yet sent."""
    phone = person(1).phone
    people = [person(1, party="Keluarga Contoh"), person(2, phone=phone, party="Keluarga Contoh")]
    import_requests((letter("1/2026", "Desa Karangsono, Kec. Kanigoro", people),), office, actor="test", now=NOW)
    first, second = applicants(office)
    book(office, first, second)
    return first, second


def _migrate(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.scrub()
    database.close()


@contextmanager
def _administering(server: URL) -> Iterator[Connection]:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def keyed(world: World, secret: str, *others: str) -> World:
    """The same office as processes see it that were started with these secrets."""
    vault = Vault(secret, others)
    book = world.rulebook
    return replace(
        world,
        vault=vault,
        outbox=Outbox(
            kanim=book.kanim, office=book.office, rules=book.messages, vault=vault, public_url=world.public_url
        ),
    )


def applicants(world: World) -> list[UUID]:
    """Everybody who was ever taken in, in the order of the lists."""
    with world.database.transaction() as session:
        return list(session.scalars(select(ApplicantRow.id).order_by(ApplicantRow.request_id, ApplicantRow.position)))


def subject_of(world: World, applicant: UUID) -> UUID:
    """The person behind a row."""
    with world.database.transaction() as session:
        return session.scalars(select(ApplicantRow.subject_id).where(ApplicantRow.id == applicant)).one()


def book(world: World, *people: UUID) -> None:
    """Promise a slot, as a publication does."""
    place = Place(label="Balai Desa Karangsono", village_code="3505110006", position=LatLon(lat=-8.1, lon=112.2))
    stop = RouteStop(team="A", shift="s", starts_at=SLOT, ends_at=SLOT + timedelta(hours=2))
    visit = OutreachVisit(visit="v1", kind=VisitKind.COLLECTIVE, place=place, waiver=None, outcome=stop, members=())
    with world.database.transaction() as session:
        for one in people:
            Appointments(session, world.kanim).promise(one, visit, SLOT, version=1, now=NOW)
        Requests(session, world.vault, world.kanim).set_status(
            people, present=ApplicantStatus.WAITING, wanted=ApplicantStatus.SCHEDULED, now=NOW
        )
        world.outbox.announce(session, people, NOW)


def serve(world: World, *people: UUID) -> None:
    """Say that people were served."""
    with world.database.transaction() as session:
        Requests(session, world.vault, world.kanim).set_status(
            people, present=ApplicantStatus.SCHEDULED, wanted=ApplicantStatus.SERVED, now=SLOT
        )


def send_all(world: World, provider: SmsProvider | None = None) -> None:
    """Send what waits, an hour from now."""
    timing = HandTiming(NOW + timedelta(hours=1))
    books = SimulatedProvider(database=world.database, vault=world.vault, kanim=world.kanim, timing=timing)
    desk = Desk(
        kanim=world.kanim,
        office=world.rulebook.office,
        rules=world.rulebook.messages,
        vault=world.vault,
        database=world.database,
        provider=provider or books,
        timing=timing,
        public_url=world.public_url,
    )
    deliver_messages(desk)
