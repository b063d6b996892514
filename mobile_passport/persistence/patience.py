"""How long to wait for a server's database before saying that it does not answer."""

from dataclasses import dataclass
from typing import Any, Self

from psycopg import Connection, OperationalError
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout as WaitedTooLong


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Longest waits, in seconds; ``None`` is for ever.

    Attributes
    ----------
    connect_s
        For a new connection; libpq takes at least 2.
    pool_s
        For a connection that others give back.
    statement_s
        After which the server ends a statement by itself, and tells.
    answer_s
        After which we leave a connection whose server says nothing at all. A process that is stopped, or a machine
        that hangs, still acknowledges packets, so that neither ``statement_timeout`` nor TCP finds out.
    idle_s
        After which the server ends a transaction in which its client does nothing: that client holds locks.
    """

    connect_s: int
    pool_s: float
    statement_s: float | None
    answer_s: float | None
    idle_s: float | None


AT_LEISURE = Patience(connect_s=10, pool_s=30.0, statement_s=None, answer_s=None, idle_s=None)
"""Of commands and the worker: a step of the schema or an erasure may take its minutes, and nobody waits for a page."""
FOR_THE_WEB = Patience(connect_s=3, pool_s=3.0, statement_s=5.0, answer_s=7.0, idle_s=30.0)
"""Of requests. Their statements take milliseconds and wait 3 s for a lock; after 5 s something is wrong. Silence is
borne 2 s longer, so that a server that lives can tell. A request that finds its connection silent, and then no new one,
is answered after 10 s, and a process told to end within its 25 s."""

_KEPT_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}
"""A machine that is gone is found out in 25 s, also while nothing but an answer is awaited; seconds and milliseconds.
https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-PARAMKEYWORDS, read 2026-11-24."""


def connect_arguments(patience: Patience) -> dict[str, int]:
    """Return what libpq has to know."""
    return {"connect_timeout": patience.connect_s, **_KEPT_ALIVE}


def limits(patience: Patience) -> dict[str, str]:
    """Return what the server has to know in each transaction, in its names and milliseconds."""
    seconds = {"statement_timeout": patience.statement_s, "idle_in_transaction_session_timeout": patience.idle_s}
    return {name: str(int(limit * 1_000)) for name, limit in seconds.items() if limit is not None}


class ImpatientConnection(Connection[Any]):
    """A connection that is closed when the server leaves it without an answer for too long."""

    answer_s: float | None = None

    @classmethod
    def opened(cls, arguments: dict[str, Any], answer_s: float | None) -> Self:
        """Connect, with this bound on every wait from now on."""
        connection = cls.connect(**arguments)
        connection.answer_s = answer_s
        return connection

    def wait[T](self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Wait as psycopg does, no longer than the bound.

        Raises
        ------
        OperationalError
            When the bound has passed; the connection is closed then, as nothing is known of its server.
        """
        bound = self.answer_s if timeout is None else timeout
        try:
            return super().wait(gen, interval, bound)
        except WaitedTooLong as error:
            self.close()
            raise OperationalError("the database server does not answer") from error
