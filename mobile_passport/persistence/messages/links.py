"""Links as they are opened: a token, found by its digest, leads to the people of one message."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.link import LinkPurpose, link_digest
from mobile_passport.domain.request import VisitKind
from mobile_passport.domain.status import AppointmentStatus
from mobile_passport.persistence.messages.link_tables import LinkRow
from mobile_passport.persistence.messages.message_tables import SmsIntentRow, SmsSubjectRow
from mobile_passport.persistence.privacy.vault import ERASED
from mobile_passport.persistence.tables import AppointmentRow, PlanRow, PlanVisitRow
from optimizer.problem import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedMessage:
    """What a link was sent with.

    Attributes
    ----------
    to_index
        Blind index of the number it was sent to.
    people
        Whom the message was about, always in the same order.
    """

    intent_id: UUID
    to_index: bytes
    people: tuple[UUID, ...]


class Links:
    """Links of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def find(self, token: str, purpose: LinkPurpose, *, now: datetime) -> LinkedMessage | None:
        """Return what a token leads to; ``None`` alike when there is no such link, or none any more."""
        found = self._session.execute(
            select(SmsIntentRow.id, SmsIntentRow.to_index)
            .join(LinkRow, LinkRow.intent_id == SmsIntentRow.id)
            .where(
                LinkRow.digest == link_digest(token),
                LinkRow.kanim == self._kanim,
                LinkRow.purpose == purpose,
                LinkRow.expires_at > now,
                LinkRow.revoked_at.is_(None),
                SmsIntentRow.to_sealed != ERASED,
            )
        ).one_or_none()
        if found is None:
            return None
        intent_id, to_index = found
        about = select(SmsSubjectRow.applicant_id).where(SmsSubjectRow.intent_id == intent_id)
        people = self._session.scalars(about.order_by(SmsSubjectRow.applicant_id))
        return LinkedMessage(intent_id=intent_id, to_index=to_index, people=tuple(one for one in people if one))

    def revoke_to(self, to_index: bytes, *, now: datetime) -> None:
        """End every link that was sent to a number."""
        messages = select(SmsIntentRow.id).where(SmsIntentRow.kanim == self._kanim, SmsIntentRow.to_index == to_index)
        self._session.execute(
            update(LinkRow)
            .where(LinkRow.intent_id.in_(messages.scalar_subquery()), LinkRow.revoked_at.is_(None))
            .values(revoked_at=now),
            execution_options={"synchronize_session": False},
        )

    def places_of(self, people: tuple[UUID, ...]) -> dict[UUID, LatLon]:
        """Return where people with an appointment at a venue go; nothing about homes."""
        query = (
            select(AppointmentRow.applicant_id, PlanVisitRow.lat, PlanVisitRow.lon)
            .join(PlanRow, (PlanRow.kanim == AppointmentRow.kanim) & (PlanRow.version == AppointmentRow.plan_version))
            .join(PlanVisitRow, (PlanVisitRow.plan_id == PlanRow.id) & (PlanVisitRow.visit == AppointmentRow.visit))
            .where(
                AppointmentRow.applicant_id.in_(people),
                AppointmentRow.status == AppointmentStatus.ACTIVE,
                AppointmentRow.kind == VisitKind.COLLECTIVE,
            )
        )
        return {person: LatLon(lat=lat, lon=lon) for person, lat, lon in self._session.execute(query)}
