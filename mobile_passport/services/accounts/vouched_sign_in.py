"""Sign in for whom the office's own sign-in service vouches. It opens accounts that exist, and makes none."""

from datetime import datetime

from mobile_passport.domain.account import Account, SessionStage
from mobile_passport.identity_provider import NotVouchedFor, Person
from mobile_passport.persistence.accounts.accounts import Accounts
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.services.accounts.sign_in import Admission, admit, needs_second_factor
from mobile_passport.services.world import World


def sign_in_vouched(world: World, person: Person, *, device: str, now: datetime) -> Admission:
    """Begin a session for the account of a person; who needs a second factor is asked for it as after a password.

    The account is the one that the person was linked with before. The first time it is the one whose login is the
    e-mail address that the provider verified, unless that is linked with somebody else.

    Raises
    ------
    NotVouchedFor
        When there is no such account.
    """
    with world.database.transaction() as session:
        accounts = Accounts(session, world.vault, world.kanim)
        account: Account | None = accounts.linked_with(person.subject)
        if account is None and person.email is not None:
            account = accounts.link(person.email, person.subject)
            if account is not None:
                write_audit(
                    session,
                    kanim=world.kanim,
                    at=now,
                    actor=account.login,
                    action="link_account",
                    subject=str(account.id),
                    detail={},
                )
        if account is None:
            raise NotVouchedFor("no account here has the verified address of this person; ask an administrator")
        stage = SessionStage.SECOND_FACTOR if needs_second_factor(world, account) else SessionStage.COMPLETE
        return admit(session, world, account, stage=stage, device=device, how="identity_provider", now=now)
