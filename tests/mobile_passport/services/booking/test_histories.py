"""Any history of holds, bookings, releases, expiries and changed capacities keeps the book of every day."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.domain.refusal import Refusal
from mobile_passport.domain.request import Category
from mobile_passport.persistence.booking.service_days import ServiceDays
from mobile_passport.persistence.tables import ApplicantRow, RequestRow
from mobile_passport.services.booking.confirm_booking import confirm_booking
from mobile_passport.services.booking.hold_places import hold_places
from mobile_passport.services.booking.release_booking import release_booking
from mobile_passport.services.booking.set_capacity import set_capacity
from mobile_passport.services.booking.settle_days import settle_days
from mobile_passport.services.booking.waiting_list import join_waiting_list
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from tests.mobile_passport.services.booking.office import DAYS, differences, lay_out, planner
from tests.mobile_passport.services.seasons import NOW, letter, person

TWO = DAYS[:2]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hold", "hold both", "wait", "confirm", "release", "expire", "capacity", "settle"]),
        st.integers(0, 1),
        st.integers(1, 12),
    ),
    min_size=5,
    max_size=25,
)


class History:
    """One office's day after day, step by step."""

    def __init__(self, world: World, request: str) -> None:
        self.world, self.request, self.now = world, request, NOW
        self.mine: list[UUID] = []

    def step(self, kind: str, day: int, number: int) -> None:
        """Do one thing; that it is refused is as good."""
        who = {"caller": planner(self.world), "now": self.now}
        asks = {"category": Category.HAJJ, "deadline_date": None} | who
        some = self.mine[number % len(self.mine)] if self.mine else UUID(int=0)
        if kind in ("hold", "hold both"):
            wanted = dict.fromkeys(TWO if kind == "hold both" else TWO[day : day + 1], number)
            self.mine += [one.id for one in hold_places(self.world, wanted, **asks)]  # type: ignore[arg-type]
        elif kind == "wait":
            self.mine.append(join_waiting_list(self.world, TWO[day], number, **asks).id)  # type: ignore[arg-type]
        elif kind == "confirm":
            confirm_booking(self.world, [some], self.request, **who)  # type: ignore[arg-type]
        elif kind == "release":
            release_booking(self.world, some, **who)  # type: ignore[arg-type]
        elif kind == "capacity":
            self._set_capacity(TWO[day], number + 5, **who)
        elif kind == "settle":
            settle_days(self.world, now=self.now)
        else:
            self.now += timedelta(minutes=20 * number)

    def _set_capacity(self, day: object, capacity: int, **who: object) -> None:
        with self.world.database.reading() as session:
            present = ServiceDays(session, self.world.kanim).days(day, day)[0].capacity  # type: ignore[arg-type]
        set_capacity(self.world, day, capacity, expected=str(present), **who)  # type: ignore[arg-type]

    def broken(self) -> list[str]:
        """Days whose book is wrong."""
        with self.world.database.reading() as session:
            days = ServiceDays(session, self.world.kanim).days(TWO[0], TWO[1])
        found = [f"{day.date}: {day.booked} of {day.capacity}" for day in days if not 0 <= day.booked <= day.capacity]
        return found + [f"{day}: {both}" for day, both in differences(self.world).items()]


def small_group(world: World) -> str:
    """A request of five people."""
    with world.database.transaction() as session:
        session.query(ApplicantRow).delete()
        session.query(RequestRow).delete()
    asked = letter("1/2026", "Desa Karangsono, Kec. Kanigoro", map(person, range(5)))
    import_requests((asked,), world, actor="test", now=NOW)
    with world.database.reading() as session:
        return session.query(RequestRow.reference).scalar()  # type: ignore[no-any-return]


def test_every_history_keeps_the_book_of_each_day(office: World) -> None:
    request = small_group(office)

    @settings(max_examples=12, deadline=None, derandomize=True)
    @given(STEPS)
    def histories(steps: list[tuple[str, int, int]]) -> None:
        lay_out(office, TWO, 15)
        history = History(office, request)
        for step in steps:
            try:
                history.step(*step)
            except Refusal:
                continue
            finally:
                assert history.broken() == []

    histories()
