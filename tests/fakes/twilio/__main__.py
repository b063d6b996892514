"""The fake as a process of its own: ``python -m tests.fakes.twilio LEDGER_FILE [PORT]``.

Prints its address, and ends when standard input does. Besides Twilio's paths it has one of its own, ``/_script``: a
POST of JSON says what goes wrong next (``creates`` and ``lists``, names of faults in order), how long a message stays
out of the list (``list_lag_s``) and how far its clock is ahead (``ahead_s``).
"""

import json
import sys
from pathlib import Path
from typing import override

from tests.fakes.twilio.ledger import Ledger, LedgerBooks
from tests.fakes.twilio.server import Handler, running

SCRIPT_PATH = "/_script"


class ScriptedHandler(Handler):
    """The fake's paths, and the one by which a test scripts it."""

    books: LedgerBooks

    @override
    def do_POST(self) -> None:
        """Take a script, or what Twilio takes."""
        if self.path != SCRIPT_PATH:
            super().do_POST()
            return
        script = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.books.plan(script.get("creates", ()))
        self.books.list_script.extend(script.get("lists", ()))
        self.books.list_lag_s = script.get("list_lag_s", self.books.list_lag_s)
        self.books.set_ahead(script.get("ahead_s", 0.0))
        self._json(200, {})


def main() -> None:
    """Serve until standard input ends."""
    books = LedgerBooks(Ledger(Path(sys.argv[1])))
    with running(books, int(sys.argv[2]) if len(sys.argv) > 2 else 0, handler=ScriptedHandler) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
