"""What has to be true at the end, whatever failed: judged against the provider's own books."""

from collections import Counter, defaultdict
from uuid import UUID

from mobile_passport.domain.message import CALL_STATES, IntentState
from tests.fakes.provider import Taken
from tests.mobile_passport.messaging.bureau import Bureau

_REACHED = {IntentState.ACCEPTED, IntentState.DELIVERED, IntentState.UNDELIVERED}
_CLOSED_WITH_REASON = {*CALL_STATES, IntentState.SUPERSEDED} - _REACHED


def sent_twice(office: Bureau, taken: list[Taken]) -> list[str]:
    """Name every promise that the provider took more than once."""
    copies = Counter(one.body for one in taken if not one.cancelled)
    sent_of: dict[UUID, int] = {intent.id: copies[office.body(intent)] for intent in office.intents()}
    promises: dict[tuple[object, ...], int] = defaultdict(int)
    for row in office.subjects():
        key = (row.applicant_id or row.request_id, row.revision, row.kind, row.lead_days, row.occurrence)
        promises[key] += sent_of[row.intent_id]
    return [f"{key} sent {count} times" for key, count in promises.items() if count > 1]


def lost(office: Bureau, taken: list[Taken]) -> list[str]:
    """Name every message that was neither taken once nor closed with a reason."""
    copies = Counter(one.body for one in taken if not one.cancelled)
    faults = []
    for intent in office.intents():
        count = copies[office.body(intent)]
        state = IntentState(intent.state)
        if state in _REACHED and count == 0:
            faults.append(f"{intent.kind} is {state} but the provider never had it")
        if state not in _REACHED and (state not in _CLOSED_WITH_REASON or not intent.reason):
            faults.append(f"{intent.kind} is left {state} without a reason ({count} at the provider)")
    return faults
