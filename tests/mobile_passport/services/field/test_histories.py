"""Whatever the order, the batches and the repetitions: one history gives one state.

``MP_HISTORIES=10000`` runs the full number on each database; the suite runs a few hundred.
"""

import os
from random import Random
from uuid import UUID

from sqlalchemy import text

from mobile_passport.domain.field import FieldOperation, Outcome, OutcomeReason
from mobile_passport.domain.field import OperationType as Op
from mobile_passport.domain.field_state import PersonState, person_state
from mobile_passport.persistence.field.field_operations import FieldOperations
from mobile_passport.services.world import World
from tests.field_team import Phone, Team

HISTORIES = int(os.environ.get("MP_HISTORIES", "60"))
KINDS = (Op.CHECK_IN, Op.DONE, Op.DONE, Op.ABSENT, Op.INCOMPLETE, Op.NOTE, Op.VOID)
STATUS = {
    None: "scheduled",
    Outcome.DONE: "served",
    Outcome.ABSENT: "absent",
    Outcome.INCOMPLETE: "incomplete",
}


def test_any_order_and_any_repetition_give_one_state(team: Team) -> None:
    people = team.appointments()[:3]
    for seed in range(HISTORIES):
        random = Random(seed)
        phones = [team.phone() for _ in range(random.randint(1, 3))]
        written = {phone.id: _written(random, phone, people) for phone in phones}
        for phone, batch in _deliveries(random, phones, written):
            watermark = phone.send(*batch).watermark
            assert watermark <= phone.written
        _all_is_stored(team.world, phones)
        for person in people:
            about = [one for log in written.values() for one in log if one.appointment_id == person]
            _is_known(team, person, person_state(about), seed)
        _forget(team.world)


def _written(random: Random, phone: Phone, people: list[UUID]) -> list[FieldOperation]:
    log: list[FieldOperation] = []
    for _ in range(random.randint(1, 7)):
        kind = random.choice(KINDS if log else KINDS[:-1])
        if kind is Op.VOID:
            target = random.choice(log)
            assert target.appointment_id
            log.append(phone.write(kind, target.appointment_id, target=target.op_id, text="salah"))
        else:
            reason = OutcomeReason.DATA_MISMATCH if kind is Op.INCOMPLETE else None
            note = "catatan" if kind is Op.NOTE else None
            log.append(phone.write(kind, random.choice(people), reason=reason, text=note))
    return log


def _deliveries(
    random: Random, phones: list[Phone], written: dict[UUID, list[FieldOperation]]
) -> list[tuple[Phone, list[FieldOperation]]]:
    """Cut every log into batches, in any order and some of it twice; batches of all phones arrive mixed."""
    deliveries: list[tuple[Phone, list[FieldOperation]]] = []
    for phone in phones:
        sent = written[phone.id] + random.choices(written[phone.id], k=random.randint(0, 3))
        random.shuffle(sent)
        while sent:
            size = random.randint(1, 6)
            deliveries.append((phone, sent[:size]))
            sent = sent[size:]
    random.shuffle(deliveries)
    return deliveries


def _all_is_stored(world: World, phones: list[Phone]) -> None:
    with world.database.reading() as session:
        assert FieldOperations(session, world.vault, world.kanim).held() == ()
    for phone in phones:
        assert phone.send().watermark == phone.written


def _is_known(team: Team, person: UUID, expected: PersonState, seed: int) -> None:
    known = team.outcome_of(person)
    found = (known.outcome, known.is_disputed, known.is_present) if known else (None, False, False)
    assert found == (expected.outcome, bool(expected.disputed), expected.is_present), f"history {seed}"
    assert team.status_of(person) == STATUS[expected.outcome], f"history {seed}"


def _forget(world: World) -> None:
    with world.database.transaction() as session:
        for table in ("field_outcome", "field_operation", "field_device"):
            session.execute(text(f"DELETE FROM {table}"))
        session.execute(text("UPDATE applicant SET status = 'scheduled' WHERE status <> 'waiting'"))
