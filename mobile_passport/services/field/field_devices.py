"""Telephones of field teams: enrolled by the team's account, revoked by a supervisor.

The phone makes its own id and key. So enrolling may be repeated, also with an office whose database was restored from
a day on which it did not know the phone.
"""

import hmac
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller
from mobile_passport.domain.refusal import Conflict, Forbidden, NotFound
from mobile_passport.domain.secret import Secret
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.field.field_devices import FieldDevice, FieldDevices
from mobile_passport.services.world import World


class UnknownDevice(NotFound):
    """The office does not know the phone, or not as this account's: enrol it."""

    code = "unknown_device"


class DeviceRevoked(Forbidden):
    """The phone was revoked: it may read nothing, and has to forget what it holds."""

    code = "device_revoked"


def enrol_device(
    world: World, caller: Caller, *, device_id: UUID, key: Secret[str], label: str, now: datetime
) -> FieldDevice:
    """Make a phone known as one of the caller's team; a repeat changes nothing.

    Parameters
    ----------
    key
        256 random bits as the phone writes them; only their digest is kept.

    Raises
    ------
    Conflict
        When the id belongs to another account or key, or the caller has no team.
    DeviceRevoked
    """
    if caller.scope.team is None:
        raise Conflict("the account belongs to no team; an administrator has to give it one")
    device = FieldDevice(
        id=device_id,
        account_id=caller.account_id,
        team=caller.scope.team,
        label=label,
        key_hash=_digest(key),
        enrolled_at=now,
        seen_at=now,
        revoked_at=None,
        watermark=0,
    )
    with world.database.transaction(caller.scope) as session:
        devices = FieldDevices(session, world.kanim)
        if not devices.add(device):
            return _known_again(devices.find(device_id), device)
        write_audit(
            session,
            kanim=world.kanim,
            at=now,
            actor=caller.login,
            action="enrol_device",
            subject=str(device_id),
            detail={"team": caller.scope.team},
        )
    return device


def trusted_device(
    session: Session, world: World, caller: Caller, *, device_id: UUID, key: Secret[str], is_locked: bool = False
) -> FieldDevice:
    """Return the caller's phone once it has shown its key; whether it was revoked is the user's matter.

    Raises
    ------
    UnknownDevice
    """
    device = FieldDevices(session, world.kanim).find(device_id, is_locked=is_locked)
    if device is None or device.account_id != caller.account_id or not _has_key(device, key):
        raise UnknownDevice("this phone is not enrolled for this account; sign in on it again")
    return device


def list_devices(world: World, caller: Caller) -> tuple[FieldDevice, ...]:
    """Return all phones, the last enrolled first."""
    with world.database.reading(caller.scope) as session:
        return FieldDevices(session, world.kanim).all()


def revoke_device(world: World, caller: Caller, *, device_id: UUID, now: datetime) -> None:
    """Let a lost phone read nothing more. What it still sends is kept apart until a supervisor has looked at it.

    Raises
    ------
    NotFound
        When there is no such phone.
    """
    with world.database.transaction(caller.scope) as session:
        devices = FieldDevices(session, world.kanim)
        known = devices.find(device_id)
        if known is None or known.key_hash is None:
            raise NotFound("there is no such phone")
        if devices.revoke(device_id, now):
            write_audit(
                session,
                kanim=world.kanim,
                at=now,
                actor=caller.login,
                action="revoke_device",
                subject=str(device_id),
                detail={"team": known.team},
            )


def _known_again(known: FieldDevice | None, wanted: FieldDevice) -> FieldDevice:
    if known is None or (known.account_id, known.key_hash) != (wanted.account_id, wanted.key_hash):
        raise Conflict("this phone is enrolled for somebody else; sign out on it and enrol it anew")
    if known.revoked_at:
        raise DeviceRevoked("this phone was revoked; ask your supervisor")
    return known


def _has_key(device: FieldDevice, key: Secret[str]) -> bool:
    return device.key_hash is not None and hmac.compare_digest(device.key_hash, _digest(key))


def _digest(key: Secret[str]) -> bytes:
    return sha256(key.reveal().encode()).digest()  # of 256 random bits: nothing to guess
