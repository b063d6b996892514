"""An office with people, appointments and messages, made without the planner: for tests of their data."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from mobile_passport.domain.access import Caller, Role, Scope
from mobile_passport.domain.demand import Place
from mobile_passport.domain.outreach_plan import OutreachVisit, RouteStop
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.outbox import Outbox
from mobile_passport.messaging.provider import SmsProvider
from mobile_passport.messaging.simulated import SimulatedProvider
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.tables import ApplicantRow
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from optimizer.problem import LatLon
from tests.fakes.timing import HandTiming
from tests.mobile_passport.services.seasons import NOW, letter, person, shipped

SECRET = "the present secret of the tests, long enough"
SLOT = NOW + timedelta(days=10)
OFFICER = Caller(account_id=uuid4(), login="petugas.data", role=Role.PRIVACY, scope=Scope(kanim="blitar"))


@pytest.fixture
def office(database: Database) -> World:
    """The shipped office on an empty database, with the present secret."""
    return keyed(replace(shipped(), database=database), SECRET)


@pytest.fixture
def family(office: World) -> tuple[UUID, UUID]:
    """Two people of one letter who share a phone, with appointments that were announced and not yet sent."""
    phone = person(1).phone
    people = [person(1, party="Keluarga Contoh"), person(2, phone=phone, party="Keluarga Contoh")]
    import_requests((letter("1/2026", "Desa Karangsono, Kec. Kanigoro", people),), office, actor="test", now=NOW)
    first, second = applicants(office)
    book(office, first, second)
    return first, second


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
