"""How often links may be asked for: so that nobody keeps the service busy with guessing.

What makes guessing hopeless is the 128 bits of a token, not this gate. So it counts in the memory of one process: with
several, each lets the full number through, and a restart forgets.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from math import ceil

from mobile_passport.domain.refusal import TooManyAttempts
from mobile_passport.rules.messages import LinkRules

_WINDOW_S = 60.0


class LinkGate:
    """Counts requests of the present minute, by sender and by link; it remembers no more than one minute's requests.

    Parameters
    ----------
    clock_s
        Seconds that only go forward.
    """

    def __init__(self, rules: LinkRules, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._rules = rules
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._began_s = clock_s()
        self._requests: Counter[str] = Counter()

    def admit(self, source: str, digest: bytes) -> None:
        """Count one request.

        Raises
        ------
        TooManyAttempts
            When its sender, or the link, has had this minute's.
        """
        with self._lock:
            now_s = self._clock_s()
            if now_s - self._began_s >= _WINDOW_S:
                self._began_s = now_s
                self._requests.clear()
            limits = {
                f"source {source}": self._rules.a_minute_from_source,
                f"link {digest.hex()}": self._rules.a_minute_to_link,
            }
            if any(self._requests[key] >= most for key, most in limits.items()):
                raise TooManyAttempts(ceil(self._began_s + _WINDOW_S - now_s))
            self._requests.update(limits.keys())
