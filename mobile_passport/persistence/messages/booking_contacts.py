"""Who is told about places that a group waited for."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mobile_passport.domain.status import BookingState
from mobile_passport.persistence.booking.booking_tables import BookingRow
from mobile_passport.persistence.privacy.vault import ERASED
from mobile_passport.persistence.tables import RequestRow


class BookingContacts:
    """Contacts of the groups that hold places of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def request_of(self, booking: UUID) -> UUID | None:
        """Return the request whose contact is told: the booking's own, else the last of its organisation.

        ``None`` for the office's own places, and for an organisation that never handed a request in.
        """
        group = select(BookingRow.request_id, BookingRow.organisation_id).where(BookingRow.id == booking)
        request_id, organisation_id = self._session.execute(group).one()
        if request_id is not None or organisation_id is None:
            own: UUID | None = request_id
            return own
        last = (
            select(RequestRow.id)
            .where(
                RequestRow.kanim == self._kanim,
                RequestRow.organisation_id == organisation_id,
                RequestRow.contact_phone_sealed != ERASED,
            )
            .order_by(RequestRow.created_at.desc(), RequestRow.id)
            .limit(1)
        )
        return self._session.scalar(last)

    def held(self, requests: Collection[UUID], now: datetime) -> tuple[UUID, ...]:
        """Return the bookings of these requests, and of their organisations, whose places are held at a moment."""
        organisations = select(RequestRow.organisation_id).where(RequestRow.id.in_(requests))
        query = select(BookingRow.id).where(
            BookingRow.kanim == self._kanim,
            BookingRow.state == BookingState.HELD,
            BookingRow.expires_at > now,
            or_(BookingRow.request_id.in_(requests), BookingRow.organisation_id.in_(organisations)),
        )
        return tuple(self._session.scalars(query))
