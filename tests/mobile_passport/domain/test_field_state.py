"""What is true of a person is a pure function of the set of operations."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.domain.field import FieldOperation, Outcome, OutcomeReason, Payload, StopKey, complaint_about
from mobile_passport.domain.field import OperationType as Op
from mobile_passport.domain.field_state import Promised, person_state, standing, stop_state
from mobile_passport.domain.secret import Secret
from mobile_passport.domain.status import ApplicantStatus, AppointmentStatus

ONE, OTHER, DESK = UUID(int=1), UUID(int=2), UUID(int=3)
PERSON = UUID(int=9)
NINE = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


def operation(
    number: int, kind: Op, *, device: UUID = ONE, seq: int | None = None, **payload: object
) -> FieldOperation:
    """An operation about the person; its number is its id and its place on the device."""
    return FieldOperation(
        op_id=UUID(int=100 + number),
        device_id=device,
        device_seq=number,
        appointment_id=PERSON,
        base_version=0,
        plan_version=1,
        type=kind,
        payload=Payload(**payload),  # type: ignore[arg-type]
        device_time=NINE + timedelta(minutes=number),
    )


def decision(number: int, outcome: Outcome, *named: FieldOperation) -> FieldOperation:
    """A supervisor's decision about named operations."""
    return operation(number, Op.RESOLVE, device=DESK, outcome=outcome, op_ids=tuple(one.op_id for one in named))


def test_the_last_word_of_a_device_counts_and_not_the_last_to_arrive() -> None:
    absent, done = operation(1, Op.ABSENT), operation(2, Op.DONE)
    older_id = replace(done, op_id=UUID(int=1))  # a clock that was set back makes smaller ids
    for last in (done, older_id):
        assert person_state([absent, last]).outcome is Outcome.DONE
        assert person_state([last, absent]).outcome is Outcome.DONE


def test_devices_that_disagree_are_shown_and_not_guessed() -> None:
    state = person_state([operation(1, Op.DONE), operation(2, Op.ABSENT, device=OTHER)])
    assert state.outcome is None
    assert len(state.disputed) == 2


def test_a_person_who_was_seen_is_not_absent_without_a_dispute() -> None:
    assert person_state([operation(1, Op.CHECK_IN), operation(2, Op.ABSENT, device=OTHER)]).disputed
    assert not person_state([operation(1, Op.CHECK_IN), operation(2, Op.DONE, device=OTHER)]).disputed
    left_again = person_state([operation(1, Op.CHECK_IN), operation(2, Op.ABSENT)])
    assert (left_again.outcome, left_again.is_present) == (Outcome.ABSENT, False)


def test_a_decision_ends_a_dispute_and_a_later_report_opens_it_again() -> None:
    done, absent = operation(1, Op.DONE), operation(2, Op.ABSENT, device=OTHER)
    decided = decision(3, Outcome.DONE, done, absent)
    assert person_state([done, absent, decided]).outcome is Outcome.DONE
    again = operation(4, Op.ABSENT, device=OTHER)
    assert person_state([done, absent, decided, again]).disputed
    agreeing = operation(5, Op.DONE, device=OTHER)
    assert person_state([done, absent, decided, agreeing]).outcome is Outcome.DONE


def test_a_decision_about_one_of_two_leaves_the_other_standing() -> None:
    done, absent = operation(1, Op.DONE), operation(2, Op.ABSENT, device=OTHER)
    assert person_state([done, absent, decision(3, Outcome.DONE, done)]).disputed


def test_a_void_takes_back_only_what_its_own_device_said_before() -> None:
    done = operation(1, Op.DONE)
    assert person_state([done, operation(2, Op.VOID, target=done.op_id)]).outcome is None
    assert person_state([done, operation(2, Op.VOID, device=OTHER, target=done.op_id)]).outcome is Outcome.DONE
    later = operation(5, Op.DONE)
    assert person_state([later, operation(2, Op.VOID, target=later.op_id)]).outcome is Outcome.DONE


def test_a_void_lets_what_was_said_before_count_again() -> None:
    incomplete = operation(1, Op.INCOMPLETE, reason=OutcomeReason.DATA_MISMATCH)
    done = operation(2, Op.DONE)
    state = person_state([incomplete, done, operation(3, Op.VOID, target=done.op_id)])
    assert (state.outcome, state.reason) == (Outcome.INCOMPLETE, OutcomeReason.DATA_MISMATCH)


def test_times_of_a_stop_are_the_earliest_beginning_and_the_latest_end() -> None:
    state = stop_state(
        [
            operation(1, Op.ARRIVED),
            operation(2, Op.ARRIVED, device=OTHER),
            operation(3, Op.STARTED),
            operation(4, Op.FINISHED),
            operation(6, Op.FINISHED, device=OTHER),
        ]
    )
    assert state.arrived_at == NINE + timedelta(minutes=1)
    assert state.started_at == NINE + timedelta(minutes=3)
    assert state.finished_at == NINE + timedelta(minutes=6)


@st.composite
def histories(draw: st.DrawFn) -> list[FieldOperation]:
    """Operations of two devices and a desk, with voids and decisions about any of them."""
    log: list[FieldOperation] = []
    for number in range(1, draw(st.integers(2, 12)) + 1):
        kind = draw(st.sampled_from([Op.CHECK_IN, Op.DONE, Op.ABSENT, Op.NOTE, Op.VOID, Op.RESOLVE]))
        device = draw(st.sampled_from([ONE, OTHER]))
        ids = [one.op_id for one in log] or [UUID(int=0)]
        if kind is Op.RESOLVE:
            named = draw(st.lists(st.sampled_from(log), max_size=3)) if log else []
            log.append(decision(number, draw(st.sampled_from([Outcome.DONE, Outcome.ABSENT])), *named))
        elif kind is Op.VOID:
            log.append(operation(number, kind, device=device, target=draw(st.sampled_from(ids))))
        else:
            log.append(operation(number, kind, device=device, text=Secret("x") if kind is Op.NOTE else None))
    return log


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.data(), histories())
def test_order_and_repetition_decide_nothing(data: st.DataObject, log: list[FieldOperation]) -> None:
    again = data.draw(st.lists(st.sampled_from(log), max_size=4))
    shuffled = data.draw(st.permutations([*log, *again]))
    assert person_state(shuffled) == person_state(log)
    assert stop_state(shuffled) == stop_state(log)


@pytest.mark.parametrize(
    ("complaint", "broken"),
    [
        ("exactly one", replace(operation(1, Op.NOTE, text=Secret("x")), appointment_id=None)),
        ("is about a stop", operation(1, Op.ARRIVED)),
        ("voids a named operation", operation(1, Op.VOID)),
        ("has a text", operation(1, Op.NOTE)),
        ("one of the reasons", operation(1, Op.INCOMPLETE)),
        ("one of the reasons", operation(1, Op.REFUSED, reason=OutcomeReason.OUTAGE)),
        ("needs no reason", operation(1, Op.DONE, reason=OutcomeReason.OTHER)),
        ("decides for an outcome", operation(1, Op.RESOLVE)),
    ],
)
def test_what_cannot_be_understood_is_named(complaint: str, broken: FieldOperation) -> None:
    assert complaint in (complaint_about(broken) or "")


def test_a_stop_reads_what_it_writes() -> None:
    stop = StopKey.parse("2026-12-01/K-002")
    assert str(stop) == "2026-12-01/K-002"
    for broken in ("2026-12-01", "2026-12-01/", "kemarin/K-002"):
        with pytest.raises(ValueError):
            StopKey.parse(broken)


ACTIVE, MISSED, CANCELLED = AppointmentStatus.ACTIVE, AppointmentStatus.MISSED, AppointmentStatus.CANCELLED


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([(ACTIVE, None)], ApplicantStatus.SCHEDULED),
        ([(ACTIVE, Outcome.ABSENT)], ApplicantStatus.ABSENT),
        ([(MISSED, Outcome.ABSENT)], ApplicantStatus.WAITING),
        ([(MISSED, Outcome.ABSENT), (ACTIVE, None)], ApplicantStatus.SCHEDULED),
        ([(MISSED, Outcome.DONE), (ACTIVE, None)], ApplicantStatus.SERVED),
        ([(CANCELLED, None)], ApplicantStatus.WAITING),
    ],
)
def test_the_newest_promise_decides_unless_the_person_was_served_before(
    history: list[tuple[AppointmentStatus, Outcome | None]], expected: ApplicantStatus
) -> None:
    assert standing(Promised(status=status, outcome=outcome) for status, outcome in history) is expected
