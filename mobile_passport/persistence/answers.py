"""Answers that were given, by the key of the request: who asks again with the same key is told the same."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mobile_passport.domain.refusal import Busy, Refusal
from mobile_passport.persistence.api_tables import IdempotencyRow
from mobile_passport.persistence.privacy.vault import Vault

_COLUMN = "idempotency.answer"
_ROWS_AT_ONCE = 200


class OtherRequest(Refusal):
    """The key was used before for another request; take a new key for a new request."""

    code = "key_of_another_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer as it was given.

    Attributes
    ----------
    headers
        Those that belong to the answer itself: ``ETag``, ``Location``.
    """

    status: int
    media_type: str
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """Names one request: whose it is, the key they gave it, and a digest of everything they sent."""

    actor: str
    key: str
    digest: str


class Answers:
    """Answers of one office, inside one transaction."""

    def __init__(self, session: Session, vault: Vault, kanim: str) -> None:
        self._session = session
        self._vault = vault
        self._kanim = kanim

    def claim(self, request: RequestKey, *, now: datetime) -> Answer | None:
        """Take a key for a request, before anything else in the transaction.

        A transaction under way with the same key is waited for, as long as locks are waited for at all.

        Returns
        -------
        Answer or None
            ``None``: it is the first time, go on. Otherwise the answer that was given then.

        Raises
        ------
        OtherRequest
            The key belongs to a request with another digest.
        """
        dialect = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        insert = dialect.insert(IdempotencyRow).values(
            kanim=self._kanim,
            actor=request.actor,
            key=request.key,
            request_digest=request.digest,
            created_at=now,
            answer_sealed=None,
        )
        if self._session.execute(insert.on_conflict_do_nothing().returning(IdempotencyRow.key)).first():
            return None
        answer = self.find(request)
        if answer is None:
            raise Busy("the answer to this key was cleared away just now; send the request again")
        return answer

    def find(self, request: RequestKey) -> Answer | None:
        """Return the answer that was given to a request, ``None`` when it is new.

        Raises
        ------
        OtherRequest
            The key belongs to a request with another digest.
        """
        row = self._session.execute(
            select(IdempotencyRow.request_digest, IdempotencyRow.answer_sealed).where(*self._is(request))
        ).one_or_none()
        if row is None:
            return None
        if row.request_digest != request.digest:
            raise OtherRequest("this Idempotency-Key was used for another request; use a new one")
        return _read(self._vault.open(row.answer_sealed, _COLUMN)) if row.answer_sealed else None

    def keep(self, request: RequestKey, answer: Answer) -> None:
        """Store the answer of a claimed request."""
        sealed = self._vault.seal(_written(answer), _COLUMN)
        self._session.execute(update(IdempotencyRow).where(*self._is(request)).values(answer_sealed=sealed))

    def clear_before(self, moment: datetime) -> int:
        """Forget answers that are older. Returns how many."""
        cleared = delete(IdempotencyRow).where(IdempotencyRow.kanim == self._kanim, IdempotencyRow.created_at < moment)
        return len(self._session.execute(cleared.returning(IdempotencyRow.key)).all())

    def forget(self, names: Collection[str]) -> int:
        """Delete the answers in which any of these identifiers stands. Returns how many."""
        query = select(IdempotencyRow).where(
            IdempotencyRow.kanim == self._kanim, IdempotencyRow.answer_sealed.is_not(None)
        )
        forgotten = 0
        for row in self._session.scalars(query.execution_options(yield_per=_ROWS_AT_ONCE)):
            text = self._vault.open(row.answer_sealed or b"", _COLUMN)
            if any(name in text for name in names):
                self._session.delete(row)
                forgotten += 1
        self._session.flush()
        return forgotten

    def _is(self, request: RequestKey) -> tuple[Any, ...]:
        return (
            IdempotencyRow.kanim == self._kanim,
            IdempotencyRow.actor == request.actor,
            IdempotencyRow.key == request.key,
        )


def _written(answer: Answer) -> str:
    return json.dumps([answer.status, answer.media_type, answer.headers, answer.body])


def _read(text: str) -> Answer:
    status, media_type, headers, body = json.loads(text)
    return Answer(
        status=status,
        media_type=media_type,
        headers=tuple((name, value) for name, value in headers),
        body=body,
    )
