"""Whatever the order, the batches and the repetitions: one history at the sync endpoint gives one state.

``MP_HISTORIES=10000`` sends the full number to each database; the suite sends a few.
"""

import os
from dataclasses import dataclass, field
from random import Random
from uuid import UUID, uuid4

from fastapi.testclient import TestClient
from sqlalchemy import text

from api.schemas.field import OperationIn
from mobile_passport.domain.field import Outcome
from mobile_passport.domain.field_state import PersonState, person_state
from mobile_passport.persistence.field.field_operations import FieldOperations
from mobile_passport.services.world import World
from tests.api.field.conftest import ApiPhone
from tests.field_team import Team, Trip

HISTORIES = int(os.environ.get("MP_HISTORIES", "15"))
KINDS = ("check_in", "done", "done", "absent", "incomplete", "deferred", "refused", "note", "void")
PAYLOADS = {
    "incomplete": {"reason": "data_mismatch"},
    "deferred": {"reason": "questioning"},
    "refused": {"reason": "not_eligible"},
    "note": {"text": "catatan"},
}
STATUS = {outcome: "served" if outcome is Outcome.DONE else outcome.value for outcome in Outcome} | {None: "scheduled"}

type Operation = dict[str, object]


@dataclass
class History:
    """What the phones of a team wrote down on a day, by phone."""

    logs: dict[UUID, list[Operation]] = field(default_factory=dict)

    def state_of(self, person: UUID) -> PersonState:
        """What it all comes to for a person."""
        about = str(person)
        return person_state(
            OperationIn.model_validate(one).of(device)
            for device, log in self.logs.items()
            for one in log
            if one["appointment_id"] == about
        )


def test_any_order_and_any_repetition_give_one_state(client: TestClient, office: World, trip: Trip) -> None:
    team = Team(office)
    people, phones = team.appointments()[:3], [ApiPhone(client, office, team=trip.team) for _ in range(3)]
    for seed in range(HISTORIES):
        random = Random(seed)
        history, taken = History(), random.sample(phones, random.randint(1, 3))
        for phone in taken:
            _begin(phone)
            history.logs[phone.id] = _written(random, phone, people)
        for phone, batch in _deliveries(random, taken, history):
            answer = phone.send(*batch).json()
            assert {one["status"] for one in answer["receipts"]} <= {200, 201, 202}, f"history {seed}"
            assert answer["watermark"] <= phone.written
        for phone in taken:
            assert phone.send().json()["watermark"] == phone.written, f"history {seed}"
        for person in people:
            _is_known(team, person, history.state_of(person), seed)
        _forget(office)


def _begin(phone: ApiPhone) -> None:
    """Make it another phone of the same account."""
    phone.id, phone.written = uuid4(), 0
    phone.headers |= {"X-Device-Id": str(phone.id)}
    assert phone.enrol().status_code == 200


def _written(random: Random, phone: ApiPhone, people: list[UUID]) -> list[Operation]:
    log: list[Operation] = []
    for _ in range(random.randint(1, 7)):
        kind = random.choice(KINDS if log else KINDS[:-1])
        if kind == "void":
            target = random.choice(log)
            payload = {"target": target["op_id"], "text": "salah"}
            log.append(phone.operation(kind, UUID(str(target["appointment_id"])), payload=payload))
        else:
            log.append(phone.operation(kind, random.choice(people), payload=PAYLOADS.get(kind, {})))
    return log


def _deliveries(random: Random, phones: list[ApiPhone], history: History) -> list[tuple[ApiPhone, list[Operation]]]:
    """Cut every log into batches, in any order and some of it twice; batches of all phones arrive mixed."""
    deliveries: list[tuple[ApiPhone, list[Operation]]] = []
    for phone in phones:
        log = history.logs[phone.id]
        sent = log + random.choices(log, k=random.randint(0, 3))
        random.shuffle(sent)
        while sent:
            size = random.randint(1, 6)
            deliveries.append((phone, sent[:size]))
            sent = sent[size:]
    random.shuffle(deliveries)
    return deliveries


def _is_known(team: Team, person: UUID, expected: PersonState, seed: int) -> None:
    known = team.outcome_of(person)
    found = (known.outcome, known.is_disputed, known.is_present) if known else (None, False, False)
    assert found == (expected.outcome, bool(expected.disputed), expected.is_present), f"history {seed}"
    assert team.status_of(person) == STATUS[expected.outcome], f"history {seed}"


def _forget(world: World) -> None:
    with world.database.transaction() as session:
        assert FieldOperations(session, world.vault, world.kanim).held() == ()
        for table in ("field_outcome", "field_operation", "field_device"):
            session.execute(text(f"DELETE FROM {table}"))
        session.execute(text("UPDATE applicant SET status = 'scheduled' WHERE status <> 'waiting'"))
