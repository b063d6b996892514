"""A small season, a few requests around Blitar that plan in seconds; and databases with it, to be copied for tests."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

from mobile_passport.domain.person import Need, PassportCase, PersonForm, Sex
from mobile_passport.domain.request import AskerKind, Category, RequestForm, VisitKind
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.venue import SurveyState, Venue, VenueKind
from mobile_passport.geo.gazetteer import Village
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.venues.venues import Venues
from mobile_passport.services.plans.plan_outreach import plan_outreach
from mobile_passport.services.plans.publish_plan import Publication, publish_plan
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World, build_world
from mobile_passport.settings import Settings
from optimizer.solve import SolveParams
from tests.databases import MIGRATED, Filling

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # Tuesday, 10.00 WIB
QUICK = SolveParams(time_limit_s=None, work_limit=1, seed=1, threads=1)


DRAFT = 2
"""The version of the draft in `DRAFTED`."""


@cache
def shipped() -> World:
    """The shipped office; its database is not used. Guessing passwords is no concern."""
    return build_world(Settings(database_url="sqlite://", argon2_memory_kib=32, argon2_time_cost=1))


@contextmanager
def office_on(url: str) -> Iterator[World]:
    """The shipped office on a database."""
    database = Database(url)
    try:
        yield replace(shipped(), database=database)
    finally:
        database.close()


def hall_of(village: Village, **changes: object) -> Venue:
    """The surveyed hall of a village."""
    venue = Venue(
        code=village.code,
        name=f"Balai Desa {village.name}, Kec. {village.kecamatan}",
        kind=VenueKind.VILLAGE_HALL,
        village_code=village.code,
        position=village.position,
        capacity_a_day=100,
        step_free=True,
        power=True,
        internet=True,
        survey_state=SurveyState.SURVEYED,
        surveyed_date=date(2026, 11, 1),
        source="test",
    )
    return replace(venue, **changes)  # type: ignore[arg-type]


def person(number: int, **changes: object) -> PersonForm:
    """An invented person; the number makes NIK and phone."""
    form = PersonForm(
        name=Secret(f"Orang Contoh {number}"),
        nik=Secret(f"350501010160{number:04d}"),
        birth_date=date(1960, 1, 1),
        sex=Sex.MALE,
        phone=Secret(f"+628120000{number:04d}"),
        passport_case=PassportCase.NEW,
    )
    return replace(form, **changes)  # type: ignore[arg-type]


def letter(reference: str, place: str, people: Iterable[PersonForm], **changes: object) -> RequestForm:
    """A letter of a village that asks for its people."""
    form = RequestForm(
        external_reference=reference,
        asker_kind=AskerKind.VILLAGE,
        asker_name=f"Pemerintah {place}",
        contact_name=Secret("Bu Kontak"),
        contact_phone=Secret("+6281399990000"),
        category=Category.HAJJ,
        visit_kind=VisitKind.COLLECTIVE,
        place_text=place,
        received_date=date(2026, 11, 20),
        people=tuple(people),
    )
    return replace(form, **changes)  # type: ignore[arg-type]


def small_season() -> tuple[RequestForm, ...]:
    """Two villages, neighbours too few alone, and one household."""
    young = date(1995, 5, 5)
    return (
        letter("1/2026", "Desa Karangsono, Kec. Kanigoro", [person(n) for n in range(1, 33)]),
        letter("2/2026", "Desa Minggirsari, Kec. Kanigoro", [person(n, birth_date=young) for n in range(101, 113)]),
        letter("3/2026", "Desa Gogodeso, Kec. Kanigoro", [person(n, birth_date=young) for n in range(201, 221)]),
        letter(
            "4/2026",
            "Desa Ngoran, Kec. Nglegok",
            [person(301, needs=frozenset({Need.BEDRIDDEN}), party="A"), person(302, party="A", is_carer=True)],
            visit_kind=VisitKind.HOME,
            category=Category.ELDERLY_HOME,
            asker_kind=AskerKind.FAMILY,
        ),
    )


def plan_and_publish(world: World, *, expected: int | None = None, now: datetime = NOW) -> Publication:
    """Make a draft and publish it."""
    head = plan_outreach(world, QUICK, actor="test", now=now)
    return publish_plan(world, head.version, expected=expected, actor="test", now=now)


def rows(world: World, table: str) -> Sequence[tuple[object, ...]]:
    """Every row of a table."""
    with world.database.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1")]


def _survey(url: str) -> None:
    with office_on(url) as world, world.database.transaction() as session:
        Venues(session, world.kanim).put(map(hall_of, world.gazetteer.villages), now=NOW)


def _publish(url: str) -> None:
    with office_on(url) as world:
        import_requests(small_season(), world, actor="test", now=NOW)
        plan_and_publish(world)


def _draft(url: str) -> None:
    young = date(1995, 5, 5)
    more = (
        letter("5/2026", "Desa Sumberjo, Kec. Sanankulon", [person(n, birth_date=young) for n in range(401, 445)]),
        letter("6/2026", "Desa Garum, Kec. Garum", [person(n, birth_date=young) for n in range(501, 536)]),
    )
    with office_on(url) as world:
        import_requests(more, world, actor="test", now=NOW)
        plan_outreach(world, QUICK, actor="test", now=NOW)


SURVEYED = Filling(fill=_survey, upon=MIGRATED)
"""An office that has surveyed the hall of every village, and has nothing else."""
PUBLISHED = Filling(fill=_publish, upon=SURVEYED)
"""That office when it has taken in the small season, planned and published it."""
DRAFTED = Filling(fill=_draft, upon=PUBLISHED)
"""And when two further groups stand in a draft."""
