"""Personal data at rest: sealed columns, wrapped keys of persons, keyed look-ups.

A plain hash of a NIK can be reversed by counting (6 region + 6 birth + 4 serial digits); so look-ups use an HMAC whose
key, like the sealing key, lives outside the database. Both are derived from the deployment's secret.

The first byte of a sealed value says what opens it::

    0x01  nonce (12)  ciphertext    the secret, which one is found by trying: written by the first versions
    0x02  key id (4)  nonce (12)  ciphertext    the secret with this id
    0x03  nonce (12)  ciphertext    the data keys of the persons it is about: see `SubjectSeal`

A value that was erased has no bytes at all.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ERASED: Final = b""
BY_SUBJECT: Final = b"\x03"
_BY_ANY_SECRET = b"\x01"
_BY_SECRET = b"\x02"
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12
_LOOKUP_BYTES = 16
_DATA_KEY_BYTES = 32
_WRAPPED = "subject.wrapped_key"


class CannotOpen(Exception):
    """A sealed value does not belong to this key, this person or this column."""


class Vault:
    """Seals values for one column each, wraps the keys of persons, and makes blind indexes.

    Parameters
    ----------
    secret
        The deployment's secret (``MP_SECRET_KEY``); everything new is sealed with it.
    other_secrets
        Secrets that still open what they sealed (``MP_OLD_SECRET_KEYS``), and find what they indexed.
    """

    def __init__(self, secret: str, other_secrets: Sequence[str] = ()) -> None:
        self._current = _Master(secret)
        self._masters = (self._current, *(_Master(other) for other in other_secrets if other != secret))
        self._by_id = {master.id: master for master in self._masters}

    @property
    def current_prefix(self) -> bytes:
        """How everything begins that is sealed directly with the present secret."""
        return _BY_SECRET + self._current.id

    def seal(self, value: str, column: str) -> bytes:
        """Encrypt a value; only the same column of the same deployment can open it.

        Parameters
        ----------
        value
            Clear text.
        column
            ``"table.column"``; bound to the ciphertext, so that a value moved to another column does not open. Write
            it to ``column_sealed``: by that name `keys rotate` finds it.
        """
        return self.current_prefix + _encrypt(self._current.cipher, value.encode(), column.encode())

    def open(self, sealed: bytes, column: str) -> str:
        """Decrypt what `seal` made for the same column, with the present secret or one of the others.

        Raises
        ------
        CannotOpen
            When the key, the column or a single bit is another.
        """
        return self._open(sealed, column.encode()).decode()

    def wrap(self, data_key: bytes, subject: UUID) -> bytes:
        """Encrypt the data key of a person with the present secret."""
        return self.current_prefix + _encrypt(self._current.cipher, data_key, _bound(_WRAPPED, (subject,)))

    def unwrap(self, wrapped: bytes, subject: UUID) -> bytes:
        """Decrypt a person's data key.

        Raises
        ------
        CannotOpen
            When it is another person's, altered, or wrapped with an unknown secret.
        """
        return self._open(wrapped, _bound(_WRAPPED, (subject,)))

    def blind_index(self, value: str, purpose: str) -> bytes:
        """Return 16 bytes that are equal for equal values and tell nothing without the key."""
        return self._current.index(value, purpose)

    def blind_indexes(self, value: str, purpose: str) -> tuple[bytes, ...]:
        """Return the index under the present secret and under every other one, for look-ups during a rotation."""
        return tuple(master.index(value, purpose) for master in self._masters)

    def _open(self, sealed: bytes, bound_to: bytes) -> bytes:
        if sealed[:1] == _BY_ANY_SECRET:
            for master in self._masters:
                try:
                    return _decrypt(master.cipher, sealed[1:], bound_to)
                except CannotOpen:
                    continue
        elif sealed[:1] == _BY_SECRET:
            master_by_id = self._by_id.get(sealed[1 : 1 + _KEY_ID_BYTES])
            if master_by_id is not None:
                return _decrypt(master_by_id.cipher, sealed[1 + _KEY_ID_BYTES :], bound_to)
        raise CannotOpen(f"{bound_to.decode()}: sealed with another key, or altered")


class SubjectSeal:
    """Seals values that are about one person, or about several together: gone as soon as one of them is erased.

    Parameters
    ----------
    vault
        Opens what was sealed before persons had keys.
    wrapped_keys
        Wrapped data key by person; ``None`` for a person who has none (yet, or any more).
    """

    def __init__(self, vault: Vault, wrapped_keys: Mapping[UUID, bytes | None]) -> None:
        self._vault = vault
        self._subjects = tuple(sorted(wrapped_keys))
        self._names = _names(self._subjects)
        self._key = self._together([wrapped_keys[subject] for subject in self._subjects])
        self._cipher = AESGCMSIV(self._key) if self._key is not None else None

    @property
    def has_key(self) -> bool:
        """Whether anything can be sealed or opened: nothing can any more when one of them was erased."""
        return self._cipher is not None

    def seal(self, value: str, column: str) -> bytes:
        """Encrypt a value for one column of these persons.

        Raises
        ------
        CannotOpen
            When one of them has no key: nothing new may be kept about somebody who was erased.
        """
        return BY_SUBJECT + _encrypt(self._cipher_for(column), value.encode(), column.encode() + self._names)

    def open(self, sealed: bytes, column: str) -> str:
        """Decrypt a value; an erased one is the empty text.

        Raises
        ------
        CannotOpen
            When it belongs to other persons or another column, or was altered.
        """
        if sealed == ERASED:
            return ""
        if sealed[:1] != BY_SUBJECT:
            return self._vault.open(sealed, column)
        return _decrypt(self._cipher_for(column), sealed[1:], column.encode() + self._names).decode()

    def digest(self, value: str) -> str:
        """Return a keyed SHA-256, 64 hexadecimal digits, that outlives every rotation of secrets."""
        if self._key is None:
            raise CannotOpen("digest: a person has no key")
        return hmac.digest(_derive(self._key, b"digest"), value.encode(), sha256).hex()

    def _cipher_for(self, column: str) -> AESGCMSIV:
        if self._cipher is None:
            raise CannotOpen(f"{column}: a person has no key")
        return self._cipher

    def _together(self, wrapped_keys: Sequence[bytes | None]) -> bytes | None:
        keys = [
            self._vault.unwrap(wrapped, subject)
            for subject, wrapped in zip(self._subjects, wrapped_keys, strict=True)
            if wrapped is not None
        ]
        if not keys or len(keys) < len(wrapped_keys):
            return None
        return keys[0] if len(keys) == 1 else _derive(b"".join(keys), b"together")


def new_data_key() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(_DATA_KEY_BYTES)


class _Master:
    """The keys that follow from one secret; its id names it without telling anything of it."""

    def __init__(self, secret: str) -> None:
        self.cipher = AESGCMSIV(_derive(secret.encode(), b"seal"))
        self.id = _derive(secret.encode(), b"id")[:_KEY_ID_BYTES]
        self._lookup_key = _derive(secret.encode(), b"lookup")

    def index(self, value: str, purpose: str) -> bytes:
        return hmac.digest(self._lookup_key, f"{purpose}:{value}".encode(), sha256)[:_LOOKUP_BYTES]


def _encrypt(cipher: AESGCMSIV, value: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, value, bound_to)


def _decrypt(cipher: AESGCMSIV, body: bytes, bound_to: bytes) -> bytes:
    try:
        return cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(f"{bound_to.decode()}: sealed with another key, or altered") from error


def _bound(column: str, subjects: Sequence[UUID]) -> bytes:
    return column.encode() + _names(subjects)


def _names(subjects: Sequence[UUID]) -> bytes:
    """Name persons after a column: what is sealed for them opens for nobody else."""
    return "".join(f" {subject}" for subject in subjects).encode()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mobile-passport/" + purpose).derive(secret)
