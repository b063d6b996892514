"""Bookings: what each group holds, has booked or waits for. `ServiceDays` keeps the count of their places."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.booking import Booking, BookingRequest, ServiceDay, Waiter
from mobile_passport.domain.request import AskerKind, Category
from mobile_passport.domain.status import LIVE_STATUSES, ApplicantStatus, BookingState, follow
from mobile_passport.persistence.accounts.account_tables import OrganisationRow
from mobile_passport.persistence.booking.booking_tables import BookingRow, ServiceDayRow
from mobile_passport.persistence.booking.service_days import TAKING
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.persistence.tables import ApplicantRow, RequestRow

# Made once, as those of `ServiceDays`: every hold asks them.
_WAITED_FOR = select(BookingRow.service_day_id).where(
    BookingRow.service_day_id.in_(bindparam("day_ids", expanding=True)), BookingRow.state == BookingState.WAITING
)
_LOCK_ORGANISATION = (
    select(OrganisationRow.kind)
    .where(OrganisationRow.id == bindparam("organisation_id"))
    .with_for_update(key_share=True)
)
_PLACES_OF = (
    select(func.coalesce(func.sum(BookingRow.places), 0))
    .join(ServiceDayRow, ServiceDayRow.id == BookingRow.service_day_id)
    .where(
        BookingRow.kanim == bindparam("kanim"),
        BookingRow.organisation_id == bindparam("organisation_id"),
        ServiceDayRow.date >= bindparam("first"),
        or_(
            BookingRow.state.in_((BookingState.BOOKED, BookingState.WAITING)),
            and_(BookingRow.state == BookingState.HELD, BookingRow.expires_at > bindparam("now")),
        ),
    )
)


class Bookings:
    """Bookings of one office, inside one transaction.

    A caller's organisation finds its own; the order of a waiting list is made of everybody's.
    """

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def add(
        self,
        day: ServiceDay,
        *,
        places: int,
        state: BookingState,
        organisation_id: UUID | None,
        category: Category,
        deadline_date: date | None,
        now: datetime,
        expires_at: datetime | None,
        request_id: UUID | None = None,
    ) -> UUID:
        """Write the row of places that were taken, or are waited for."""
        row = BookingRow(
            id=uuid4(),
            kanim=self._kanim,
            service_day_id=day.id,
            organisation_id=organisation_id,
            places=places,
            state=state,
            category=category,
            deadline_date=deadline_date,
            created_at=now,
            expires_at=expires_at,
            request_id=request_id,
        )
        self._session.add(row)
        return row.id

    def find(self, ids: Collection[UUID], organisation_id: UUID | None) -> tuple[Booking, ...]:
        """Return bookings by date; those of other organisations are passed over.

        Parameters
        ----------
        organisation_id
            ``None`` sees every organisation's.
        """
        query = self._bookings(organisation_id).where(BookingRow.id.in_(ids))
        return self._read(query)

    def live(self, organisation_id: UUID | None, first: date) -> tuple[Booking, ...]:
        """Return what is waited for, held or booked from a date on, by date."""
        states = (BookingState.WAITING, *TAKING)
        query = self._bookings(organisation_id).where(BookingRow.state.in_(states), ServiceDayRow.date >= first)
        return self._read(query)

    def of_request(self, request_id: UUID, after: date) -> tuple[Booking, ...]:
        """Return what is booked for a request after a date, by date."""
        query = self._bookings(None).where(
            BookingRow.request_id == request_id, BookingRow.state == BookingState.BOOKED, ServiceDayRow.date > after
        )
        return self._read(query)

    def lives_on(self, request_id: UUID, day: ServiceDay) -> bool:
        """Whether a request holds, has booked or waits for places of a day."""
        query = select(BookingRow.id).where(
            BookingRow.request_id == request_id,
            BookingRow.service_day_id == day.id,
            BookingRow.state.in_((BookingState.WAITING, *TAKING)),
        )
        return self._session.scalar(query) is not None

    def of_letter(self, request_id: UUID) -> tuple[Booking, ...]:
        """Return what a request has booked, holds or waits for, by date."""
        query = self._bookings(None).where(
            BookingRow.request_id == request_id, BookingRow.state.in_((BookingState.WAITING, *TAKING))
        )
        return self._read(query)

    def settle(
        self,
        booking: Booking,
        state: BookingState,
        *,
        places: int | None = None,
        expires_at: datetime | None = None,
        request_id: UUID | None = None,
    ) -> bool:
        """Move a booking on from the state it was read in; ``False`` when it stands elsewhere by now."""
        move = (
            update(BookingRow)
            .where(BookingRow.id == booking.id, BookingRow.state == booking.state)
            .values(state=follow(booking.state, state), places=places or booking.places)
            .returning(BookingRow.id)
        )
        if expires_at is not None:
            move = move.values(expires_at=expires_at)
        if request_id is not None:
            move = move.values(request_id=request_id)
        return self._session.execute(move).first() is not None

    def shrink(self, booking: Booking, places: int) -> None:
        """Lower the places of a booking; those of its day are to be given back."""
        self._session.execute(update(BookingRow).where(BookingRow.id == booking.id).values(places=places))

    def waited_for(self, days: Iterable[ServiceDay]) -> frozenset[UUID]:
        """Return the ids of those days that somebody waits for."""
        with office_wide(self._session):
            return frozenset(self._session.scalars(_WAITED_FOR, {"day_ids": [day.id for day in days]}))

    def waiters(self, day: ServiceDay) -> tuple[Waiter, ...]:
        """Return who of all organisations waits for a day, in no order and without a name."""
        query = select(BookingRow).where(BookingRow.service_day_id == day.id, BookingRow.state == BookingState.WAITING)
        with office_wide(self._session):
            rows = self._session.scalars(query).all()
        return tuple(
            Waiter(
                id=row.id,
                places=row.places,
                category=Category(row.category),
                deadline_date=row.deadline_date,
                waiting_since=row.created_at,
            )
            for row in rows
        )

    def move_up(self, waiter: Waiter, *, expires_at: datetime) -> None:
        """Turn a place on the waiting list into a hold; its places were taken before."""
        move = (
            update(BookingRow)
            .where(BookingRow.id == waiter.id)
            .values(state=follow(BookingState.WAITING, BookingState.HELD), expires_at=expires_at)
        )
        with office_wide(self._session):
            self._session.execute(move)

    def lock_organisation(self, organisation_id: UUID) -> AskerKind:
        """Make others of an organisation wait, so that its places can be counted; returns its kind."""
        return AskerKind(self._session.scalars(_LOCK_ORGANISATION, {"organisation_id": organisation_id}).one())

    def places_of(self, organisation_id: UUID, first: date, *, now: datetime) -> int:
        """Count what an organisation has held, booked or waits for from a date on; expired holds do not count."""
        asked = {"kanim": self._kanim, "organisation_id": organisation_id, "first": first, "now": now}
        return self._session.scalars(_PLACES_OF, asked).one()

    def days_of_requests(self) -> dict[UUID, frozenset[date]]:
        """Return the days that requests have booked."""
        query = (
            select(BookingRow.request_id, ServiceDayRow.date)
            .join(ServiceDayRow, ServiceDayRow.id == BookingRow.service_day_id)
            .where(BookingRow.kanim == self._kanim, BookingRow.state == BookingState.BOOKED)
        )
        found: dict[UUID, set[date]] = {}
        for request_id, day in self._session.execute(query):
            if request_id is not None:
                found.setdefault(request_id, set()).add(day)
        return {request_id: frozenset(days) for request_id, days in found.items()}

    def days_of_people(self) -> dict[UUID, frozenset[date]]:
        """Return the days booked for people, by applicant."""
        days = self.days_of_requests()
        query = select(ApplicantRow.id, ApplicantRow.request_id).where(
            ApplicantRow.kanim == self._kanim, ApplicantRow.request_id.in_(days)
        )
        return {person: days[request_id] for person, request_id in self._session.execute(query)}

    def request(self, reference: str, organisation_id: UUID | None) -> BookingRequest | None:
        """Return a request that places are to be booked for; ``None`` when the organisation has none such."""
        query = (
            select(RequestRow.id, RequestRow.category, RequestRow.deadline_date, func.count(ApplicantRow.id))
            .outerjoin(
                ApplicantRow,
                and_(ApplicantRow.request_id == RequestRow.id, ApplicantRow.status == ApplicantStatus.WAITING),
            )
            .where(RequestRow.kanim == self._kanim, RequestRow.reference == reference)
            .group_by(RequestRow.id)
        )
        if organisation_id is not None:
            query = query.where(RequestRow.organisation_id == organisation_id)
        found = self._session.execute(query).first()
        if found is None:
            return None
        request_id, category, deadline_date, waiting = found
        return BookingRequest(id=request_id, category=Category(category), deadline_date=deadline_date, waiting=waiting)

    def requests_of_people(self, people: Collection[UUID]) -> dict[UUID, UUID]:
        """Return the request of each applicant."""
        query = select(ApplicantRow.id, ApplicantRow.request_id).where(ApplicantRow.id.in_(people))
        return dict(self._session.execute(query).all())

    def places_of_request(self, request_id: UUID) -> int:
        """Count the places that a request has booked."""
        query = select(func.coalesce(func.sum(BookingRow.places), 0)).where(
            BookingRow.request_id == request_id, BookingRow.state == BookingState.BOOKED
        )
        return int(self._session.execute(query).scalar_one())

    def larger_than_their_requests(self, after: date) -> dict[UUID, int]:
        """Return the requests with more places booked after a date than people to be served, and that number."""
        people = (
            select(func.count(ApplicantRow.id))
            .where(
                ApplicantRow.request_id == BookingRow.request_id,
                ApplicantRow.status.in_(LIVE_STATUSES),
            )
            .correlate(BookingRow)
            .scalar_subquery()
        )
        query = (
            select(BookingRow.request_id, people)
            .join(ServiceDayRow, ServiceDayRow.id == BookingRow.service_day_id)
            .where(
                BookingRow.kanim == self._kanim,
                BookingRow.state == BookingState.BOOKED,
                ServiceDayRow.date > after,
            )
            .group_by(BookingRow.request_id)
            .having(func.sum(BookingRow.places) > people)
        )
        return {request: count for request, count in self._session.execute(query) if request is not None}

    def _bookings(self, organisation_id: UUID | None) -> Select[BookingRow, date]:
        query = (
            select(BookingRow, ServiceDayRow.date)
            .join(ServiceDayRow, ServiceDayRow.id == BookingRow.service_day_id)
            .where(BookingRow.kanim == self._kanim)
            .order_by(ServiceDayRow.date, BookingRow.created_at, BookingRow.id)
            .execution_options(populate_existing=True)
        )
        return query if organisation_id is None else query.where(BookingRow.organisation_id == organisation_id)

    def _read(self, query: Select[BookingRow, date]) -> tuple[Booking, ...]:
        rows = self._session.execute(query).all()
        handed_in = {row.request_id for row, _ in rows if row.request_id}
        references: dict[UUID | None, str] = {}
        if handed_in:  # holds, which are most of them, have no request yet
            requests = select(RequestRow.id, RequestRow.reference).where(RequestRow.id.in_(handed_in))
            references = dict(self._session.execute(requests).all())
        return tuple(_booking(row, day, references.get(row.request_id)) for row, day in rows)


def _booking(row: BookingRow, day: date, reference: str | None) -> Booking:
    return Booking(
        id=row.id,
        date=day,
        places=row.places,
        state=BookingState(row.state),
        organisation_id=row.organisation_id,
        category=Category(row.category),
        deadline_date=row.deadline_date,
        created_at=row.created_at,
        expires_at=row.expires_at,
        request=reference,
    )
