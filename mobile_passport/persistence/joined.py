"""Several use cases and the bookkeeping around them in one transaction."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Scope
from mobile_passport.persistence.database import Database


class JoinedDatabase(Database):
    """A database whose transactions are parts of one, which commits when this is left.

    The one transaction begins when somebody first asks for one, with the scope of that one, so that slow work before it
    holds nothing. Use it as a context: everything is rolled back when the block raises.

    Parameters
    ----------
    database
        Where the transaction runs.
    begin
        Called first in the transaction.
    """

    def __init__(self, database: Database, begin: Callable[[Session], None]) -> None:
        self.engine = database.engine
        self._database = database
        self._begin = begin
        self._stack = ExitStack()
        self._session: Session | None = None

    def __enter__(self) -> "JoinedDatabase":
        """Begin nothing yet."""
        return self

    def __exit__(self, *error: object) -> bool | None:
        """Commit, or roll back what a raised error leaves undone."""
        self._session = None
        return self._stack.__exit__(*error)  # type: ignore[arg-type]  # the triple is passed on as it came

    @contextmanager
    def transaction(self, scope: Scope | None = None) -> Iterator[Session]:
        """Take part in the one transaction; an exception in the block undoes the block alone."""
        if self._session is None:
            session = self._stack.enter_context(self._database.transaction(scope))
            self._begin(session)
            self._session = session
        with self._session.begin_nested():
            yield self._session

    @contextmanager
    def reading(self, scope: Scope | None = None) -> Iterator[Session]:
        """Read what the one transaction sees, once it has begun."""
        if self._session is not None:
            yield self._session
            return
        with self._database.reading(scope) as session:
            yield session
