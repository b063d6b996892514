"""Passwords: argon2id, never more than two at a time, and the same time for a login that does not exist."""

import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from pwdlib.hashers.argon2 import Argon2Hasher

from mobile_passport.domain.refusal import Busy

_AT_A_TIME = 2
"""Each takes 64 MiB and a core for a moment: 40 web threads hashing at once would starve everybody else."""
_PATIENCE_S = 10.0
_LANES = 4


class Passwords:
    """Makes and checks hashes of passwords.

    Parameters
    ----------
    memory_kib, time_cost
        Of argon2id; RFC 9106 recommends 65,536 KiB and 3 passes, as do the settings by default.
    """

    def __init__(self, *, memory_kib: int, time_cost: int) -> None:
        self._hasher = Argon2Hasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=_LANES)
        self._turn = BoundedSemaphore(_AT_A_TIME)
        self._nobodys = _unknown(memory_kib=memory_kib, time_cost=time_cost)

    def hash(self, password: str) -> str:
        """Return what to store; takes a good part of a second, so never inside a transaction.

        Raises
        ------
        Busy
            When many others are at it.
        """
        with self._own_turn():
            return self._hasher.hash(password)

    def is_right(self, password: str, stored: str | None) -> bool:
        """Whether the password belongs to what was stored; ``None`` never does, and takes just as long.

        Raises
        ------
        Busy
            When many others are at it.
        """
        with self._own_turn():
            fits = self._hasher.verify(password, stored or self._nobodys)
        return fits and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with other figures than these."""
        return self._hasher.check_needs_rehash(stored)

    @contextmanager
    def _own_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=_PATIENCE_S):
            raise Busy("many people are signing in right now; try again in a moment")
        try:
            yield
        finally:
            self._turn.release()


def _unknown(*, memory_kib: int, time_cost: int) -> str:
    """Make a hash that no password is known for, without the time that hashing takes."""
    salt, digest = (b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (16, 32))
    return f"$argon2id$v=19$m={memory_kib},t={time_cost},p={_LANES}${salt}${digest}"
