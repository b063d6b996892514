"""A checkpoint: the end of the audit chain at a moment, signed, small enough to print, mail or publish.

Kept where the database's administrators cannot reach, it witnesses everything before it. The signature (Ed25519)
shows who made it; its key stays outside the database.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mobile_passport.domain.audit_chain import moment_text
from mobile_passport.domain.refusal import Refusal

_TITLE = "mobile-passport audit checkpoint 1"
_FORM = re.compile(
    _TITLE + r"\nkanim: (?P<kanim>[\w-]{1,32})\nseq: (?P<seq>\d+)\ncount: (?P<count>\d+)\n"
    r"hash: (?P<hash>[0-9a-f]{64})\nat: (?P<at>\S+)\nkey: (?P<key>[0-9a-f]{64})\n"
    r"signature: (?P<signature>[0-9a-f]{128})\n"
)


class BadCheckpoint(Refusal):
    """A checkpoint cannot be read, or its signature is not by the key that is trusted."""

    code = "bad_checkpoint"


class OtherKey(BadCheckpoint):
    """A checkpoint names another key than the one that is trusted."""

    code = "other_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Where a chain ended.

    Attributes
    ----------
    seq, hash
        Of the last record.
    count
        Records that the log held; equal to ``seq``, for numbers have no gaps.
    key, signature
        Public key and signature, hex.
    """

    kanim: str
    seq: int
    count: int
    hash: str
    at: datetime
    key: str
    signature: str

    @property
    def text(self) -> str:
        """The checkpoint as people file it; `read` takes it back."""
        return f"{self._signed_text}signature: {self.signature}\n"

    @property
    def _signed_text(self) -> str:
        return _signed_text(self.kanim, self.seq, self.count, self.hash, self.at, self.key)

    @classmethod
    def read(cls, text: str, *, trusted_key: str) -> Self:
        """Read a checkpoint and verify its signature.

        Parameters
        ----------
        trusted_key
            Public key, 64 hex digits, known from elsewhere than the checkpoint itself.

        Raises
        ------
        OtherKey, BadCheckpoint
        """
        found = _FORM.fullmatch(text.replace("\r\n", "\n").strip() + "\n")
        if found is None:
            raise BadCheckpoint("not a checkpoint: its seven lines are not as they were written")
        try:
            at = datetime.strptime(found["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise BadCheckpoint("not a checkpoint: its time cannot be read") from error
        checkpoint = cls(
            kanim=found["kanim"],
            seq=int(found["seq"]),
            count=int(found["count"]),
            hash=found["hash"],
            at=at,
            key=found["key"],
            signature=found["signature"],
        )
        if checkpoint.key != trusted_key:
            raise OtherKey(f"checkpoint of record {checkpoint.seq}: signed by another key than the trusted one")
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(trusted_key)).verify(
                bytes.fromhex(checkpoint.signature), checkpoint._signed_text.encode()
            )
        except InvalidSignature as error:
            raise BadCheckpoint(f"checkpoint of record {checkpoint.seq}: altered, its signature is wrong") from error
        return checkpoint


class CheckpointKey:
    """The key that signs checkpoints.

    Parameters
    ----------
    seed
        32 secret bytes.
    """

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @classmethod
    def derived(cls, secret: str) -> Self:
        """Derive the key from the deployment's secret, for offices that keep no key file of its own."""
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mobile-passport/audit-checkpoint")
        return cls(hkdf.derive(secret.encode()))

    @property
    def public(self) -> str:
        """Public key, 64 hex digits."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, *, kanim: str, seq: int, count: int, hash_: str, at: datetime) -> Checkpoint:
        """Make a checkpoint."""
        signed = _signed_text(kanim, seq, count, hash_, at, self.public)
        signature = self._key.sign(signed.encode()).hex()
        return Checkpoint(kanim=kanim, seq=seq, count=count, hash=hash_, at=at, key=self.public, signature=signature)


def _signed_text(kanim: str, seq: int, count: int, hash_: str, at: datetime, key: str) -> str:
    return f"{_TITLE}\nkanim: {kanim}\nseq: {seq}\ncount: {count}\nhash: {hash_}\nat: {moment_text(at)}\nkey: {key}\n"
