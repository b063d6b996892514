"""How the number and the text of a message are sealed, and how a number is found."""

from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.messages.message_tables import SmsIntentRow
from mobile_passport.persistence.privacy.vault import SubjectSeal, Vault

TO_COLUMN = "sms_intent.to"
BODY_COLUMN = "sms_intent.body"
TEMPLATE_COLUMN = "sms_intent.template"
PHONE_PURPOSE = "sms-phone"


def phone_index(vault: Vault, phone: Secret[str]) -> bytes:
    """Return the blind index under which messages to a number are stored."""
    return vault.blind_index(phone.reveal(), PHONE_PURPOSE)


def phone_indexes(vault: Vault, phone: Secret[str]) -> tuple[bytes, ...]:
    """Return the blind indexes under which messages to a number may be found."""
    return vault.blind_indexes(phone.reveal(), PHONE_PURPOSE)


def opened(row: SmsIntentRow, seal: SubjectSeal) -> tuple[Secret[str], Secret[str]]:
    """Return number and text of a message; both are empty once somebody whom it covers was erased."""
    return Secret(seal.open(row.to_sealed, TO_COLUMN)), Secret(seal.open(row.body_sealed, BODY_COLUMN))
