"""One page for the head of the office and the auditor: what came in, who waits, what was planned and what was done."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time

from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.messaging.desk import Desk
from mobile_passport.persistence.audit.records import count_by_actor
from mobile_passport.persistence.figures import OfficeFigures, Reported, WaitingPeople
from mobile_passport.persistence.messages.message_report import Delivery
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.services.messages.watch_messages import watch_messages
from mobile_passport.services.take_export import TAKEN
from mobile_passport.services.world import World
from optimizer.wire import read_plan

AGES_DAYS = (7, 14, 30, 60)
"""Upper ends, both ends inclusive, of the spans by which waiting is told; the last span is open."""
NO_PLACE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Who waits, by age of the request and by district.

    Attributes
    ----------
    by_age
        One number for each end of ``AGES_DAYS``, and one for all that are older.
    by_district
        Label of the kecamatan to people, the most first; ``NO_PLACE`` for places that are not clear.
    """

    by_age: tuple[int, ...]
    by_district: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything on the page.

    Attributes
    ----------
    distance_m
        Of the plan that holds, all teams; ``None`` before the first.
    many_exports
        Accounts that took out many files today, and how many each, the most first.
    """

    requests: int
    people: dict[ApplicantStatus, int]
    waiting: Waiting
    plan_version: int | None
    distance_m: int | None
    reported: Reported
    deliveries: tuple[Delivery, ...]
    many_exports: tuple[tuple[str, int], ...]


def show_figures(world: World, desk: Desk, *, now: datetime) -> Figures:
    """Work out the figures of a moment."""
    today = now.astimezone(world.rulebook.office.zone).date()
    midnight = datetime.combine(today, time.min, world.rulebook.office.zone)
    with world.database.reading() as session:
        figures, plans = OfficeFigures(session, world.kanim), Plans(session, world.kanim)
        version = plans.current_version()
        routes = read_plan(plans.documents(version)[1]).routes if version is not None else None
        waiting = figures.waiting()
        return Figures(
            requests=figures.requests(),
            people=figures.people(),
            waiting=_waiting(world, waiting, now),
            plan_version=version,
            distance_m=None if routes is None else sum(route.distance_m for route in routes),
            reported=figures.reported(before=midnight, day=today),
            deliveries=watch_messages(desk).deliveries,
            many_exports=_many_exports(world, count_by_actor(session, kanim=world.kanim, action=TAKEN, since=midnight)),
        )


def _many_exports(world: World, files: dict[str, int]) -> tuple[tuple[str, int], ...]:
    many = [(login, count) for login, count in files.items() if world.rulebook.privacy.exports.is_many(count)]
    return tuple(sorted(many, key=lambda pair: (-pair[1], pair[0])))


def _waiting(world: World, waiting: tuple[WaitingPeople, ...], now: datetime) -> Waiting:
    today = now.astimezone(world.rulebook.office.zone).date()
    ages, districts = Counter[int](), Counter[str]()
    names = {village.code[:6]: village.kecamatan for village in world.gazetteer.villages}
    for one in waiting:
        days = (today - one.received_date).days
        ages[sum(days > end for end in AGES_DAYS)] += one.people
        districts[names.get(one.district, one.district) if one.district else NO_PLACE] += one.people
    return Waiting(
        by_age=tuple(ages[span] for span in range(len(AGES_DAYS) + 1)),
        by_district=tuple(sorted(districts.items(), key=lambda pair: (-pair[1], pair[0]))),
    )
