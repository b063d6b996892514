"""Take the plan, its slots or the requests out of the house as a file: for a stated purpose, and on the record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import partial
from math import ceil

from mobile_passport.documents.calendar_ics import plan_calendar
from mobile_passport.documents.exports import Cell, Table, write_csv, write_geojson, write_json, write_xlsx
from mobile_passport.domain.access import Caller, Operation, may
from mobile_passport.domain.plan_view import PlanView, RouteView, StopView
from mobile_passport.domain.refusal import TooManyExports
from mobile_passport.domain.secret import mask_name, mask_phone
from mobile_passport.persistence.accounts.accounts import Accounts
from mobile_passport.persistence.audit.records import count_audit, write_audit
from mobile_passport.persistence.requests.letters import LetterHead, Letters
from mobile_passport.persistence.requests.requests import Requests
from mobile_passport.services.plans.read_plans import find_plan, slots_of_plan
from mobile_passport.services.world import World

TAKEN = "take_export"
MANY_TAKEN = "export_many"
_ALL = 100_000


class ExportKind(StrEnum):
    """What is taken out."""

    PLAN = "plan"
    SLOTS = "slots"
    REQUESTS = "requests"


class ExportFormat(StrEnum):
    """As what kind of file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    GEOJSON = "geojson"
    ICS = "ics"


class ExportPurpose(StrEnum):
    """What for. Codes, so that no text about a person gets into the record."""

    FIELD_WORK = "field_work"
    COORDINATION = "coordination"
    """With organisations, villages or other authorities."""
    REPORTING = "reporting"
    AUDIT = "audit"
    OWN_ANALYSIS = "own_analysis"


MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.JSON: "application/json",
    ExportFormat.GEOJSON: "application/geo+json",
    ExportFormat.ICS: "text/calendar; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file, and what it is called."""

    filename: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What a file says, and where that stands on the map.

    Attributes
    ----------
    points
        Latitude, longitude and what stands there.
    """

    table: Table
    points: tuple[tuple[float, float, dict[str, Cell]], ...] = ()


def export_plan(
    world: World, version: int, file_format: ExportFormat, purpose: ExportPurpose, *, caller: Caller, now: datetime
) -> Export:
    """Write the stops of a version, one a row.

    Raises
    ------
    NotFound, TooManyExports
    """
    plan = find_plan(world, version, caller.scope)
    name = f"rencana-{version}"
    properties = _properties(name, purpose, caller, now)
    rows = tuple(_stop_rows(plan))
    columns = (
        "date", "team", "visit", "kind", "place", "starts_at", "ends_at", "first_slot_at", "last_slot_at",
        "people", "requests", "is_surveyed", "waiver",
    )  # fmt: skip
    content = _Content(
        table=Table(title="Rencana", columns=columns, rows=tuple(cells for _, cells in rows)),
        points=tuple(
            (stop.position.lat, stop.position.lon, dict(zip(columns, cells, strict=True))) for stop, cells in rows
        ),
    )
    data = plan_calendar(plan) if file_format is ExportFormat.ICS else _written(content, file_format, properties)
    _record(world, ExportKind.PLAN, file_format, purpose, len(rows), version, caller=caller, now=now)
    return Export(filename=f"{name}.{file_format}", media_type=MEDIA_TYPES[file_format], data=data)


def export_slots(
    world: World, version: int, file_format: ExportFormat, purpose: ExportPurpose, *, caller: Caller, now: datetime
) -> Export:
    """Write who comes when in a version, one person a row, by number in the request and not by name.

    Raises
    ------
    NotFound, TooManyExports
    """
    zone = world.rulebook.office.zone
    slots = slots_of_plan(world, version, caller.scope, after=None, limit=_ALL)
    columns = ("person", "request", "visit", "kind", "place", "team", "slot_at", "window_closes_at")
    rows = tuple(
        (
            str(slot.person),
            slot.request,
            slot.visit,
            slot.kind.value,
            slot.place,
            slot.team,
            slot.slot_at.astimezone(zone),
            slot.window_closes_at.astimezone(zone) if slot.window_closes_at else None,
        )
        for slot in sorted(slots, key=lambda slot: (slot.slot_at, slot.visit, slot.person))
    )
    name = f"jadwal-{version}"
    content = _Content(table=Table(title="Jadwal", columns=columns, rows=rows))
    data = _written(content, file_format, _properties(name, purpose, caller, now))
    _record(world, ExportKind.SLOTS, file_format, purpose, len(rows), version, caller=caller, now=now)
    return Export(filename=f"{name}.{file_format}", media_type=MEDIA_TYPES[file_format], data=data)


def export_requests(
    world: World, file_format: ExportFormat, purpose: ExportPurpose, *, caller: Caller, now: datetime
) -> Export:
    """Write requests, one a row. Names and numbers of contacts are masked unless the caller makes the calls.

    Raises
    ------
    TooManyExports
    """
    with world.database.reading(caller.scope) as session:
        letters = Letters(session, world.kanim).page(after="", until=now, limit=_ALL)
        contacts = Requests(session, world.vault, world.kanim).contacts_of([letter.reference for letter in letters])
    calls = may(caller.role, Operation.CALLS_HANDLE)
    columns = (
        "reference", "external_reference", "asker_kind", "asker_name", "contact_name", "contact_phone", "category",
        "visit_kind", "place_text", "place", "own_venue", "wished_dates", "deadline_date", "received_date", "people",
    )  # fmt: skip
    rows = []
    for letter in letters:
        name, phone = (secret.reveal() for secret in contacts[letter.reference])
        contact = (name, phone) if calls else (mask_name(name), mask_phone(phone))
        rows.append(_letter_row(letter, contact))
    name = f"permintaan-{now.astimezone(world.rulebook.office.zone):%Y%m%d}"
    content = _Content(
        table=Table(title="Permintaan", columns=columns, rows=tuple(rows)),
        points=tuple(
            (letter.position.lat, letter.position.lon, {"reference": letter.reference, "place": letter.place_label})
            for letter in letters
            if letter.position
        ),
    )
    data = _written(content, file_format, _properties(name, purpose, caller, now))
    _record(world, ExportKind.REQUESTS, file_format, purpose, len(rows), None, caller=caller, now=now)
    return Export(filename=f"{name}.{file_format}", media_type=MEDIA_TYPES[file_format], data=data)


def _written(content: _Content, file_format: ExportFormat, properties: dict[str, str]) -> bytes:
    match file_format:
        case ExportFormat.CSV:
            return write_csv(content.table)
        case ExportFormat.XLSX:
            return write_xlsx(content.table, properties=properties)
        case ExportFormat.JSON:
            return write_json(content.table, properties=properties)
        case ExportFormat.GEOJSON:
            return write_geojson(content.points, properties=properties)
        case ExportFormat.ICS:
            raise ValueError("only the plan is a calendar")


def _properties(name: str, purpose: ExportPurpose, caller: Caller, now: datetime) -> dict[str, str]:
    """Say in the file itself who took it out, when and what for."""
    return {
        "title": name,
        "author": caller.login,
        "comments": f"exported_at={now.isoformat(timespec='seconds')} by={caller.login} purpose={purpose.value}",
    }


def _record(
    world: World,
    kind: ExportKind,
    file_format: ExportFormat,
    purpose: ExportPurpose,
    rows: int,
    version: int | None,
    *,
    caller: Caller,
    now: datetime,
) -> None:
    """Put a file on the record, and one that is among many of a day a second time, before anybody has it."""
    rules = world.rulebook.privacy.exports
    zone = world.rulebook.office.zone
    midnight = datetime.combine(now.astimezone(zone).date(), time.min, zone)
    with world.database.transaction() as session:
        Accounts(session, world.vault, world.kanim).lock(caller.account_id)
        before = count_audit(session, kanim=world.kanim, actor=caller.login, action=TAKEN, since=midnight)
        if before >= rules.most_a_day:
            raise TooManyExports(
                f"{before} files were taken out with this account today, and no more may be; take the next one "
                "tomorrow, or ask a colleague",
                wait_s=ceil((midnight + timedelta(days=1) - now).total_seconds()),
            )
        record = partial(write_audit, session, kanim=world.kanim, at=now, actor=caller.login)
        detail = {"format": file_format.value, "purpose": purpose.value, "rows": rows, "version": version}
        record(action=TAKEN, subject=kind.value, detail=detail)
        if rules.is_many(before + 1) and not rules.is_many(before):
            record(action=MANY_TAKEN, subject=str(caller.account_id), detail={"today": before + 1})


def _stop_rows(plan: PlanView) -> Iterator[tuple[StopView, tuple[Cell, ...]]]:
    for day in plan.days:
        for route in day.routes:
            for stop in route.stops:
                yield stop, (day.date, *_stop_cells(route, stop))


def _stop_cells(route: RouteView, stop: StopView) -> tuple[Cell, ...]:
    return (
        route.team_label,
        stop.visit,
        stop.kind.value,
        stop.place,
        stop.starts_at,
        stop.ends_at,
        stop.first_slot_at,
        stop.last_slot_at,
        stop.people,
        ", ".join(stop.requests),
        stop.is_surveyed,
        stop.waiver,
    )


def _letter_row(letter: LetterHead, contact: tuple[str, str]) -> tuple[Cell, ...]:
    return (
        letter.reference,
        letter.external_reference,
        letter.asker_kind.value,
        letter.asker_name,
        *contact,
        letter.category.value,
        letter.visit_kind.value,
        letter.place_text,
        letter.place_label,
        letter.own_venue,
        ", ".join(day.isoformat() for day in letter.wished_dates),
        letter.deadline_date,
        letter.received_date,
        sum(letter.people.values()),
    )
