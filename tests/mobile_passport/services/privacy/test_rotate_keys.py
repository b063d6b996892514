"""Replacing the secret: while the service runs, stopped in the middle, and with everything found again."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import LargeBinary, select, text, update

from mobile_passport.domain.access import Role
from mobile_passport.domain.message import IntentState
from mobile_passport.domain.override import OverrideKind
from mobile_passport.domain.subject import CaseKind
from mobile_passport.persistence.messages.message_attempts import Attempts
from mobile_passport.persistence.messages.message_report import all_messages
from mobile_passport.persistence.messages.message_tables import SmsIntentRow
from mobile_passport.persistence.plans.order_tables import OverrideRow
from mobile_passport.persistence.privacy.key_rotation import KeyRotation
from mobile_passport.persistence.privacy.subject_tables import SubjectRow
from mobile_passport.persistence.privacy.vault import BY_SUBJECT, CannotOpen, Vault
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.persistence.schema import METADATA
from mobile_passport.persistence.tables import ApplicantRow, RequestRow
from mobile_passport.services.audit.overrides import list_overrides, propose_override
from mobile_passport.services.privacy.rotate_keys import rotate_keys
from mobile_passport.services.privacy.subjects import open_case
from mobile_passport.services.requests.import_requests import AlreadyBooked, import_requests
from mobile_passport.services.world import World
from tests.mobile_passport.services.privacy.conftest import OFFICER, SECRET, keyed, send_all
from tests.mobile_passport.services.seasons import NOW, letter, person

NEXT = "the next secret of the tests, also long enough"


def rotate(world: World, batch: int = 500) -> int:
    done = rotate_keys(world, actor="test", now=NOW, batch=batch)
    return done.keys + done.values + done.indexes


def old_values(world: World, secret: str) -> int:
    """How many sealed values and keys in the whole database begin with the id of a secret."""
    prefix = Vault(secret).current_prefix
    found = 0
    with world.database.transaction() as session:
        for table in METADATA.sorted_tables:
            columns = [column for column in table.columns if isinstance(column.type, LargeBinary)]
            for row in session.execute(select(*columns)).all() if columns else ():
                found += sum(1 for value in row if value and bytes(value).startswith(prefix))
    return found


def test_afterwards_the_new_secret_alone_reads_and_finds_everything(office: World, family: tuple[UUID, UUID]) -> None:
    send_all(office)
    assert old_values(office, SECRET) > 0
    assert rotate(keyed(office, NEXT, SECRET)) > 0
    alone = keyed(office, NEXT)
    assert old_values(alone, SECRET) == 0
    with alone.database.transaction() as session:
        people = Requests(session, alone.vault, "blitar").on_sheet(family)
        assert sorted(one.nik.reveal() for one in people.values()) == [person(n).nik.reveal() for n in (1, 2)]
        assert len(all_messages(session, alone.vault, kanim="blitar")) == 2
    assert open_case(alone, CaseKind.ACCESS, person(2).nik, caller=OFFICER, now=NOW).subject_id
    with pytest.raises(AlreadyBooked):
        import_requests((letter("7/2026", "Desa Gogodeso", [person(1)]),), alone, actor="test", now=NOW)


def test_the_reason_of_an_override_from_before_is_sealed_for_the_contact(
    office: World, family: tuple[UUID, UUID]
) -> None:
    supervisor = replace(OFFICER, role=Role.SUPERVISOR)
    kind = OverrideKind.MEDICAL_URGENCY
    propose_override(office, "BLI-2026-0001", kind, "Dirawat di RSUD", caller=supervisor, now=NOW)
    with office.database.transaction() as session:  # as the first versions sealed it
        session.execute(
            update(OverrideRow).values(reason_sealed=office.vault.seal("Dirawat di RSUD", "rank_override.reason"))
        )
    assert rotate(office) == 1
    with office.database.transaction() as session:
        assert session.scalars(select(OverrideRow.reason_sealed)).one()[:1] == BY_SUBJECT
    assert [one.reason.reveal() for one in list_overrides(office, caller=supervisor)] == ["Dirawat di RSUD"]


def test_before_a_rotation_the_new_secret_alone_reads_nothing(office: World, family: tuple[UUID, UUID]) -> None:
    alone = keyed(office, NEXT)
    with alone.database.transaction() as session, pytest.raises(CannotOpen):
        Requests(session, alone.vault, "blitar").on_sheet(family)
    assert open_case(alone, CaseKind.ACCESS, person(2).nik, caller=OFFICER, now=NOW).subject_id is None


def test_a_rotation_that_was_stopped_anywhere_goes_on_where_it_was(office: World, family: tuple[UUID, UUID]) -> None:
    send_all(office)
    before, after = SECRET, NEXT
    for batches in (1, 4, 6, 8, 11):
        old, new = keyed(office, before, after), keyed(office, after, before)  # processes of the one and of the other
        with pytest.raises(KeyboardInterrupt):
            rotate_keys(new, actor="test", now=NOW, batch=1, on_batch=stop_after(batches))
        for world in (old, new):
            with world.database.transaction() as session:
                assert len(Requests(session, world.vault, "blitar").on_sheet(family)) == 2
                assert len(all_messages(session, world.vault, kanim="blitar")) == 2
            with pytest.raises(AlreadyBooked):
                import_requests((letter("7/2026", "Desa Gogodeso", [person(1)]),), world, actor="test", now=NOW)
        rotate(new)
        assert rotate(new) == 0
        assert old_values(office, before) == 0
        before, after = after, before


def stop_after(batches: int) -> Callable[[object], None]:
    left = iter(range(batches))

    def stop(_: object) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return stop


def test_a_letter_is_recognised_after_a_rotation(office: World) -> None:
    form = letter("5/2026", "Desa Karangsono, Kec. Kanigoro", [person(5)])
    import_requests((form,), office, actor="test", now=NOW)
    rotate(keyed(office, NEXT, SECRET))
    assert import_requests((form,), keyed(office, NEXT), actor="test", now=NOW).unchanged == 1


def test_somebody_who_refused_messages_is_known_while_it_goes_on(office: World, family: tuple[UUID, UUID]) -> None:
    with office.database.transaction() as session:
        session.execute(update(SmsIntentRow).where(SmsIntentRow.kind == "slot").values(state=IntentState.OPTED_OUT))
    phone = person(1).phone
    assert phone
    both = keyed(office, NEXT, SECRET)
    with both.database.transaction() as session:
        assert Attempts(session, both.vault, "blitar").is_opted_out(phone)
    rotate(both)
    alone = keyed(office, NEXT)
    with alone.database.transaction() as session:
        assert Attempts(session, alone.vault, "blitar").is_opted_out(phone)


def test_persons_from_before_there_were_keys_get_one(office: World, family: tuple[UUID, UUID]) -> None:
    seal = office.vault.seal
    with office.database.transaction() as session:  # as step 0005 leaves them
        session.execute(update(SubjectRow).values(wrapped_key=None))
        session.execute(update(ApplicantRow).values(name_sealed=seal("Siti", "applicant.name")))
        session.execute(
            update(ApplicantRow).values(
                nik_sealed=seal(person(1).nik.reveal(), "applicant.nik"),
                birth_date_sealed=seal("1960-01-01", "applicant.birth_date"),
                phone_sealed=None,
                needs_sealed=seal("", "applicant.needs"),
            )
        )
        session.execute(
            update(RequestRow).values(
                contact_name_sealed=seal("Kontak", "request.contact_name"),
                contact_phone_sealed=seal("+628111", "request.contact_phone"),
            )
        )
        session.execute(
            update(SmsIntentRow).values(
                to_sealed=seal("+628111", "sms_intent.to"), body_sealed=seal("Isi", "sms_intent.body")
            )
        )
    with office.database.transaction() as session:
        assert Requests(session, office.vault, "blitar").on_sheet(family)[family[0]].name.reveal() == "Siti"
        done = KeyRotation(session, office.vault, "blitar", batch=500)
        assert done.wrap_keys().keys == 3
        assert done.seal_persons().values == 2 * 4 + 2 + 2 * 2
        assert done.seal_persons().values == 0
        directly = session.execute(
            text("SELECT COUNT(*) FROM applicant WHERE substr(name_sealed, 1, 1) = :by"), {"by": b"\x02"}
        )
        assert directly.scalar_one() == 0
        assert Requests(session, office.vault, "blitar").on_sheet(family)[family[0]].name.reveal() == "Siti"


def test_every_sealed_column_outside_the_persons_rotates_by_its_name(office: World) -> None:
    account = METADATA.tables["account"]
    values = {
        "kanim": "blitar",
        "login": "petugas",
        "display_name_sealed": office.vault.seal("Bu Petugas", "account.display_name"),
        "role": "planner",
        "is_active": True,
        "created_at": NOW,
    }
    with office.database.transaction() as session:
        session.execute(account.insert().values(id=OFFICER.account_id, **values))
    rotate(keyed(office, NEXT, SECRET))
    with office.database.transaction() as session:
        sealed = session.execute(select(account.c.display_name_sealed)).scalar_one()
    assert keyed(office, NEXT).vault.open(sealed, "account.display_name") == "Bu Petugas"


def test_a_secret_that_nobody_named_stops_the_rotation(office: World, family: tuple[UUID, UUID]) -> None:
    with pytest.raises(CannotOpen):
        rotate(keyed(office, NEXT, "a third secret, that never sealed anything"))
