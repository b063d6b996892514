"""How many places of a day the published plan takes for people without a booking."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from mobile_passport.domain.booking import ServiceDay
from mobile_passport.persistence.booking.bookings import Bookings
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.services.world import World


def note_planned(session: Session, world: World, days: Iterable[ServiceDay], *, now: datetime) -> None:
    """Count the people who have an appointment on locked days and no booking for them, of the whole office."""
    zone = world.rulebook.office.zone
    with office_wide(session):
        booked = Bookings(session, world.kanim).days_of_people()
        slots = [
            (person, appointment.slot_at.astimezone(zone).date())
            for person, appointment in Appointments(session, world.kanim).active().items()
            if appointment.slot_at >= now
        ]
    people = Counter(day for person, day in slots if day not in booked.get(person, ()))
    for day in days:
        ServiceDays(session, world.kanim).set_planned(day, people[day.date])
