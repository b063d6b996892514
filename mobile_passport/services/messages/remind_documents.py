"""Tell people some days before their visit that papers are still missing."""

from datetime import datetime
from uuid import UUID

from mobile_passport.messaging.reminders import due_reminders, furthest_slot
from mobile_passport.messaging.written import Written
from mobile_passport.persistence.messages.message_facts import MessageFacts
from mobile_passport.persistence.requests.papers import Papers
from mobile_passport.rules.messages import Says
from mobile_passport.services.requests.read_requests import known_person
from mobile_passport.services.requests.readiness import readiness_in
from mobile_passport.services.world import World


def remind_documents(world: World, *, now: datetime) -> Written:
    """Tell who has shown some papers and not all; a repeat adds nothing.

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
            incomplete: list[UUID] = []
            for one in due.people:
                person = known_person(session, world, one.applicant_id)
                if person.form is None:
                    continue
                papers = readiness_in(session, world, person, now=now).papers
                if any(paper.seen is None for paper in papers):
                    incomplete.append(person.id)
            written += world.outbox.tell(
                session, Says.DOCUMENTS, incomplete, now, lead_days=due.lead_days, not_after=due.not_after
            )
    return written
