"""Ask a road engine that runs as a server: one fixed address, no redirects, no proxies, bounded waits."""

from typing import Any

import requests

from mobile_passport.geo.roads import RouteRefused
from mobile_passport.geo.travel import RouterUnavailable


class RoadServer:
    """A server that answers in JSON.

    Parameters
    ----------
    url
        Its address from the settings: ``"http://127.0.0.1:5000"``.
    timeout_s
        Longest wait for a connection and between two pieces of an answer, seconds.
    """

    def __init__(self, url: str, *, timeout_s: float) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"the address of a road server begins with http:// or https://, not {url!r}")
        self.url = url.rstrip("/")
        self._timeout_s = timeout_s
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, path: str) -> dict[str, Any]:
        """Return the answer to a GET request; raises as `RoadEngine.table` does."""
        return self._ask("GET", path, None)

    def post(self, path: str, question: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a POST request; raises as `RoadEngine.table` does."""
        return self._ask("POST", path, question)

    def _ask(self, method: str, path: str, question: dict[str, Any] | None) -> dict[str, Any]:
        try:
            response = self._session.request(
                method, self.url + path, json=question, timeout=self._timeout_s, allow_redirects=False
            )
            answer = response.json() if response.content else {}
        except (requests.RequestException, OSError) as error:
            raise RouterUnavailable(f"no answer from {self.url}: {type(error).__name__}") from error
        if 400 <= response.status_code < 500 and response.status_code != 429:
            raise RouteRefused(f"{self.url} refused with status {response.status_code}")
        if response.status_code != 200 or not isinstance(answer, dict):
            raise RouterUnavailable(f"{self.url} answered with status {response.status_code}")
        return answer
