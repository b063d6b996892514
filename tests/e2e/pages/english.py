"""What a page in English still says in Indonesian."""

import re
from html.parser import HTMLParser

_WORDS = re.compile(
    r"\b(ada|akan|anda|atau|belum|bila|boleh|dan|dari|dengan|di|dilayani|hanya|hari|ini|itu|jadi|kami|karena|ke|lagi|"
    r"lalu|lebih|masih|menit|menunggu|oleh|pada|paling|perlu|sampai|sebelum|semua|sesudah|sisa|sudah|supaya|tanggal|"
    r"tempat|tidak|untuk|yang)\b",
    re.IGNORECASE,
)
"""Words without which no Indonesian sentence gets far, and which no English one has. ``orang`` is not among them: the
people of the tests are called so."""
_SPOKEN = frozenset(
    {"alt", "aria-label", "data-ask", "data-busy", "data-interrupted", "data-nama", "data-pin-label", "placeholder"}
)
_EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta"})


def indonesian_in(page: str) -> list[str]:
    """Return the texts of a page that have Indonesian words, but those that it marks as Indonesian by ``lang="id"``."""
    reader = _Reader()
    reader.feed(page)
    return [" ".join(text.split()) for text in reader.said if _WORDS.search(text)]


class _Reader(HTMLParser):
    """Collects what is written or spoken, except inside of what is marked."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = [("", False)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note whether the element is marked, and what its attributes say."""
        is_marked = self._open[-1][1] or ("lang", "id") in attrs
        if not is_marked:
            self.said += [value for name, value in attrs if name in _SPOKEN and value]
        if tag not in _EMPTY:
            self._open.append((tag, is_marked))

    def handle_endtag(self, tag: str) -> None:
        """Close the element, with what its author left open inside."""
        while len(self._open) > 1 and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Collect."""
        if not self._open[-1][1]:
            self.said.append(data)
