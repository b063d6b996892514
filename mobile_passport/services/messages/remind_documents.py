"""Tell people some days before their visit that papers are still missing."""

from datetime import datetime

from mobile_passport.messaging.reminders import due_reminders, furthest_slot
from mobile_passport.messaging.written import Written
from mobile_passport.persistence.messages.message_facts import AppointmentFacts, MessageFacts
from mobile_passport.persistence.requests.papers import Papers
from mobile_passport.rules.messages import Says
from mobile_passport.services.requests.read_requests import known_person
from mobile_passport.services.requests.readiness import readiness_in
from mobile_passport.services.world import World


def remind_documents(world: World, *, now: datetime) -> Written:
    """Tell who has shown some papers and not all; a repeat adds nothing.

    Of people without a telephone the contact of their request is told, in one message with those who use the contact's.
    Who has shown none was not looked at yet: the first message and the reminders say what to bring. An office that
    ticks no papers sends none of these.
    """
    kind = world.rulebook.messages.kind(Says.DOCUMENTS)
    written = Written()
    with world.database.transaction() as session:
        active = MessageFacts(session, world.vault, world.kanim).active_between(now, furthest_slot(now, kind))
        shown = Papers(session, world.kanim).somebody_saw({one.applicant_id for one in active})
        looked_at = [one for one in active if one.applicant_id in shown]
        for due in due_reminders(looked_at, kind, world.rulebook.office, now):
            incomplete: list[AppointmentFacts] = []
            for one in due.people:
                person = known_person(session, world, one.applicant_id)
                if person.form is None:
                    continue
                papers = readiness_in(session, world, person, now=now).papers
                if any(paper.seen is None for paper in papers):
                    incomplete.append(one)
            groups = world.outbox.groups.told_through_contacts(session, incomplete)
            for group in groups.values():
                written += world.outbox.groups.papers_missing(
                    session, group, lead_days=due.lead_days, not_after=due.not_after, now=now
                )
            through_contact = {one.applicant_id for group in groups.values() for one in group}
            told = [one.applicant_id for one in incomplete if one.applicant_id not in through_contact]
            written += world.outbox.tell(
                session, Says.DOCUMENTS, told, now, lead_days=due.lead_days, not_after=due.not_after
            )
    return written
