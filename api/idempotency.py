"""Every POST of the API may be sent again: the same key and content give the same answer, and happen once.

The key is written first in the transaction that does the work, and the answer last, so they commit together or not at
all: a process that dies in between leaves nothing, and two that get the same request at once do it once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api.body import RawBody
from api.errors import MEDIA_TYPE, Told, describe, status_of
from api.routes.dependencies import NowDep, WorldDep
from mobile_passport.domain.access import Caller
from mobile_passport.domain.refusal import Busy, Conflict, Refusal
from mobile_passport.intake.findings import RefusedFile
from mobile_passport.intake.venue_findings import RefusedRegister
from mobile_passport.persistence.answers import Answer, Answers, RequestKey
from mobile_passport.persistence.joined import JoinedDatabase
from mobile_passport.persistence.retrying import refusal_of
from mobile_passport.services.world import World

REPLAYED = "Idempotency-Replayed"
_NEVER_KEPT = frozenset({409, 429, 503})


class StillRunning(Conflict):
    """The same request is being worked on right now; ask again in a moment for its answer."""

    code = "still_running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a handler answers with.

    Attributes
    ----------
    etag
        Revision of the object in the body.
    """

    body: BaseModel
    etag: str | None = None
    location: str | None = None

    def headers(self) -> Mapping[str, str]:
        """Return the headers that belong to the answer."""
        headers = {"ETag": f'"{self.etag}"' if self.etag else None, "Location": self.location}
        return {name: value for name, value in headers.items() if value}


class _Replay(Exception):
    """Somebody else was faster; here is the answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """Answers one request once."""

    world: World
    key: str
    digest: str
    now: datetime

    def answer(self, caller: Caller, work: Callable[[World], Reply], *, status: int = 200) -> Response:
        """Do the work and answer with its reply, or answer as the first time.

        Parameters
        ----------
        work
            Calls one service on the world it is given: its transactions, the key and the answer commit together.
        status
            Of a success.

        Raises
        ------
        StillRunning, OtherRequest
            And whatever the work refuses.
        """
        request = RequestKey(actor=str(caller.account_id), key=self.key, digest=self.digest)
        with self.world.database.reading() as session:
            if known := self._answers(session).find(request):
                return _response(known, replayed=True)
        try:
            return _response(self._first_time(request, work, status))
        except _Replay as replay:
            return _response(replay.answer, replayed=True)
        except (Refusal, RefusedFile, RefusedRegister) as refusal:
            if status_of(refusal) in _NEVER_KEPT:
                raise
            return _response(self._keep_refusal(request, refusal))

    def _first_time(self, request: RequestKey, work: Callable[[World], Reply], status: int) -> Answer:
        def begin(session: Session) -> None:
            try:
                known = self._answers(session).claim(request, now=self.now)
            except DBAPIError as error:
                if isinstance(refusal_of(error), Busy):
                    raise StillRunning("the same request is still being worked on") from error
                raise
            if known:
                raise _Replay(known)

        with JoinedDatabase(self.world.database, begin) as joined:
            reply = work(replace(self.world, database=joined))
            answer = Answer(
                status=status,
                media_type="application/json",
                headers=tuple(reply.headers().items()),
                body=reply.body.model_dump_json(),
            )
            with joined.transaction() as session:
                self._answers(session).keep(request, answer)
        return answer

    def _keep_refusal(self, request: RequestKey, refusal: Told) -> Answer:
        problem = describe(refusal)
        answer = Answer(status=problem.status, media_type=MEDIA_TYPE, headers=(), body=problem.model_dump_json())
        with self.world.database.transaction() as session:
            known = self._answers(session).claim(request, now=self.now)
            if known is None:
                self._answers(session).keep(request, answer)
        return known or answer

    def _answers(self, session: Session) -> Answers:
        return Answers(session, self.world.vault, self.world.kanim)


def _response(answer: Answer, *, replayed: bool = False) -> Response:
    headers = dict(answer.headers) | ({REPLAYED: "true"} if replayed else {})
    return Response(answer.body, status_code=answer.status, media_type=answer.media_type, headers=headers)


def _once(
    request: Request,
    body: RawBody,
    world: WorldDep,
    now: NowDep,
    idempotency_key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            min_length=8,
            max_length=128,
            pattern=r"^[!-~]+$",
            description="Names this request; send the same again with the same content to learn its answer.",
            examples=["0197f3f2-6a5e-7d3e-9d0a-3f1f6f2b8c11"],
        ),
    ],
) -> Once:
    parts = (
        request.method,
        request.url.path,
        request.url.query,
        request.headers.get("if-match", ""),
        request.headers.get("content-type", ""),
    )
    digest = sha256("\n".join(parts).encode() + b"\n" + body).hexdigest()
    return Once(world=world, key=idempotency_key, digest=digest, now=now)


OnceDep = Annotated[Once, Depends(_once)]
