"""Failure at the k-th step: a process that dies there, or a database that fails there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from mobile_passport.domain.message import Channel
from mobile_passport.domain.secret import Secret
from mobile_passport.messaging.provider import Callback, Listing, Outcome, Receipt, SendOrder, SmsProvider
from mobile_passport.persistence.database import Database


class Died(Exception):
    """The process is gone. No code of ours catches it: only the test does, which starts the process again."""


class Steps:
    """Counts steps, and fails once at one of them.

    Parameters
    ----------
    fail_at
        Which step, from 1; 0 for none.
    error
        What is raised there.
    """

    def __init__(self, fail_at: int = 0, error: type[Exception] = Died) -> None:
        self.count = 0
        self.failed_in = ""
        self._fail_at = fail_at
        self._error = error

    def step(self, name: str) -> None:
        """Pass one step, or fail there."""
        self.count += 1
        if self.count == self._fail_at:
            self.failed_in = name
            if self._error is OperationalError:
                raise OperationalError(name, {}, Exception("the database went away"))
            raise self._error(name)


class MortalDatabase:
    """A database whose every statement, begin and commit is a step, before and after."""

    def __init__(self, database: Database, steps: Steps) -> None:
        self._database = database
        self._steps = steps

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction; a failure inside rolls back, a failure after the commit does not."""
        self._steps.step("begin")
        with self._database.transaction() as session:
            connection = session.connection()

            def before_statement(*_: Any) -> None:
                self._steps.step("statement")

            event.listen(connection, "before_cursor_execute", before_statement)
            try:
                yield session
                session.flush()
            finally:
                event.remove(connection, "before_cursor_execute", before_statement)
            self._steps.step("commit")
        self._steps.step("committed")


class MortalProvider:
    """A provider around whose every call the process may die."""

    def __init__(self, provider: SmsProvider, steps: Steps) -> None:
        self._provider = provider
        self._steps = steps

    @property
    def name(self) -> str:
        """Name of the provider."""
        return self._provider.name

    def send(self, order: SendOrder) -> Outcome:
        """Send, between two steps."""
        self._steps.step("send")
        outcome = self._provider.send(order)
        self._steps.step("sent")
        return outcome

    def list_to(self, number: Secret[str], *, since: datetime, channel: Channel = Channel.SMS) -> Listing:
        """List, between two steps."""
        self._steps.step("list")
        listing = self._provider.list_to(number, since=since, channel=channel)
        self._steps.step("listed")
        return listing

    def cancel(self, sid: str) -> bool:
        """Cancel, after a step."""
        self._steps.step("cancel")
        return self._provider.cancel(sid)

    def read_callback(self, callback: Callback) -> Receipt:
        """Read a callback."""
        return self._provider.read_callback(callback)

    def waiting_callbacks(self) -> tuple[Callback, ...]:
        """Hand callbacks over."""
        return self._provider.waiting_callbacks()

    def acknowledge(self, callbacks: tuple[Callback, ...]) -> None:
        """Acknowledge, after a step."""
        self._steps.step("acknowledge")
        self._provider.acknowledge(callbacks)
