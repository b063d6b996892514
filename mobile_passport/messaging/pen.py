"""What everything that writes messages of an office has in its hand: from a promise to a row of the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.channels import fill_template
from mobile_passport.messaging.marks import Marks
from mobile_passport.messaging.texts import Text, Texts
from mobile_passport.messaging.written import Written
from mobile_passport.persistence.messages.message_facts import MessageFacts
from mobile_passport.persistence.messages.messages import IntentDraft, LinkDraft, Messages, Subject
from mobile_passport.persistence.privacy.vault import Vault
from mobile_passport.rules.messages import MessageKind, MessageRules
from mobile_passport.rules.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a message is about, and the marks that follow from it: the text shows one of them.

    Attributes
    ----------
    id, marker
        As of `Marks`.
    """

    kind: MessageKind
    lead_days: int
    subjects: tuple[Subject, ...] = field(repr=False)
    id: UUID
    marker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """The words of one office, its marks, and the way into its outbox."""

    kanim: str
    office: Office
    rules: MessageRules
    vault: Vault
    marks: Marks
    texts: Texts

    def facts(self, session: Session) -> MessageFacts:
        """What messages are about, inside one transaction."""
        return MessageFacts(session, self.vault, self.kanim)

    def messages(self, session: Session) -> Messages:
        """Return the outbox, inside one transaction."""
        return Messages(session, self.vault, self.kanim)

    def promise(self, kind: MessageKind, subjects: Sequence[Subject], *, lead_days: int = 0) -> Promise:
        """Derive the marks of a message from what it promises."""
        intent_id = self.marks.intent_id(kind.name, lead_days, subjects)
        return Promise(
            kind=kind,
            lead_days=lead_days,
            subjects=tuple(subjects),
            id=intent_id,
            marker=self.marks.marker(intent_id),
        )

    def write(
        self,
        messages: Messages,
        promise: Promise,
        text: Text,
        *,
        to: Secret[str],
        not_after: datetime,
        now: datetime,
        due_at: datetime | None = None,
        plan_version: int | None = None,
        link: LinkDraft | None = None,
    ) -> Written:
        """Put a message into the outbox; a promise that was written before adds nothing.

        Parameters
        ----------
        due_at
            Not to be sent earlier; at once by default.
        plan_version
            Of the plan that it tells of.
        """
        draft = IntentDraft(
            id=promise.id,
            kind=promise.kind.name,
            lead_days=promise.lead_days,
            template_version=text.version,
            plan_version=plan_version,
            subjects=promise.subjects,
            to=to,
            body=Secret(text.body),
            marker=promise.marker,
            segments=text.segments,
            due_at=due_at or now,
            not_after=not_after,
            link=link,
            template=fill_template(self.rules, promise.kind, text),
        )
        return Written(messages=int(messages.add(draft, now=now)))
