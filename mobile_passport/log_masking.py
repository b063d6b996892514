"""The last net under the logs: NIKs, Indonesian mobile numbers and links that open an appointment are masked.

Nothing here is a reason to log personal data: the code logs identifiers. This catches what a library or a traceback
says by itself.
"""

import logging
import re

_SEPARATED = r"[ .\-]?"
_NO_UUID = r"(?![0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-)"
# Not inside a longer number, a UUID or a decimal fraction.
_NIK = re.compile(rf"(?<![0-9A-Fa-f.\-]){_NO_UUID}[0-9](?:{_SEPARATED}[0-9]){{15}}(?![0-9A-Fa-f])")
_PHONE = re.compile(rf"(?<![0-9A-Fa-f.\-])(?:\+?62{_SEPARATED}|0)8(?:{_SEPARATED}[0-9]){{7,11}}(?![0-9A-Fa-f])")
_LINK = re.compile(r"/j(?:/|%2[fF])[^\s/?#\"']+")


def mask_personal(text: str) -> str:
    """Replace 16-digit numbers, mobile numbers in any usual spelling, and tokens of links by what they were."""
    return _PHONE.sub("<phone>", _NIK.sub("<nik>", _LINK.sub("/j/<link>", text)))


class MaskingFormatter(logging.Formatter):
    """Masks what another formatter has written, tracebacks and all.

    Parameters
    ----------
    inner
        Decides the form of a line.
    """

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """Return the masked line."""
        return mask_personal(self._inner.format(record))


def mask_logs(logger: logging.Logger | None = None) -> None:
    """Put the net under every handler that a logger has; the root logger by default."""
    for handler in (logger or logging.getLogger()).handlers:
        if not isinstance(handler.formatter, MaskingFormatter):
            handler.setFormatter(MaskingFormatter(handler.formatter or logging.Formatter()))
