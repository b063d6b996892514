"""Which way a message goes: to WhatsApp first where the office has switched that on, and by SMS after a certain "no".

Nothing here ever follows on an unknown end: a message of which nobody can tell whether WhatsApp took it waits for
`reconcile`, as any other.
"""

import json
import logging
from datetime import datetime
from uuid import UUID

from mobile_passport.domain.message import Channel, IntentState
from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.gsm7 import fold
from mobile_passport.messaging.provider import Template
from mobile_passport.messaging.texts import Text
from mobile_passport.persistence.messages.attempt_records import QueuedMessage
from mobile_passport.persistence.messages.messages import Messages
from mobile_passport.rules.messages import MessageKind, MessageRules

log = logging.getLogger(__name__)


def fill_template(rules: MessageRules, kind: MessageKind, text: Text) -> Secret[str] | None:
    """Write down what fills the gaps of a kind's template, with the very values of the SMS.

    Returns
    -------
    Secret or None
        As it is stored; ``None`` when the kind goes by SMS alone, or a gap would stay empty, which WhatsApp refuses.
    """
    template = rules.whatsapp.template(kind.name)
    if template is None:
        return None
    values = [fold(text.values[name]) for name in template.variables]
    if not all(values):
        return None
    gaps = {str(number): value for number, value in enumerate(values, start=1)}
    return Secret(json.dumps({"content_sid": template.content_sid, "variables": gaps}))


def template_for(rules: MessageRules, message: QueuedMessage) -> Template | None:
    """Return the template by which a message goes next; ``None`` for SMS.

    A message that was written while the office had the channel on goes by SMS once it is off, or the template is
    another.
    """
    template = rules.whatsapp.template(message.kind)
    if message.channel is not Channel.WHATSAPP or template is None or message.template is None:
        return None
    stored = json.loads(message.template.reveal())
    if stored["content_sid"] != template.content_sid:
        return None
    return Template(
        sender=rules.whatsapp.sender,
        content_sid=template.content_sid,
        variables=Secret(json.dumps(stored["variables"])),
    )


def fall_back(messages: Messages, intent_id: UUID, attempt_id: UUID, *, code: str, now: datetime) -> bool:
    """Let a message go by SMS, as a new attempt; its current one, on WhatsApp, is closed as certainly not there.

    Returns
    -------
    bool
        False when the message has another attempt by now, is closed for good, or went to a person.
    """
    moved = messages.move(
        intent_id, IntentState.PENDING, at=now, attempt_id=attempt_id, reason=f"whatsapp_{code}", next_try_at=now
    )
    messages.use_sms(intent_id)
    log.info("message goes by SMS after WhatsApp", extra={"intent_id": str(intent_id), "code": code})
    return moved
