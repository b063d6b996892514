"""Personal data at rest: sealed columns and keyed look-ups.

A plain hash of a NIK can be reversed by counting (6 region + 6 birth + 4 serial digits); so look-ups use an HMAC whose
key, like the sealing key, lives outside the database.
"""

import hmac
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_ID = b"\x01"
_NONCE_BYTES = 12
_LOOKUP_BYTES = 16


class CannotOpen(Exception):
    """A sealed value does not belong to this key or this column."""


class Vault:
    """Seals values for one column each, and makes blind indexes.

    Parameters
    ----------
    secret
        The deployment's secret (``MP_SECRET_KEY``); the keys are derived from it with HKDF.
    """

    def __init__(self, secret: str) -> None:
        self._cipher = AESGCMSIV(_derive(secret, b"seal"))
        self._lookup_key = _derive(secret, b"lookup")

    def seal(self, value: str, column: str) -> bytes:
        """Encrypt a value; only the same column of the same deployment can open it.

        Parameters
        ----------
        value
            Clear text.
        column
            ``"table.column"``; bound to the ciphertext, so that a value moved to another column does not open.

        Returns
        -------
        bytes
            Key id (1), nonce (12), ciphertext and tag.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _KEY_ID + nonce + self._cipher.encrypt(nonce, value.encode(), column.encode())

    def open(self, sealed: bytes, column: str) -> str:
        """Decrypt what `seal` made for the same column.

        Raises
        ------
        CannotOpen
            When the key, the column or a single bit is another.
        """
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, column.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise CannotOpen(f"{column}: sealed with another key, or altered") from error

    def blind_index(self, value: str, purpose: str) -> bytes:
        """Return 16 bytes that are equal for equal values and tell nothing without the key."""
        return hmac.digest(self._lookup_key, f"{purpose}:{value}".encode(), sha256)[:_LOOKUP_BYTES]


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mobile-passport/" + purpose).derive(secret.encode())
