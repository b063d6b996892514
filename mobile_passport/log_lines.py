"""The form of a log line: plain for people, or one JSON object for programs; and which request it belongs to."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum

from mobile_passport.log_masking import MaskingFormatter

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Of the request under way; set by the web, empty in commands and the worker."""
PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
_FEW_DIGITS = 1_000_000_000  # a longer number may be masked, which only a text survives


class LogFormat(StrEnum):
    """Who reads the log."""

    PLAIN = "plain"
    JSON = "json"


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object: moment, level, logger, message, what ``extra`` holds, and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line |= {name: _plain(value) for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def write_as(form: LogFormat, logger: logging.Logger | None = None) -> None:
    """Give every handler of a logger this form, under the mask; the root logger by default."""
    inner = JsonLines() if form is LogFormat.JSON else logging.Formatter(PLAIN)
    for handler in (logger or logging.getLogger()).handlers:
        handler.setFormatter(MaskingFormatter(inner))


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | float):
        return value
    return value if isinstance(value, int) and abs(value) < _FEW_DIGITS else str(value)
