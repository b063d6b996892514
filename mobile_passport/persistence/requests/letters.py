"""Requests as the office and their askers see them: heads without people, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from mobile_passport.domain.request import AskerKind, Category, VisitKind
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.persistence.revision import revision_of
from mobile_passport.persistence.tables import ApplicantRow, RequestRow
from optimizer.problem import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that a request may mean, and how sure that is, 0 to 1."""

    label: str
    village_code: str | None
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterHead:
    """What is known of a request besides its people and contact.

    Attributes
    ----------
    place_verdict
        ``found``, ``ambiguous`` or ``not_found``.
    place_label, village_code, position
        ``None`` until the place is settled.
    people
        How many stand in each status.
    """

    id: UUID
    reference: str
    external_reference: str
    organisation_id: UUID | None
    asker_kind: AskerKind
    asker_name: str = field(repr=False)
    category: Category
    visit_kind: VisitKind
    place_text: str = field(repr=False)
    own_venue: str | None
    wished_dates: tuple[date, ...]
    deadline_date: date | None
    received_date: date
    created_at: datetime
    place_verdict: str
    place_label: str | None
    village_code: str | None
    position: LatLon | None
    candidates: tuple[Candidate, ...]
    people: dict[ApplicantStatus, int]
    revision: str


class Letters:
    """Heads of requests of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def get(self, reference: str, *, lock: bool = False) -> LetterHead | None:
        """Return a request, ``None`` when there is none that the transaction's scope reaches."""
        query = self._query().where(RequestRow.reference == reference)
        found = self._read(query.with_for_update(key_share=True) if lock else query)
        return found[0] if found else None

    def page(self, *, after: str, until: datetime, limit: int, needs_place: bool = False) -> tuple[LetterHead, ...]:
        """Return requests by reference, from behind one on.

        Parameters
        ----------
        after
            Reference; empty for the first page.
        until
            Requests that came later are left out, so that pages read one after the other fit together.
        needs_place
            Only those whose place a person has to settle.
        """
        query = self._query().where(RequestRow.reference > after, RequestRow.created_at <= until)
        if needs_place:
            query = query.where(RequestRow.place_verdict != "found")
        return self._read(query.order_by(RequestRow.reference).limit(limit))

    def all(self) -> tuple[LetterHead, ...]:
        """Return every request that the transaction's scope reaches, by reference."""
        return self._read(self._query().order_by(RequestRow.reference))

    def amend(self, request: UUID, *, wished_dates: Sequence[date], deadline_date: date | None) -> None:
        """Write down other wishes."""
        row = self._session.scalars(select(RequestRow).where(RequestRow.id == request)).one()
        row.wished_dates = [day.isoformat() for day in wished_dates]
        row.deadline_date = deadline_date
        self._session.flush()

    def _query(self) -> Select[RequestRow]:
        return select(RequestRow).where(RequestRow.kanim == self._kanim)

    def _read(self, query: Select[RequestRow]) -> tuple[LetterHead, ...]:
        rows = self._session.scalars(query).all()
        counts: dict[UUID, dict[ApplicantStatus, int]] = {}
        counting = (
            select(ApplicantRow.request_id, ApplicantRow.status, func.count())
            .where(ApplicantRow.request_id.in_([row.id for row in rows]))
            .group_by(ApplicantRow.request_id, ApplicantRow.status)
            .order_by(ApplicantRow.status)
        )
        for request, status, people in self._session.execute(counting):
            counts.setdefault(request, {})[ApplicantStatus(status)] = people
        return tuple(_head(row, counts.get(row.id, {})) for row in rows)


def _head(row: RequestRow, people: dict[ApplicantStatus, int]) -> LetterHead:
    return LetterHead(
        id=row.id,
        reference=row.reference,
        external_reference=row.external_reference,
        organisation_id=row.organisation_id,
        asker_kind=AskerKind(row.asker_kind),
        asker_name=row.asker_name,
        category=Category(row.category),
        visit_kind=VisitKind(row.visit_kind),
        place_text=row.place_text,
        own_venue=row.own_venue,
        wished_dates=tuple(date.fromisoformat(day) for day in row.wished_dates),
        deadline_date=row.deadline_date,
        received_date=row.received_date,
        created_at=row.created_at,
        place_verdict=row.place_verdict,
        place_label=row.place_label,
        village_code=row.village_code,
        position=LatLon(lat=row.lat, lon=row.lon) if row.lat is not None and row.lon is not None else None,
        candidates=tuple(
            Candidate(label=one["label"], village_code=one["village_code"], confidence=one["confidence"])
            for one in row.place_candidates
        ),
        people=people,
        revision=revision_of(row),
    )
