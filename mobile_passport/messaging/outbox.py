"""The outbox: what has to be told is written down in the transaction that makes it true.

What to tell is derived from what holds now and from what may have been told already, not from the edits in between: a
person whose slot moved three times before anything was sent gets one message, with the last slot.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mobile_passport.domain.link import LinkPurpose, link_digest
from mobile_passport.domain.request import VisitKind
from mobile_passport.messaging.group_news import GroupNews
from mobile_passport.messaging.marks import Marks
from mobile_passport.messaging.pen import Pen
from mobile_passport.messaging.reminders import DueReminder, due_reminders
from mobile_passport.messaging.team_news import TeamNews
from mobile_passport.messaging.texts import Texts
from mobile_passport.messaging.written import Written
from mobile_passport.persistence.messages.message_facts import AppointmentFacts, RequestFacts
from mobile_passport.persistence.messages.messages import LinkDraft, Messages, StoredIntent, Subject
from mobile_passport.persistence.messages.sealed import phone_indexes
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.rules.messages import MessageKind, MessageRules, Says
from mobile_passport.rules.office import Office

_OF_PASSPORT = frozenset({Says.PASSPORT, Says.COLLECT})
_FOLLOWING = frozenset({Says.CHANGE, Says.CANCELLATION})
_OF_APPOINTMENT = frozenset({Says.SLOT, Says.CHANGE, Says.REMINDER, Says.DOCUMENTS, *_OF_PASSPORT})


class Outbox:
    """Writes and takes back the messages of one office, always inside the caller's transaction.

    Messages are the office's whoever causes them: a family shares a phone, and one text may be about people that the
    caller does not see.

    Attributes
    ----------
    teams, groups
        What field teams are told, and contacts of groups besides the plan.
    """

    def __init__(self, *, kanim: str, office: Office, rules: MessageRules, vault: Vault, public_url: str) -> None:
        self._office = office
        self._rules = rules
        self._pen = Pen(
            kanim=kanim,
            office=office,
            rules=rules,
            vault=vault,
            marks=Marks(vault, kanim),
            texts=Texts(rules, office, public_url),
        )
        self.teams = TeamNews(self._pen)
        self.groups = GroupNews(self._pen)

    def announce(self, session: Session, applicants: Collection[UUID], now: datetime) -> Written:
        """Tell people what holds for them now: a slot, a changed slot, or that it was cancelled.

        Call it after the appointments were written, with everybody whose appointment is new, changed or cancelled.
        Waiting messages that say something else are taken back; people who shared one of them are told again. A
        second call changes nothing.
        """
        with office_wide(session):
            return self._announce(session, applicants, now)

    def _announce(self, session: Session, applicants: Collection[UUID], now: datetime) -> Written:
        messages = self._pen.messages(session)
        facts_of = self._pen.facts(session)
        waiting = messages.pending_covering(applicants)
        everyone = set(applicants) | {one.applicant_id for w in waiting for one in w.subjects if one.applicant_id}
        facts = facts_of.appointments_of(everyone)
        stale = [intent for intent in waiting if not self._holds(intent, facts)]
        superseded = sum(messages.supersede(intent.id, reason="appointment_changed", now=now) for intent in stale)
        told = messages.told(everyone)
        wanted: dict[Says, list[AppointmentFacts]] = defaultdict(list)
        for one in facts.values():
            says = self._what_to_say(one, told.get(one.applicant_id, frozenset()))
            if says is not None:
                wanted[says].append(one)
        promised = {
            (person, revision)
            for says in (Says.SLOT, Says.CHANGE)
            for person, revision, _ in messages.promised(everyone, self._rules.kind(says).name)
        }
        cancelled = {
            (person, revision)
            for person, revision, _ in messages.promised(everyone, self._rules.kind(Says.CANCELLATION).name)
        }
        written = Written(superseded=superseded)
        for says, people in wanted.items():
            known = cancelled if says is Says.CANCELLATION else promised
            new = [one for one in people if (one.applicant_id, one.revision) not in known]
            written += self._write_people(messages, self._rules.kind(says), new, now=now)
        return written

    def still_holds(self, session: Session, intent: StoredIntent, now: datetime) -> bool:
        """Tell whether what a message says is still so; what contacts were told of a plan always holds.

        Nor does a change or an end hold for who was told nothing: the message that it follows came back unsent.
        """
        if any(one.topic for one in intent.subjects):
            return self.teams.holds(session, intent, now)
        if any(one.request_id for one in intent.subjects):
            return self.groups.holds(session, intent, now)
        people = [one.applicant_id for one in intent.subjects if one.applicant_id]
        facts = self._pen.facts(session).appointments_of(people)
        kind, is_so = self._rules.named(intent.kind), self._holds(intent, facts)
        if not is_so or kind is None or kind.says not in _FOLLOWING:
            return is_so
        told = self._pen.messages(session).told(people)
        return all(
            self._what_to_say(one, told.get(one.applicant_id, frozenset())) is kind.says for one in facts.values()
        )

    def confirm_requests(self, session: Session, requests: Collection[UUID], now: datetime) -> Written:
        """Tell the contacts of requests that they were taken in."""
        kind = self._rules.kind(Says.REQUEST)
        not_after = now + timedelta(seconds=kind.useful_s)
        written = Written()
        with office_wide(session):
            messages = self._pen.messages(session)
            for request in self._pen.facts(session).requests(requests):
                written += self._write_contact(messages, kind, request, revision=1, now=now, not_after=not_after)
        return written

    def summarise(self, session: Session, requests: Collection[UUID], plan_version: int, now: datetime) -> Written:
        """Tell the contacts of requests what a published plan means for their people.

        A contact whose own phone gets every message to the people anyway is not told a second time.
        """
        messages = self._pen.messages(session)
        first, again = self._rules.kind(Says.GROUP), self._rules.kind(Says.GROUP_CHANGE)
        names = (first.name, again.name)
        written = Written()
        for request in self._pen.facts(session).requests(requests):
            old = [
                intent
                for intent in messages.pending_to_contact(request.request_id, names)
                if all(subject.revision < plan_version for subject in intent.subjects)
            ]
            superseded = sum(messages.supersede(one.id, reason="plan_replaced", now=now) for one in old)
            written += Written(superseded=superseded)
            was_told = messages.contact_was_told(request.request_id, names)
            zone = self._office.zone_at(request.appointments[0].village_code if request.appointments else None)
            if request.is_told_as_a_person(zone) or not (request.appointments or was_told):
                continue
            kind = again if was_told else first
            not_after = now + timedelta(seconds=again.useful_s)
            if request.appointments:
                not_after = request.appointments[0].slot_at - timedelta(seconds=kind.stops_before_slot_s)
            written += self._write_contact(messages, kind, request, revision=plan_version, now=now, not_after=not_after)
        return written

    def days_to_remind(self, session: Session, now: datetime, last: datetime) -> tuple[tuple[datetime, datetime], ...]:
        """Return the local days, as [begin, end), on whose slots before ``last`` somebody is to be reminded now."""
        due = self._due_reminders(session, now, first=now, last=last)
        zone = self._office.zone
        days = {one.slot_at.astimezone(zone).date() for group in due for one in group.people}
        begins = [datetime.combine(day, time.min, tzinfo=zone) for day in sorted(days)]
        return tuple((begin, begin + timedelta(days=1)) for begin in begins)

    def remind(self, session: Session, now: datetime, *, first: datetime, last: datetime) -> Written:
        """Write the reminders that are due now for appointments with first <= slot < last; a repeat adds nothing."""
        messages = self._pen.messages(session)
        kind = self._rules.kind(Says.REMINDER)
        written = Written()
        for due in self._due_reminders(session, now, first=first, last=last):
            written += self._write_people(
                messages, kind, due.people, now=now, lead_days=due.lead_days, due_at=due.due_at, not_after=due.not_after
            )
        return written

    def tell(
        self,
        session: Session,
        says: Says,
        people: Collection[UUID],
        now: datetime,
        *,
        lead_days: int = 0,
        not_after: datetime | None = None,
    ) -> Written:
        """Tell people something about the appointment that they have or were served at; a repeat adds nothing.

        Parameters
        ----------
        not_after
            When the message becomes useless; that of a passport is the end of the last day to collect it.
        """
        kind = self._rules.kind(says)
        with office_wide(session):
            messages = self._pen.messages(session)
            promised = messages.promised(people, kind.name)
            facts = self._pen.facts(session).appointments_of(people)
            new = [
                one
                for one in facts.values()
                if one.is_active and (one.applicant_id, one.revision, lead_days) not in promised
            ]
            return self._write_people(messages, kind, new, now=now, lead_days=lead_days, not_after=not_after)

    def take_back(self, session: Session, says: Collection[Says], people: Collection[UUID], now: datetime) -> Written:
        """Take back what waits to be said to these people and to nobody else beside them."""
        names = {self._rules.kind(one).name for one in says}
        with office_wide(session):
            messages = self._pen.messages(session)
            needless = [
                intent
                for intent in messages.pending_covering(people)
                if intent.kind in names and {one.applicant_id for one in intent.subjects} <= set(people)
            ]
            superseded = sum(messages.supersede(one.id, reason="settled", now=now) for one in needless)
        return Written(superseded=superseded)

    def repeat(self, session: Session, intent_id: UUID, now: datetime) -> Written:
        """Say once more, some hours later, what did not arrive for a cause that passes.

        A message to the contact of a request, one that was repeated already, and one that would come too late or does
        not hold any more is not repeated: it goes to the call list.
        """
        with office_wide(session):
            messages = self._pen.messages(session)
            intent = messages.read(intent_id)
            kind = self._rules.named(intent.kind)
            people = [one.applicant_id for one in intent.subjects if one.applicant_id]
            facts = self._pen.facts(session).appointments_of(people)
            due_at = now + timedelta(seconds=self._rules.care.repeat_after_s)
            is_in_time = due_at + timedelta(seconds=self._rules.care.shortest_validity_s) < intent.not_after
            was_repeated = any(one.occurrence for one in intent.subjects)
            if kind is None or was_repeated or not is_in_time or not self._holds(intent, facts):
                return Written()
            return self._write_people(
                messages,
                kind,
                facts.values(),
                now=now,
                lead_days=intent.lead_days,
                due_at=due_at,
                not_after=intent.not_after,
                occurrence=1,
            )

    def drop_repetition(self, session: Session, intent_id: UUID, now: datetime) -> None:
        """Take back the repetition of a message that arrived after all."""
        with office_wide(session):
            messages = self._pen.messages(session)
            intent = messages.read(intent_id)
            people = {one.applicant_id for one in intent.subjects if one.applicant_id}
            for other in messages.pending_covering(people):
                is_same = (other.kind, other.lead_days) == (intent.kind, intent.lead_days)
                if is_same and all(one.occurrence for one in other.subjects):
                    messages.supersede(other.id, reason="delivered_late", now=now)

    def _due_reminders(
        self, session: Session, now: datetime, *, first: datetime, last: datetime
    ) -> tuple[DueReminder, ...]:
        active = self._pen.facts(session).active_between(first, last)
        kind = self._rules.kind(Says.REMINDER)
        people = [one.applicant_id for one in active if one.phone is not None]
        promised = self._pen.messages(session).promised(people, kind.name)
        groups = []
        for due in due_reminders(active, kind, self._office, now):
            new = [
                one
                for one in due.people
                if one.phone is not None and (one.applicant_id, one.revision, due.lead_days) not in promised
            ]
            if new:
                groups.append(replace(due, people=tuple(new)))
        return tuple(groups)

    def _what_to_say(self, one: AppointmentFacts, told: Collection[bytes]) -> Says | None:
        """Choose the first word, a change or an end; a change says too little to a number that was told nothing."""
        if not one.is_active:
            return Says.CANCELLATION if told else None
        knows = one.phone is not None and not set(told).isdisjoint(phone_indexes(self._pen.vault, one.phone))
        return Says.CHANGE if knows else Says.SLOT

    def _holds(self, intent: StoredIntent, facts: dict[UUID, AppointmentFacts]) -> bool:
        kind = self._rules.named(intent.kind)
        for subject in intent.subjects:
            if subject.applicant_id is None:
                continue
            one = facts.get(subject.applicant_id)
            is_about_slot = kind is None or kind.says in _OF_APPOINTMENT
            if one is None or one.revision != subject.revision or one.is_active != is_about_slot:
                return False
        return True

    def _write_people(
        self,
        messages: Messages,
        kind: MessageKind,
        people: Iterable[AppointmentFacts],
        *,
        now: datetime,
        lead_days: int = 0,
        due_at: datetime | None = None,
        not_after: datetime | None = None,
        occurrence: int = 0,
    ) -> Written:
        groups: dict[tuple[object, ...], list[AppointmentFacts]] = defaultdict(list)
        without_phone = 0
        for one in people:
            if one.phone is None:
                without_phone += 1
                continue
            day = one.slot_at.astimezone(self._zone_of(one)).date()
            venue = one.venue if one.visit_kind is VisitKind.COLLECTIVE else ""
            groups[(one.phone, one.request_id, one.visit_kind, venue, day)].append(one)
        written = Written(without_phone=without_phone)
        for group in groups.values():
            together = sorted(group, key=lambda one: (one.slot_at, one.applicant_id))
            subjects = tuple(
                Subject(applicant_id=one.applicant_id, revision=one.revision, occurrence=occurrence) for one in together
            )
            promise = self._pen.promise(kind, subjects, lead_days=lead_days)
            token = self._pen.marks.token(promise.id) if kind.has_link else None
            phone = together[0].phone
            assert phone is not None  # noqa: S101 - grouped by it
            useless_at = self._useless_at(kind, together[0].slot_at, not_after)
            last_day = (useless_at - timedelta(seconds=1)).astimezone(self._office.zone).date()
            written += self._pen.write(
                messages,
                promise,
                self._pen.texts.for_people(kind, together, promise.marker, token=token, until=last_day),
                to=phone,
                due_at=due_at,
                not_after=useless_at,
                plan_version=max(one.plan_version for one in together),
                link=self._link(token, together[-1]) if token else None,
                now=now,
            )
        return written

    def _useless_at(self, kind: MessageKind, slot_at: datetime, not_after: datetime | None) -> datetime:
        if kind.says in _OF_PASSPORT and not_after is not None:
            return not_after
        before_slot = slot_at - timedelta(seconds=kind.stops_before_slot_s)
        return min(before_slot, not_after) if not_after else before_slot

    def _write_contact(
        self,
        messages: Messages,
        kind: MessageKind,
        request: RequestFacts,
        *,
        revision: int,
        now: datetime,
        not_after: datetime,
    ) -> Written:
        promise = self._pen.promise(kind, (Subject(request_id=request.request_id, revision=revision),))
        return self._pen.write(
            messages,
            promise,
            self._pen.texts.for_contact(kind, request, promise.marker),
            to=request.contact_phone,
            not_after=not_after,
            plan_version=revision if request.appointments else None,
            now=now,
        )

    def _zone_of(self, one: AppointmentFacts) -> ZoneInfo:
        return self._office.zone_at(one.village_code)

    def _link(self, token: str, last: AppointmentFacts) -> LinkDraft:
        zone = self._zone_of(last)
        day = last.slot_at.astimezone(zone).date() + timedelta(days=self._rules.links.days_after_visit + 1)
        return LinkDraft(
            digest=link_digest(token),
            purpose=LinkPurpose.ANSWER,
            expires_at=datetime.combine(day, time.min, tzinfo=zone),
        )
