"""What tells one message from another: its id, its marker and its link, all derived from what it promises.

A message made again after a restore is the same message: with the text and the link that people already hold, and found
in the provider's list by its marker. Nobody can derive marker or link without the key.
"""

import base64
from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from mobile_passport.domain.link import link_token
from mobile_passport.persistence.messages.messages import Subject
from mobile_passport.persistence.privacy.vault import Vault

_MARKER_LETTERS = 8
_NAMESPACE = uuid5(NAMESPACE_URL, "mobile-passport/sms-intent")


class Marks:
    """Marks of the messages of one office."""

    def __init__(self, vault: Vault, kanim: str) -> None:
        self._vault = vault
        self._kanim = kanim

    def intent_id(self, kind: str, lead_days: int, subjects: Sequence[Subject]) -> UUID:
        """Derive the id from the promises."""
        about = sorted(f"{one.about}:{one.revision}:{one.occurrence}" for one in subjects)
        return uuid5(_NAMESPACE, "|".join([self._kanim, kind, str(lead_days), *about]))

    def token(self, intent_id: UUID) -> str:
        """Return the 128 bits of the link: they look random."""
        return link_token(self._vault.blind_index(str(intent_id), "link"))

    def marker(self, intent_id: UUID) -> str:
        """Return eight letters by which a message is found in the provider's list."""
        index = self._vault.blind_index(str(intent_id), "sms-marker")
        return base64.b32encode(index).decode()[:_MARKER_LETTERS]
