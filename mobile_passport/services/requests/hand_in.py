"""A caller hands in requests: one as data, or a file of them."""

from dataclasses import replace
from datetime import datetime

from mobile_passport.domain.access import Caller
from mobile_passport.domain.account import Organisation
from mobile_passport.domain.refusal import Conflict
from mobile_passport.intake.parse import parse_table
from mobile_passport.intake.submission import SubmittedRequest, table_of
from mobile_passport.services.accounts.organisations import find_organisation
from mobile_passport.services.requests.import_requests import ImportSummary, import_file, import_requests
from mobile_passport.services.world import World


class AskerIsYou(Conflict):
    """A coordinator cannot ask in the name of another organisation."""

    code = "asker_is_you"


def hand_in_request(world: World, submitted: SubmittedRequest, *, caller: Caller, now: datetime) -> ImportSummary:
    """Take in one request, received today.

    Raises
    ------
    AskerIsYou, RefusedFile, AlreadyImported, AlreadyBooked
        And nothing was stored.
    """
    organisation = organisation_of(world, caller)
    if organisation:
        if submitted.asker_kind or submitted.asker_name:
            raise AskerIsYou("your organisation is the asker of what you hand in; leave the asker out")
        submitted = replace(submitted, asker_kind=organisation.kind, asker_name=organisation.name)
    parsed = parse_table(
        table_of(submitted),
        rules=world.intake_rules,
        eligibility_rules=world.rulebook.eligibility,
        regency_codes=frozenset(world.rulebook.area.regencies.codes),
        received_date=now.astimezone(world.rulebook.office.zone).date(),
    )
    summary = import_requests(
        parsed.requests,
        world,
        organisation=organisation,
        scope=caller.scope,
        actor=caller.login,
        now=now,
    )
    return replace(summary, warnings=parsed.warnings)


def hand_in_file(world: World, data: bytes, filename: str, *, caller: Caller, now: datetime) -> ImportSummary:
    """Take in a file, received today. Only the office's own register is believed when it names another day.

    Raises
    ------
    RefusedFile, AlreadyImported, AlreadyBooked
        And nothing was stored.
    """
    return import_file(
        data,
        filename,
        world,
        received_date=now.astimezone(world.rulebook.office.zone).date(),
        is_office_register=caller.scope.is_whole_office,
        organisation=organisation_of(world, caller),
        scope=caller.scope,
        actor=caller.login,
        now=now,
    )


def organisation_of(world: World, caller: Caller) -> Organisation | None:
    """Return whose coordinator the caller is; ``None`` for the office's own people."""
    if caller.scope.organisation_id is None:
        return None
    return find_organisation(world, caller.scope.organisation_id)
