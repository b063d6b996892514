"""Where each role's work begins after signing in: the one place that says so."""

from collections.abc import Mapping

from mobile_passport.domain.access import Role

_START: Mapping[Role, str] = {
    Role.COORDINATOR: "/kelompok",
    Role.FIELD: "/lapangan",
    Role.PLANNER: "/rencana",
    Role.VERIFIER: "/periksa",
    Role.SUPERVISOR: "/ikhtisar",
    Role.AUDITOR: "/ikhtisar",
}
_EVERYBODY = "/"


def start_page(role: Role) -> str:
    """Return the path of a role's first page."""
    return _START.get(role, _EVERYBODY)


def safe_path(text: str) -> str | None:
    """Return a path of this service that somebody wanted to see; ``None`` for whatever could lead elsewhere."""
    is_own = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if is_own else None
