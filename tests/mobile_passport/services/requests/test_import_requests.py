from dataclasses import replace

import pytest

from mobile_passport.domain.person import PassportCase
from mobile_passport.services.requests.import_requests import AlreadyBooked, AlreadyImported, import_requests
from mobile_passport.services.requests.settle_place import CannotSettle, places_to_settle, settle_place
from mobile_passport.services.world import World
from tests.mobile_passport.services.seasons import NOW, letter, person, rows, small_season

TABLES = ("request", "applicant", "audit", "sms_intent", "counter")


def contents(world: World) -> list[object]:
    return [rows(world, table) for table in TABLES]


def test_requests_people_audit_and_the_confirmation_are_stored_together(world: World) -> None:
    summary = import_requests(small_season(), world, actor="siti", now=NOW)
    assert (summary.requests, summary.people, summary.to_review) == (4, 66, 0)
    assert len(rows(world, "request")) == 4
    assert len(rows(world, "applicant")) == 66
    assert len(rows(world, "audit")) == 4
    assert len(rows(world, "sms_intent")) == 4


def test_the_same_letters_again_change_nothing(world: World) -> None:
    import_requests(small_season(), world, actor="siti", now=NOW)
    before = contents(world)
    summary = import_requests(small_season(), world, actor="siti", now=NOW)
    assert (summary.requests, summary.unchanged) == (0, 4)
    assert contents(world) == before


def test_a_letter_with_another_content_is_refused_and_nothing_of_its_file_is_stored(world: World) -> None:
    first = small_season()[0]
    import_requests((first,), world, actor="siti", now=NOW)
    before = contents(world)
    changed = replace(first, people=first.people[:-1])
    new = letter("9/2026", "Desa Satreyan, Kec. Kanigoro", [person(900)])
    with pytest.raises(AlreadyImported, match="1/2026"):
        import_requests((new, changed), world, actor="siti", now=NOW)
    assert contents(world) == before


def test_a_person_with_a_live_booking_is_refused_by_row_and_never_by_name(world: World) -> None:
    import_requests(small_season(), world, actor="siti", now=NOW)
    before = contents(world)
    again = letter("9/2026", "Desa Satreyan, Kec. Kanigoro", [person(900), person(1), person(901), person(2)])
    with pytest.raises(AlreadyBooked, match="person 2, 4 of the list") as refusal:
        import_requests((again,), world, actor="siti", now=NOW)
    assert person(1).nik.reveal() not in str(refusal.value)
    assert person(1).name.reveal() not in str(refusal.value)
    assert contents(world) == before


def test_a_lost_passport_goes_to_the_office_with_its_reason_and_keeps_the_request(world: World) -> None:
    people = [person(1), person(2, passport_case=PassportCase.LOST)]
    summary = import_requests((letter("1", "Desa Karangsono, Kec. Kanigoro", people),), world, actor="x", now=NOW)
    assert summary.office_cases == 1
    with world.database.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT status, office_reason FROM applicant ORDER BY position").all()
    assert [tuple(row) for row in stored] == [("waiting", None), ("office", "lost_passport")]


def test_an_ambiguous_place_is_stored_for_review_and_never_guessed(world: World) -> None:
    summary = import_requests((letter("1", "Desa Sukorejo, Kab. Blitar", [person(1)]),), world, actor="x", now=NOW)
    assert summary.to_review == 1
    (place,) = places_to_settle(world)
    assert place.verdict == "ambiguous"
    assert len(place.candidates) >= 3


def test_a_person_settles_a_place_once(world: World) -> None:
    import_requests((letter("1", "Desa Sukorejo, Kab. Blitar", [person(1)]),), world, actor="x", now=NOW)
    (place,) = places_to_settle(world)
    code = place.candidates[1]["village_code"]
    village = settle_place(world, place.reference, code, actor="planner", now=NOW)
    assert village.code == code
    assert places_to_settle(world) == ()
    with pytest.raises(CannotSettle, match="no request"):
        settle_place(world, place.reference, code, actor="planner", now=NOW)


def test_a_village_outside_the_working_area_settles_nothing(world: World) -> None:
    import_requests((letter("1", "Desa Sukorejo, Kab. Blitar", [person(1)]),), world, actor="x", now=NOW)
    (place,) = places_to_settle(world)
    with pytest.raises(CannotSettle, match="3171011001"):
        settle_place(world, place.reference, "3171011001", actor="planner", now=NOW)
    assert places_to_settle(world) == (place,)


@pytest.mark.database("sqlite")
def test_no_personal_value_lies_in_the_database_file_in_clear(world: World) -> None:
    import_requests(small_season(), world, actor="siti", now=NOW)
    world.database.close()
    path = world.database.engine.url.database
    assert path is not None
    with open(path, "rb") as file:  # noqa: PTH123 - a plain read of the whole file
        data = file.read()
    for secret in (person(1).nik.reveal(), "Orang Contoh", "812000000", "bedridden", "Bu Kontak", "1960-01-01"):
        assert secret.encode() not in data
