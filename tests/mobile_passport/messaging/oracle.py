"""What has to be true at the end, whatever failed: judged against the provider's own books.

A message is known there by its marker, on whatever channel it went.
"""

import re
from collections import Counter, defaultdict
from uuid import UUID

from mobile_passport.domain.message import CALL_STATES, IntentState
from tests.fakes.provider import Taken
from tests.mobile_passport.messaging.bureau import Bureau

_WORD = re.compile(r"[A-Z2-7]{8}")
_REACHED = {IntentState.ACCEPTED, IntentState.DELIVERED, IntentState.UNDELIVERED}
_CLOSED_WITH_REASON = {*CALL_STATES, IntentState.SUPERSEDED} - _REACHED


def sent_twice(office: Bureau, taken: list[Taken]) -> list[str]:
    """Name every promise that the provider took more than once."""
    sent_of = _copies(office, taken)
    promises: dict[tuple[object, ...], int] = defaultdict(int)
    for row in office.subjects():
        key = (row.applicant_id or row.request_id or row.topic, row.revision, row.kind, row.lead_days, row.occurrence)
        promises[key] += sent_of[row.intent_id]
    return [f"{key} sent {count} times" for key, count in promises.items() if count > 1]


def lost(office: Bureau, taken: list[Taken]) -> list[str]:
    """Name every message that was neither taken once nor closed with a reason."""
    copies = _copies(office, taken)
    faults = []
    for intent in office.intents():
        count = copies[intent.id]
        state = IntentState(intent.state)
        if state in _REACHED and count == 0:
            faults.append(f"{intent.kind} is {state} but the provider never had it")
        if state not in _REACHED and (state not in _CLOSED_WITH_REASON or not intent.reason):
            faults.append(f"{intent.kind} is left {state} without a reason ({count} at the provider)")
    return faults


def _copies(office: Bureau, taken: list[Taken]) -> Counter[UUID]:
    """Count how often each message reached, or will reach, a telephone."""
    of_marker = {intent.marker: intent.id for intent in office.intents()}
    copies: Counter[UUID] = Counter()
    for one in taken:
        if not one.cancelled and not one.returned:
            copies.update(of_marker[word] for word in _WORD.findall(one.body) if word in of_marker)
    return copies
