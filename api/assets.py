"""Files of the pages. An address names what is in its file, so browsers keep it for good and never show an old one."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
FOR_GOOD = "public, max-age=31536000, immutable"
_ASK_EVERY_TIME = "no-cache"
_DIGITS = 12


def asset(name: str) -> str:
    """Return the address of a file, with a digest of its content.

    Parameters
    ----------
    name
        Path below the folder of static files, such as ``vendor/leaflet/leaflet.css``.
    """
    return f"/static/{name}?{_version(name)}"


class Assets(StaticFiles):
    """The static files: kept for good under the address of `asset`, otherwise asked for anew every time.

    During a deployment a page of the new version may ask a process of the old one for its file; what that answers must
    not be kept under the new name.
    """

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, and say how long it may be kept."""
        response = await super().get_response(path, scope)
        is_named = bool(scope["query_string"]) and scope["query_string"].decode("latin-1") == _version(path)
        response.headers["Cache-Control"] = FOR_GOOD if is_named else _ASK_EVERY_TIME
        return response


@cache
def _version(name: str) -> str:
    return f"v={sha256((STATIC / name).read_bytes()).hexdigest()[:_DIGITS]}"
