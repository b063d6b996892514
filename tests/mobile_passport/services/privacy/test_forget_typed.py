"""Whoever asks to be forgotten is forgotten in what was typed and not handed in, too."""

import json
from uuid import UUID

import pytest
from sqlalchemy import select

from mobile_passport.domain.access import Caller, Role
from mobile_passport.domain.subject import CaseKind
from mobile_passport.persistence.audit.audit_table import AuditRow
from mobile_passport.persistence.requests.draft_tables import KeptFormRow
from mobile_passport.persistence.requests.kept_forms import KeptForms
from mobile_passport.services.privacy.replay_erasures import replay_erasures
from mobile_passport.services.privacy.retention import erase_due
from mobile_passport.services.privacy.subjects import erase_subject, open_case, open_contact_case
from mobile_passport.services.requests.work_on_draft import finish_draft, start_draft, unfinished_drafts
from mobile_passport.services.world import World
from tests.accounts import account
from tests.mobile_passport.services.privacy.conftest import OFFICER, SLOT, serve, subject_of
from tests.mobile_passport.services.seasons import NOW, person

NIK = person(1).nik.reveal()
SPACED = f"'{NIK[:6]} {NIK[6:12]}\u00a0{NIK[12:]}"
DRAFTS = {
    "by NIK": {"name": "Bu Contoh", "nik": SPACED},
    "by telephone": {"name": "Bu Contoh", "phone": 81200000001.0},
    "by contact": {"contact_phone": "0813-9999-0000"},
    "somebody else": {"name": "Orang Contoh 1", "nik": person(3).nik.reveal(), "phone": "081200000003"},
}


@pytest.fixture
def clerk(office: World, family: tuple[UUID, UUID]) -> Caller:
    """A coordinator with drafts, one of them handed in, and with two forms that came too late."""
    clerk = account(office, Role.COORDINATOR)
    begin(office, clerk)
    handed_in = start_draft(office, json.dumps({"nik": NIK}), caller=clerk, now=NOW)
    finish_draft(office, handed_in, "BLI-2026-0001", caller=clerk)
    with office.database.transaction(clerk.scope) as session:
        for nik in (NIK, person(3).nik.reveal()):
            fields = [("s-2-nik", nik), ("s-2-name", "Orang Contoh 1")]
            KeptForms(session, office.vault, "blitar", clerk.account_id).add("/kelompok", fields, now=NOW)
    return clerk


def begin(world: World, clerk: Caller) -> None:
    for title, cells in DRAFTS.items():
        start_draft(world, json.dumps({"title": title, "cells": cells}), caller=clerk, now=NOW)


def left(world: World, clerk: Caller) -> tuple[set[str], int]:
    """Titles of the drafts, and the number of forms."""
    drafts = unfinished_drafts(world, caller=clerk, now=NOW)
    with world.database.transaction() as session:
        return {json.loads(one.content)["title"] for one in drafts}, len(session.scalars(select(KeptFormRow)).all())


def test_drafts_and_late_forms_with_the_number_of_a_person_go_with_them_and_no_others(
    office: World, clerk: Caller
) -> None:
    case = open_case(office, CaseKind.ERASURE, person(1).nik, caller=OFFICER, now=NOW)
    erase_subject(office, case.number, caller=OFFICER, now=NOW)
    assert left(office, clerk) == ({"by contact", "somebody else"}, 1)
    with office.database.transaction() as session:
        (noted,) = session.scalars(select(AuditRow.detail).where(AuditRow.action == "forget_typed"))
    assert noted == {"drafts": 2, "forms": 1}


def test_a_contact_who_asks_is_found_by_the_telephone_number(office: World, clerk: Caller) -> None:
    case = open_contact_case(office, CaseKind.ERASURE, "BLI-2026-0001", caller=OFFICER, now=NOW)
    erase_subject(office, case.number, caller=OFFICER, now=NOW)
    assert left(office, clerk) == ({"by NIK", "by telephone", "somebody else"}, 2)


@pytest.mark.database("sqlite")
def test_what_a_backup_brings_back_is_forgotten_again(office: World, family: tuple[UUID, UUID], clerk: Caller) -> None:
    replay_erasures(office, [subject_of(office, family[0])], actor="test", now=NOW)
    assert left(office, clerk) == ({"by contact", "somebody else"}, 1)


@pytest.mark.database("sqlite")
def test_erasure_for_age_leaves_a_new_wish_of_the_person_alone(
    office: World, family: tuple[UUID, UUID], clerk: Caller
) -> None:
    serve(office, *family)
    assert erase_due(office, now=SLOT.replace(year=2027, month=6)) == 2
    assert left(office, clerk) == (set(DRAFTS), 2)
