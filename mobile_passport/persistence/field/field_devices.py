"""Telephones of field teams, and how far what they wrote down is stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mobile_passport.persistence.field.field_tables import FieldDeviceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDevice:
    """One telephone, or a supervisor's desk.

    Attributes
    ----------
    key_hash
        SHA-256 of the 256 random bits that the phone keeps; ``None`` for a desk, which posts nothing by itself.
    watermark
        Every operation up to this number is stored.
    """

    id: UUID
    account_id: UUID
    team: str | None
    label: str
    key_hash: bytes | None
    enrolled_at: datetime
    seen_at: datetime
    revoked_at: datetime | None
    watermark: int


class FieldDevices:
    """Devices of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def find(self, device_id: UUID, *, is_locked: bool = False) -> FieldDevice | None:
        """Return a device.

        Parameters
        ----------
        is_locked
            Keep others from writing operations of the device until the transaction ends.
        """
        query = select(FieldDeviceRow).where(FieldDeviceRow.kanim == self._kanim, FieldDeviceRow.id == device_id)
        row = self._session.scalar(query.with_for_update() if is_locked else query)
        return _device(row) if row else None

    def add(self, device: FieldDevice) -> bool:
        """Store a new device. Returns ``False`` when its id is taken, here or in another office."""
        if self._session.get(FieldDeviceRow, device.id):
            return False
        self._session.add(
            FieldDeviceRow(
                id=device.id,
                kanim=self._kanim,
                account_id=device.account_id,
                team=device.team,
                label=device.label,
                key_hash=device.key_hash,
                enrolled_at=device.enrolled_at,
                seen_at=device.seen_at,
                revoked_at=device.revoked_at,
                watermark=device.watermark,
            )
        )
        self._session.flush()
        return True

    def all(self) -> tuple[FieldDevice, ...]:
        """Return all telephones, the last enrolled first."""
        query = (
            select(FieldDeviceRow)
            .where(FieldDeviceRow.kanim == self._kanim, FieldDeviceRow.key_hash.is_not(None))
            .order_by(FieldDeviceRow.enrolled_at.desc(), FieldDeviceRow.id)
        )
        return tuple(map(_device, self._session.scalars(query)))

    def revoke(self, device_id: UUID, now: datetime) -> bool:
        """Let a telephone read nothing any more. Returns whether this call did it."""
        revoke = (
            update(FieldDeviceRow)
            .where(FieldDeviceRow.kanim == self._kanim, FieldDeviceRow.id == device_id)
            .where(FieldDeviceRow.revoked_at.is_(None), FieldDeviceRow.key_hash.is_not(None))
            .values(revoked_at=now)
            .returning(FieldDeviceRow.id)
        )
        return self._session.scalar(revoke) is not None

    def note_received(self, device_id: UUID, *, watermark: int, now: datetime) -> None:
        """Write down how far the operations of a device are stored, and when it was heard of last."""
        self._session.execute(
            update(FieldDeviceRow)
            .where(FieldDeviceRow.kanim == self._kanim, FieldDeviceRow.id == device_id)
            .values(watermark=watermark, seen_at=now)
        )


def _device(row: FieldDeviceRow) -> FieldDevice:
    return FieldDevice(
        id=row.id,
        account_id=row.account_id,
        team=row.team,
        label=row.label,
        key_hash=row.key_hash,
        enrolled_at=row.enrolled_at,
        seen_at=row.seen_at,
        revoked_at=row.revoked_at,
        watermark=row.watermark,
    )
