"""How messages stand, in one answer: for the command line and for a page of staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mobile_passport.domain.message import IntentState
from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.quiet_hours import first_opening
from mobile_passport.persistence.messages.message_report import Backlog, Delivery, MessageReport, Unknowns
from mobile_passport.services.messages.steer_sender import SenderState, state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What today has cost, in local days; the sender stops before the cap is passed.

    Attributes
    ----------
    spent_segments
        Of SMS.
    spent_rupiah, cap_rupiah
        Of all channels, at the prices of ``messages.toml``. The cap is what ``cap_segments`` of SMS cost.
    """

    spent_segments: int
    cap_segments: int
    spent_rupiah: int
    cap_rupiah: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWatch:
    """How messages and their sender stood at one moment.

    Attributes
    ----------
    by_state
        Messages in each state; a state that has none is left out.
    backlog_age_s
        How long the oldest due message waits; 0 when none does.
    resumes_at
        When sending may begin again; ``None`` within the hours of ``messages.toml``.
    deliveries
        By operator, of the last ``delivery_window_days`` of ``messages.toml``, most messages first.
    """

    at: datetime
    by_state: dict[IntentState, int]
    backlog: Backlog
    backlog_age_s: int
    resumes_at: datetime | None
    unknowns: Unknowns
    deliveries: tuple[Delivery, ...]
    spending: Spending
    sender: SenderState


def watch_messages(desk: Desk) -> MessageWatch:
    """Look at the queue, the unknowns, the deliveries, the spending and the sender, in one transaction."""
    care = desk.rules.care
    with desk.database.transaction() as session:
        now = desk.now(session)
        report = MessageReport(session, desk.kanim)
        backlog = report.backlog(now)
        spent = report.spent_on(now.astimezone(desk.office.zone).date())
        return MessageWatch(
            at=now,
            by_state=report.by_state(),
            backlog=backlog,
            backlog_age_s=int((now - backlog.oldest_due_at).total_seconds()) if backlog.oldest_due_at else 0,
            resumes_at=first_opening(desk.rules.hours, desk.office, now),
            unknowns=report.unknowns(),
            deliveries=report.deliveries(since=now - timedelta(days=care.delivery_window_days)),
            spending=Spending(
                spent_segments=spent.segments,
                cap_segments=care.segments_a_day,
                spent_rupiah=spent.rupiah,
                cap_rupiah=care.rupiah_a_day,
            ),
            sender=state_of(desk, session, now),
        )
