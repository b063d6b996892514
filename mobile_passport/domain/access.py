"""Who may do what: the one table that decides it, and how far each role sees.

A route or command asks `may`; a query is narrowed by the caller's `Scope`, so what lies outside is not found rather
than forbidden. Applicants have a link, not an account, and never appear here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from mobile_passport.domain.refusal import Forbidden


class Role(StrEnum):
    """What an account is for."""

    COORDINATOR = "coordinator"
    """Books for one organisation in one regency."""
    VERIFIER = "verifier"
    """Reviews places, files and eligibility."""
    PLANNER = "planner"
    FIELD = "field"
    """A team on the road: its own unit, its own day."""
    SUPERVISOR = "supervisor"
    """Second person of an override; resolves conflicts of field reports; sees the figures."""
    AUDITOR = "auditor"
    """Reads everything that is masked, and the log."""
    PRIVACY = "privacy"
    """Answers people about their own data: export, correction, erasure."""
    ADMIN = "admin"
    """Accounts and settings; no applicants' data."""


class Operation(StrEnum):
    """One thing that can be done; routes and commands name exactly one."""

    ACCOUNTS_MANAGE = "accounts.manage"
    SESSIONS_END = "sessions.end"
    ORGANISATIONS_READ = "organisations.read"
    ORGANISATIONS_MANAGE = "organisations.manage"
    VENUES_READ = "venues.read"
    VENUES_MANAGE = "venues.manage"
    REQUESTS_READ = "requests.read"
    REQUESTS_WRITE = "requests.write"
    PLACES_SETTLE = "places.settle"
    PEOPLE_REVIEW = "people.review"
    NIK_REVEAL = "nik.reveal"
    BOOKINGS_WRITE = "bookings.write"
    DAYS_READ = "days.read"
    DAYS_MANAGE = "days.manage"
    PLANS_READ = "plans.read"
    PLANS_COMPARE = "plans.compare"
    PLANS_RUN = "plans.run"
    PLANS_PUBLISH = "plans.publish"
    OVERRIDES_PROPOSE = "overrides.propose"
    OVERRIDES_APPROVE = "overrides.approve"
    OUTCOMES_READ = "outcomes.read"
    OUTCOMES_RECORD = "outcomes.record"
    OUTCOMES_RESOLVE = "outcomes.resolve"
    EXPORTS_TAKE = "exports.take"
    MESSAGES_READ = "messages.read"
    MESSAGES_STEER = "messages.steer"
    CALLS_HANDLE = "calls.handle"
    PASSPORTS_HANDLE = "passports.handle"
    FIGURES_READ = "figures.read"
    AUDIT_READ = "audit.read"
    RULES_READ = "rules.read"
    RULES_EDIT = "rules.edit"
    """Teams and calendar: what planning needs from week to week."""
    RULES_DECIDE = "rules.decide"
    """The order of service and every other figure: not whoever plans by it."""
    SUBJECTS_SERVE = "subjects.serve"
    SATISFACTION_RECORD = "satisfaction.record"
    """What a survey found: not whoever planned or audits the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How far a caller sees; ``None`` sets no limit.

    Attributes
    ----------
    organisation_id
        Only what belongs to this organisation.
    regency
        Only what lies in this regency (Kemendagri code without dots, ``"3505"``; a village's code begins with it).
    team
        Only routes and people of this team, and only of the day.
    """

    kanim: str
    organisation_id: UUID | None = None
    regency: str | None = None
    team: str | None = None

    @property
    def is_whole_office(self) -> bool:
        """Whether nothing but the office bounds it."""
        return self.organisation_id is None and self.regency is None and self.team is None

    def covers(self, *, organisation_id: UUID | None, village_code: str | None) -> bool:
        """Whether a request lies inside; one without a place yet lies where its organisation is."""
        if self.team is not None or (self.organisation_id and self.organisation_id != organisation_id):
            return False
        if self.regency is None:
            return True
        return village_code.startswith(self.regency) if village_code else self.organisation_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who is signed in."""

    account_id: UUID
    login: str
    role: Role
    scope: Scope


def may(role: Role, operation: Operation) -> bool:
    """Whether a role may do something at all; how far, its scope says."""
    return operation in _ALLOWED[role]


def require(caller: Caller, operation: Operation) -> None:
    """Refuse a caller whose role may not do something; for services that guard themselves, whoever calls them.

    Raises
    ------
    Forbidden
    """
    if not may(caller.role, operation):
        raise Forbidden(f"the role {caller.role.value} may not do this ({operation.value}); ask somebody who may")


_O = Operation
_STAFF_READING = frozenset(
    {
        _O.ORGANISATIONS_READ,
        _O.VENUES_READ,
        _O.REQUESTS_READ,
        _O.DAYS_READ,
        _O.PLANS_READ,
        _O.PLANS_COMPARE,
        _O.OUTCOMES_READ,
        _O.MESSAGES_READ,
        _O.FIGURES_READ,
        _O.RULES_READ,
    }
)
_ALLOWED: Mapping[Role, frozenset[Operation]] = {
    Role.COORDINATOR: frozenset(
        {_O.REQUESTS_READ, _O.REQUESTS_WRITE, _O.BOOKINGS_WRITE, _O.DAYS_READ, _O.VENUES_READ, _O.PLANS_READ}
    ),
    Role.VERIFIER: _STAFF_READING
    | {
        _O.PLACES_SETTLE,
        _O.PEOPLE_REVIEW,
        _O.NIK_REVEAL,
        _O.REQUESTS_WRITE,
        _O.VENUES_MANAGE,
        _O.CALLS_HANDLE,
        _O.PASSPORTS_HANDLE,
    },
    Role.PLANNER: _STAFF_READING
    | {
        _O.PLACES_SETTLE,
        _O.PEOPLE_REVIEW,
        _O.REQUESTS_WRITE,
        _O.VENUES_MANAGE,
        _O.BOOKINGS_WRITE,
        _O.DAYS_MANAGE,
        _O.PLANS_RUN,
        _O.PLANS_PUBLISH,
        _O.OVERRIDES_PROPOSE,
        _O.EXPORTS_TAKE,
        _O.MESSAGES_STEER,
        _O.CALLS_HANDLE,
        _O.PASSPORTS_HANDLE,
        _O.RULES_EDIT,
        _O.ORGANISATIONS_MANAGE,
    },
    Role.FIELD: frozenset({_O.OUTCOMES_READ, _O.OUTCOMES_RECORD, _O.RULES_READ}),
    Role.SUPERVISOR: _STAFF_READING
    | {
        _O.OVERRIDES_PROPOSE,
        _O.OVERRIDES_APPROVE,
        _O.OUTCOMES_RESOLVE,
        _O.SESSIONS_END,
        _O.EXPORTS_TAKE,
        _O.AUDIT_READ,
        _O.CALLS_HANDLE,
        _O.RULES_DECIDE,
        _O.SATISFACTION_RECORD,
    },
    Role.AUDITOR: _STAFF_READING | {_O.AUDIT_READ, _O.EXPORTS_TAKE},
    Role.PRIVACY: frozenset({_O.SUBJECTS_SERVE, _O.NIK_REVEAL, _O.REQUESTS_READ, _O.AUDIT_READ, _O.RULES_READ}),
    Role.ADMIN: frozenset(
        {
            _O.ACCOUNTS_MANAGE,
            _O.SESSIONS_END,
            _O.ORGANISATIONS_READ,
            _O.ORGANISATIONS_MANAGE,
            _O.RULES_READ,
            _O.MESSAGES_READ,
            _O.AUDIT_READ,
        }
    ),
}
