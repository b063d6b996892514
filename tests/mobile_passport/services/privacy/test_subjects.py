"""What persons ask about their own data, with the clock of the law."""

import json
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from mobile_passport.domain.person import Need
from mobile_passport.domain.refusal import NotFound
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.subject import CaseKind, CaseOutcome, Correction, RevealPurpose
from mobile_passport.persistence.messages.message_report import all_messages
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.tables import RequestRow
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.messages.list_calls import list_calls
from mobile_passport.services.privacy.reveal import reveal_nik
from mobile_passport.services.privacy.subjects import (
    CaseClosed,
    close_case,
    correct_person,
    export_person,
    list_cases,
    open_case,
    open_contact_case,
)
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.fakes.timing import HandTiming
from tests.mobile_passport.services.privacy.conftest import OFFICER, send_all, serve
from tests.mobile_passport.services.seasons import NOW, person


def test_a_case_is_due_after_three_times_24_hours_and_overdue_from_then(
    office: World, family: tuple[UUID, UUID]
) -> None:
    case = open_case(office, CaseKind.ACCESS, person(1).nik, caller=OFFICER, now=NOW)
    assert case.due_at == NOW + timedelta(hours=72)
    (listed,) = list_cases(office, caller=OFFICER)
    assert listed == case
    assert not listed.is_overdue(NOW + timedelta(hours=72))
    assert listed.is_overdue(NOW + timedelta(hours=72, seconds=1))


def test_somebody_of_whom_nothing_is_held_has_a_clock_too(office: World) -> None:
    case = open_case(office, CaseKind.ACCESS, person(1).nik, caller=OFFICER, now=NOW)
    with pytest.raises(NotFound):
        export_person(office, case.number, caller=OFFICER, now=NOW)
    close_case(office, case.number, CaseOutcome.NOTHING_HELD, caller=OFFICER, now=NOW)
    assert list_cases(office, caller=OFFICER) == ()
    with pytest.raises(CaseClosed):
        close_case(office, case.number, CaseOutcome.REFUSED, caller=OFFICER, now=NOW)


def test_an_export_holds_data_requests_appointments_messages_looks_and_the_day_of_erasure(
    office: World, family: tuple[UUID, UUID]
) -> None:
    send_all(office)
    serve(office, *family)
    reveal_nik(office, family[0], purpose=RevealPurpose.COMPARE_DOCUMENTS, caller=OFFICER, now=NOW)
    case = open_case(office, CaseKind.ACCESS, person(1).nik, caller=OFFICER, now=NOW)
    document = json.loads(export_person(office, case.number, caller=OFFICER, now=NOW))
    held = document["held"]
    (applicant,) = held["applicant"]
    assert (applicant["name"], applicant["nik"], applicant["birth_date"]) == (
        "Orang Contoh 1",
        person(1).nik.reveal(),
        "1960-01-01",
    )
    assert "contact_name" not in held["request"][0]  # that is somebody else's
    assert held["appointment"][0]["venue"] == "Balai Desa Karangsono"
    assert held["message"][0]["to"] == "+6281200000001"
    assert {look["action"] for look in held["audit"]} >= {"reveal_nik", "import_request", "open_case"}
    assert document["erase_date"] == "2027-06-04"  # six months after the slot, ten days from now
    assert "Orang Contoh 2" not in json.dumps(held["applicant"])


def test_the_contact_of_a_request_sees_what_is_held_about_the_contact(office: World, family: tuple[UUID, UUID]) -> None:
    with office.database.transaction() as session:
        reference = session.scalars(select(RequestRow.reference)).one()
    case = open_contact_case(office, CaseKind.ACCESS, reference, caller=OFFICER, now=NOW)
    held = json.loads(export_person(office, case.number, caller=OFFICER, now=NOW))["held"]
    assert held["request"][0]["contact_phone"] == "+6281399990000"
    assert held["applicant"] == []
    assert [message["kind"] for message in held["message"]] == ["request_received"]
    with pytest.raises(NotFound):
        open_contact_case(office, CaseKind.ACCESS, "BLI-2026-9999", caller=OFFICER, now=NOW)


def test_a_correction_reaches_every_row_and_tells_the_person_again_under_the_right_number(
    office: World, family: tuple[UUID, UUID]
) -> None:
    case = open_case(office, CaseKind.CORRECTION, person(1).nik, caller=OFFICER, now=NOW)
    right = Correction(
        name=Secret("Sitti Rahayu"),
        birth_date=date(1961, 2, 3),
        phone=Secret("+6281288887777"),
        needs=frozenset({Need.HEARING}),
    )
    written = correct_person(office, case.number, right, caller=OFFICER, now=NOW)
    assert written.superseded == 1  # the one that both would have got on the old number
    with office.database.transaction() as session:
        shown = Requests(session, office.vault, "blitar").on_sheet(family)[family[0]]
        waiting = [one for one in all_messages(session, office.vault, kanim="blitar") if one.kind == "slot"]
    assert (shown.name.reveal(), shown.birth_date) == ("Sitti Rahayu", date(1961, 2, 3))
    assert shown.needs == {Need.HEARING}
    assert {"+6281288887777", "+6281200000001"} <= {one.to.reveal() for one in waiting}


def test_a_corrected_contact_is_called_about_what_waited_for_the_old_number(
    office: World, family: tuple[UUID, UUID]
) -> None:
    with office.database.transaction() as session:
        reference = session.scalars(select(RequestRow.reference)).one()
    case = open_contact_case(office, CaseKind.CORRECTION, reference, caller=OFFICER, now=NOW)
    correct_person(office, case.number, Correction(phone=Secret("+6281288887777")), caller=OFFICER, now=NOW)
    desk = build_desk(office, Settings(), HandTiming(NOW))
    (call,) = [call for call in list_calls(desk) if call.applicant_id is None]
    assert (call.about, call.reason) == ("request_received", "failed_permanent:number_changed")
    assert call.phone == Secret("+6281288887777")


def test_a_correction_of_the_birth_date_alone_sends_nothing(office: World, family: tuple[UUID, UUID]) -> None:
    case = open_case(office, CaseKind.CORRECTION, person(1).nik, caller=OFFICER, now=NOW)
    written = correct_person(office, case.number, Correction(birth_date=date(1961, 2, 3)), caller=OFFICER, now=NOW)
    assert (written.messages, written.superseded) == (0, 0)
