"""Step 0005 on a database with people in it: nothing is lost on the way up, nor on the way down."""

from uuid import UUID

import pytest
from sqlalchemy import MetaData, select

from mobile_passport.persistence import schema
from mobile_passport.persistence.database import Database
from mobile_passport.persistence.messages.message_report import all_messages
from mobile_passport.persistence.privacy.key_rotation import KeyRotation
from mobile_passport.persistence.privacy.subject_erasure import SubjectErasure
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.requests.people import PersonOnSheet
from mobile_passport.persistence.requests.requests import Requests
from tests.mobile_passport.persistence.first_version import AT, NIKS, VAULT, FirstVersion


@pytest.fixture
def people(database: Database) -> list[UUID]:
    """Applicants and a message as the first version stored them; the database has the present schema."""
    schema.downgrade(database, "0004")
    people = FirstVersion(database).take_in().people
    schema.upgrade(database)
    return people


def test_what_was_there_is_readable_and_one_nik_is_one_person(database: Database, people: list[UUID]) -> None:
    assert [one.nik.reveal() for one in read(database, people)] == list(NIKS)
    with database.transaction() as session:
        assert [one.body.reveal() for one in all_messages(session, VAULT, kanim="blitar")] == ["Yth Siti"]
        keys = SubjectKeys(session, VAULT, "blitar")
        person = keys.find(NIKS[0])
        assert person
        found = SubjectErasure(session, "blitar").find(person)
        assert found
        assert set(found.applicants) == {people[0], people[2]}


def test_down_and_up_again_loses_nothing_once_persons_have_keys(database: Database, people: list[UUID]) -> None:
    with database.transaction() as session:
        rotation = KeyRotation(session, VAULT, "blitar", batch=100)
        assert rotation.wrap_keys().keys == 2 + 3
        assert rotation.seal_persons().values == 3 * 4 + 3 * 2 + 2
    before = read(database, people)
    with pytest.raises(Exception, match="needs the secret"):
        schema.downgrade(database, "0004")
    assert read(database, people) == before
    schema.downgrade(database, "0004", VAULT)
    with database.engine.connect() as connection:
        applicant = MetaData()
        applicant.reflect(connection, only=["applicant"])
        table = applicant.tables["applicant"]
        rows = connection.execute(select(table.c.nik_sealed, table.c.nik_index)).all()
    assert sorted(VAULT.open(bytes(sealed), "applicant.nik") for sealed, _ in rows) == sorted(NIKS)
    assert {bytes(index) for _, index in rows} == {VAULT.blind_index(nik, "nik") for nik in NIKS}
    schema.upgrade(database)
    assert read(database, people) == before


def test_who_was_erased_stays_so_on_the_way_down(database: Database, people: list[UUID]) -> None:
    with database.transaction() as session:
        person = SubjectKeys(session, VAULT, "blitar").find(NIKS[1])
        assert person
        erasure = SubjectErasure(session, "blitar")
        found = erasure.find(person)
        assert found
        erasure.erase(person, found, now=AT)
    schema.downgrade(database, "0004", VAULT)
    schema.upgrade(database)
    shown = read(database, [people[0]])
    assert shown[0].nik.reveal() == NIKS[0]
    with database.transaction() as session:
        assert SubjectKeys(session, VAULT, "blitar").find(NIKS[1]) is None


def read(database: Database, people: list[UUID]) -> list[PersonOnSheet]:
    with database.transaction() as session:
        shown = Requests(session, VAULT, "blitar").on_sheet(people)
    return [shown[person] for person in people]
