"""What field teams are told when a new plan changes their next days: the final state, once for a team and day."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mobile_passport.domain.team_day import TeamDay
from mobile_passport.messaging.pen import Pen
from mobile_passport.messaging.written import Written
from mobile_passport.persistence.messages.messages import Messages, StoredIntent, Subject
from mobile_passport.rules.messages import Says
from mobile_passport.rules.teams import Team


class TeamNews:
    """Writes and takes back what teams are told, always inside the caller's transaction."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen

    def tell(
        self, session: Session, teams: Collection[Team], *, before: int | None, version: int, now: datetime
    ) -> Written:
        """Tell teams whose next days a published version changed. A second call changes nothing.

        A stop that came, went, moved, or is in another order, at another time or in another shift is a change; more or
        fewer people at a stop are not. What was not sent yet about such a day is taken back. Of days that begin later
        than ``within_days`` of ``messages.toml``, and to teams without a number, nothing is said.

        Parameters
        ----------
        before
            The version that it replaces; ``None`` for the first.
        """
        facts, messages = self._pen.facts(session), self._pen.messages(session)
        zone = self._pen.office.zone
        old = facts.team_days(before, after=now, zone=zone) if before is not None else {}
        new = facts.team_days(version, after=now, zone=zone)
        changed = [topic for topic in sorted(old.keys() | new.keys()) if old.get(topic) != new.get(topic)]
        written = Written()
        for waiting in messages.pending_about(changed):
            if all(subject.revision < version for subject in waiting.subjects):
                written += Written(superseded=messages.supersede(waiting.id, reason="plan_replaced", now=now))
        by_id = {team.id: team for team in teams}
        for topic in changed:
            days = [day for day in (old.get(topic), new.get(topic)) if day is not None]
            begins_at = min(day.stops[0].starts_at for day in days)
            team = by_id.get(days[0].team)
            if team is not None and begins_at < now + timedelta(days=self._pen.rules.teams.within_days):
                day = new.get(topic) or TeamDay(team=days[0].team, day=days[0].day)
                written += self._write(messages, team, day, version=version, begins_at=begins_at, now=now)
        return written

    def holds(self, session: Session, intent: StoredIntent, now: datetime) -> bool:
        """Tell whether a team's day is still what a message says of it."""
        facts = self._pen.facts(session)
        current = facts.current_plan()
        if current is None:
            return False
        present = facts.team_days(current, after=now, zone=self._pen.office.zone)
        for subject in intent.subjects:
            told = facts.team_days(subject.revision, after=now, zone=self._pen.office.zone)
            if subject.topic is not None and told.get(subject.topic) != present.get(subject.topic):
                return False
        return True

    def _write(
        self, messages: Messages, team: Team, day: TeamDay, *, version: int, begins_at: datetime, now: datetime
    ) -> Written:
        phone = team.telephone
        if phone is None:
            return Written()
        kind = self._pen.rules.kind(Says.ROUTE)
        promise = self._pen.promise(kind, (Subject(topic=day.topic, revision=version),))
        return self._pen.write(
            messages,
            promise,
            self._pen.texts.for_team(kind, team.label, day, promise.marker),
            to=phone,
            not_after=begins_at - timedelta(seconds=kind.stops_before_slot_s),
            plan_version=version,
            now=now,
        )
