"""Who may sign in, for how long, and how hard guessing is: file ``accounts.toml``."""

from dataclasses import dataclass
from datetime import date

from mobile_passport.domain.access import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRules:
    """What a password has to be.

    Attributes
    ----------
    shortest, longest
        Characters, both ends included.
    refused_words
        In small letters; a password has to be more than these put together.
    """

    source: str
    as_of_date: date
    shortest: int
    longest: int
    refused_words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRules:
    """How long somebody stays signed in.

    Attributes
    ----------
    longest_s
        From the sign-in on, whatever happens.
    idle_s
        Without a request.
    second_factor_s
        Between the password and the code.
    """

    source: str
    as_of_date: date
    longest_s: int
    idle_s: int
    second_factor_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOffRules:
    """How long one login has to wait at one address.

    Attributes
    ----------
    free_failures
        Failures that cost nothing.
    first_wait_s, longest_wait_s
        The next failure waits the first; every further one twice as long as the one before, up to the longest.
    forget_after_s
        Without a failure for so long, the count starts anew.
    """

    source: str
    as_of_date: date
    free_failures: int
    first_wait_s: int
    longest_wait_s: int
    forget_after_s: int

    def wait_s(self, failures: int) -> int:
        """Return how long to wait after so many failures in a row."""
        beyond = failures - self.free_failures
        if beyond <= 0:
            return 0
        doublings = min(beyond - 1, 32)
        return min(self.longest_wait_s, self.first_wait_s << doublings)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorRules:
    """Whose password alone does not do."""

    source: str
    as_of_date: date
    roles: tuple[Role, ...]
    recovery_codes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRules:
    """How long what an administrator hands out can be used."""

    source: str
    as_of_date: date
    lifetime_s: int
    api_token_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRules:
    """An office's rules: file ``accounts.toml``."""

    password: PasswordRules
    session: SessionRules
    back_off: BackOffRules
    second_factor: SecondFactorRules
    invitation: InvitationRules
