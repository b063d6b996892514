"""Move a request in the queue: one person proposes with a reason, another one approves, and the public sees it."""

from datetime import datetime
from uuid import UUID

from mobile_passport.domain.access import Caller, Operation, may
from mobile_passport.domain.override import Override, OverrideKind, OverrideState
from mobile_passport.domain.refusal import Conflict, Forbidden, NotFound, Refusal, Stale
from mobile_passport.persistence.plans.overrides import Overrides
from mobile_passport.persistence.privacy.vault import CannotOpen
from mobile_passport.services.audit.deeds import note_deed
from mobile_passport.services.world import World

_ACTIONS = {OverrideState.REJECTED: "reject_override", OverrideState.WITHDRAWN: "withdraw_override"}


class OverrideNotAllowed(Refusal):
    """The published rule knows no such override, or the reason is missing; nothing was changed."""

    code = "override_not_allowed"


class OverrideOpen(Conflict):
    """The request has an override that is proposed or in force; withdraw that one first."""

    code = "override_open"


class SelfApproval(Forbidden):
    """Nobody approves what they proposed: another person has to."""

    code = "self_approval"


def propose_override(
    world: World, reference: str, kind: OverrideKind, reason: str, *, caller: Caller, now: datetime
) -> Override:
    """Propose to move a request; it counts once another person approves.

    Parameters
    ----------
    kind
        The published rule of this kind says by how many points; nobody chooses them.
    reason
        For the office, kept sealed; the public reads the kind.

    Raises
    ------
    Forbidden, NotFound, OverrideNotAllowed, OverrideOpen
        And nothing was changed.
    """
    _refuse_stranger(world, caller, Operation.OVERRIDES_PROPOSE)
    rule = world.rulebook.rank.override(kind)
    if rule is None:
        raise OverrideNotAllowed(f"the published rule of the order has no override {kind.value}")
    if not reason.strip():
        raise OverrideNotAllowed("an override needs a reason; say why the request is moved")
    with world.database.transaction(caller.scope) as session:
        overrides = Overrides(session, world.vault, world.kanim)
        request_id = overrides.request_of(reference)
        if request_id is None:
            raise NotFound(f"no request {reference}")
        if overrides.open_of(request_id) is not None:
            raise OverrideOpen(f"{reference} has an override already; withdraw it, then propose another one")
        try:
            override_id = overrides.propose(
                request_id, kind, rule.points, reason.strip(), by=caller.account_id, now=now
            )
        except CannotOpen as error:
            raise OverrideNotAllowed(f"the contact of {reference} was erased; hand in a new request") from error
        note_deed(
            session, world, "propose_override", override_id, caller=caller, now=now, kind=kind.value, points=rule.points
        )
        return _get(overrides, override_id)


def approve_override(world: World, override_id: UUID, *, caller: Caller, now: datetime) -> Override:
    """Put a proposal in force; the next draft is made with it.

    Raises
    ------
    SelfApproval, Forbidden, NotFound, Stale
        And nothing was changed.
    """
    _refuse_stranger(world, caller, Operation.OVERRIDES_APPROVE)
    with world.database.transaction(caller.scope) as session:
        overrides = Overrides(session, world.vault, world.kanim)
        if _get(overrides, override_id).proposed_by == caller.account_id:
            raise SelfApproval("you proposed this override; another person has to approve it")
        if not overrides.approve(override_id, by=caller.account_id, now=now):
            raise Stale("this override is not waiting for approval any more; look again")
        note_deed(session, world, "approve_override", override_id, caller=caller, now=now)
        return _get(overrides, override_id)


def reject_override(world: World, override_id: UUID, *, caller: Caller, now: datetime) -> Override:
    """Turn a proposal down.

    Raises
    ------
    Forbidden, NotFound, Stale
        And nothing was changed.
    """
    _refuse_stranger(world, caller, Operation.OVERRIDES_APPROVE)
    return _end(world, override_id, OverrideState.REJECTED, (OverrideState.PROPOSED,), caller=caller, now=now)


def withdraw_override(world: World, override_id: UUID, *, caller: Caller, now: datetime) -> Override:
    """Take back a proposal, or end an override that is in force; the published order holds again.

    Raises
    ------
    Forbidden, NotFound, Stale
        And nothing was changed.
    """
    _refuse_stranger(world, caller, Operation.OVERRIDES_PROPOSE)
    present = (OverrideState.PROPOSED, OverrideState.APPROVED)
    return _end(world, override_id, OverrideState.WITHDRAWN, present, caller=caller, now=now)


def list_overrides(world: World, *, caller: Caller) -> tuple[Override, ...]:
    """Return every override with its reason, the newest first, for the staff who decide about them.

    Raises
    ------
    Forbidden, NotFound
    """
    _refuse_stranger(world, caller, Operation.OVERRIDES_PROPOSE)
    with world.database.reading(caller.scope) as session:
        return Overrides(session, world.vault, world.kanim).all()


def _end(
    world: World,
    override_id: UUID,
    state: OverrideState,
    present: tuple[OverrideState, ...],
    *,
    caller: Caller,
    now: datetime,
) -> Override:
    with world.database.transaction(caller.scope) as session:
        overrides = Overrides(session, world.vault, world.kanim)
        _get(overrides, override_id)
        if not overrides.end(override_id, state, present, by=caller.account_id, now=now):
            raise Stale("this override has come to an end already; look again")
        note_deed(session, world, _ACTIONS[state], override_id, caller=caller, now=now)
        return _get(overrides, override_id)


def _refuse_stranger(world: World, caller: Caller, operation: Operation) -> None:
    if caller.scope.kanim != world.kanim:
        raise NotFound("no such override")
    if not may(caller.role, operation):
        raise Forbidden("your account may not do this; ask a planner or a supervisor")


def _get(overrides: Overrides, override_id: UUID) -> Override:
    override = overrides.get(override_id)
    if override is None:
        raise NotFound("no such override")
    return override
