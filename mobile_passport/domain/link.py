"""Links that let people answer a message by opening a page: what they are for, and what can be answered."""

import base64
from enum import StrEnum
from hashlib import sha256

LINK_PATH = "/j/"
"""Where links live; the token follows, so that it never stands in a query."""
GROUPS_PATH = "/kelompok"
"""Where coordinators work."""
TOKEN_BYTES = 16
TOKEN_LETTERS = 22


class LinkPurpose(StrEnum):
    """The one thing that a link opens."""

    ANSWER = "answer"
    """See one's appointment and answer it."""


class Answer(StrEnum):
    """What somebody said about one appointment; the last one counts."""

    COMING = "coming"
    MOVE = "move"
    """The person asks for another day; the appointment holds until somebody of the office has called."""
    NOT_THAT_DAY = "not_that_day"
    """The place is free again, and the person waits for another day."""
    NOT_AT_ALL = "not_at_all"
    """The place is free again, and the person does not want to be visited any more."""
    WRONG_NUMBER = "wrong_number"
    """The message reached somebody else."""


class MoveReason(StrEnum):
    """Why somebody asks for another day. None tells anything about health: that is said by telephone."""

    AWAY = "away"
    WORK = "work"
    PAPERS = "papers"
    TRANSPORT = "transport"
    OTHER = "other"


GIVES_UP_PLACE = frozenset({Answer.NOT_THAT_DAY, Answer.NOT_AT_ALL})


def link_token(secret: bytes) -> str:
    """Write 128 bits as 22 letters that may stand in an address and in an SMS."""
    return base64.urlsafe_b64encode(secret[:TOKEN_BYTES]).decode().rstrip("=")


def link_digest(token: str) -> bytes:
    """Return what is stored of a token. Nobody finds 128 unknown bits from it, so it needs neither salt nor key."""
    return sha256(token.encode()).digest()
