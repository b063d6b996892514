"""Everything that the order of service of a plan is judged by, as one file."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from mobile_passport.domain.outreach_plan import OutreachVisit, RouteStop
from mobile_passport.domain.refusal import NotFound, Refusal
from mobile_passport.persistence.plans.appointments import Appointments
from mobile_passport.persistence.plans.order_records import OrderRecords
from mobile_passport.persistence.plans.plans import Plans
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.services.world import World


class UnreadableOrder(Refusal):
    """A file is no export of an order; export it anew."""

    code = "unreadable_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedOrder:
    """The order of one plan as stored, word by word: its digest is in the log."""

    version: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedVisit:
    """A visit as it is carried out.

    Attributes
    ----------
    people
        How many of each request, by reference.
    appointment_dates
        Days for which its people have an appointment now.
    """

    visit: str
    shift: str | None
    starts_at: datetime | None
    is_surveyed: bool
    reason_code: str | None
    people: dict[str, int]
    appointment_dates: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderExport:
    """Everything that whom a published plan serves when can be judged by. No names, but places of home visits.

    Attributes
    ----------
    orders
        Of this plan first, then of those published before it: people promised by them are in no newer order.
    problem_json, plan_json
        Of the optimizer, word by word.
    received
        Day on which each request was received, as the register says now.
    """

    kanim: str
    timezone: str
    version: int
    orders: tuple[ExportedOrder, ...]
    problem_json: str
    plan_json: str
    visits: tuple[ExportedVisit, ...]
    received: dict[str, date]


_EXPORT = TypeAdapter(OrderExport)


def write_order_export(export: OrderExport) -> str:
    """Return an export as JSON."""
    return _EXPORT.dump_json(export, indent=1).decode() + "\n"


def read_order_export(text: str) -> OrderExport:
    """Read an export back.

    Raises
    ------
    UnreadableOrder
    """
    try:
        return _EXPORT.validate_json(text)
    except ValidationError as error:
        raise UnreadableOrder(f"not an export of an order ({error.error_count()} mistakes); export it anew") from error


def export_order(world: World, version: int | None = None) -> OrderExport:
    """Collect everything that a plan's order is judged by.

    Parameters
    ----------
    version
        ``None`` for the plan that holds.

    Raises
    ------
    NotFound
        When there is no such plan, or it was made before orders were kept.
    """
    with world.database.reading() as session:
        plans, requests = Plans(session, world.kanim), Requests(session, world.vault, world.kanim)
        wanted = version if version is not None else plans.current_version()
        orders = OrderRecords(session, world.kanim).until(wanted) if wanted is not None else ()
        if wanted is None or not orders or orders[0].version != wanted:
            raise NotFound("no such plan, or it was made before orders were kept; name another one with --version")
        visits = plans.visits(wanted).visits
        references = requests.references_of({member.applicant_id for one in visits for member in one.members})
        slots = {person: one.slot_at for person, one in Appointments(session, world.kanim).active().items()}
        problem_json, plan_json = plans.documents(wanted)
        received = OrderRecords(session, world.kanim).received_dates()
    zone = world.rulebook.office.zone
    return OrderExport(
        kanim=world.kanim,
        timezone=world.rulebook.office.timezone,
        version=wanted,
        orders=tuple(ExportedOrder(version=one.version, text=one.text) for one in orders),
        problem_json=problem_json,
        plan_json=plan_json,
        visits=tuple(_exported(one, references, slots, zone) for one in visits),
        received=received,
    )


def _exported(
    visit: OutreachVisit, references: Mapping[UUID, str], slots: Mapping[UUID, datetime], zone: ZoneInfo
) -> ExportedVisit:
    stop = visit.outcome if isinstance(visit.outcome, RouteStop) else None
    told = {slots[one.applicant_id].astimezone(zone).date() for one in visit.members if one.applicant_id in slots}
    return ExportedVisit(
        visit=visit.visit,
        shift=stop.shift if stop else None,
        starts_at=stop.starts_at if stop else None,
        is_surveyed=visit.place.is_surveyed,
        reason_code=None if isinstance(visit.outcome, RouteStop) else visit.outcome.code,
        people=dict(sorted(Counter(references[member.applicant_id] for member in visit.members).items())),
        appointment_dates=tuple(sorted(told)),
    )
