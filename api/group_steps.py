"""The four pages on which a coordinator makes a request: its list, its place, its days, and a look at the whole."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from fastapi import Response

from api.day_choice import DayChoice
from api.group_days import held_for
from api.group_draft import GroupDraft, with_blank_rows
from api.group_fields import RowView, choices_of, head_fields, missing_everywhere, on_page, rows_of
from api.group_offers import Offers, offers_for
from api.group_places import offer_of
from api.group_work import Work, Workplace
from api.screens import screen
from mobile_passport.documents.words import CATEGORIES, VISIT_KINDS
from mobile_passport.domain.booking import Booking
from mobile_passport.domain.person import age_on
from mobile_passport.domain.request import RequestForm, VisitKind
from mobile_passport.domain.venue import Venue
from mobile_passport.geo.gazetteer import Village
from mobile_passport.intake.columns import LAYOUT, Column
from mobile_passport.intake.draft import HEAD_COLUMNS
from mobile_passport.intake.findings import Finding, FindingCode, Severity
from mobile_passport.persistence.requests.requests import PlaceFinding
from mobile_passport.services.booking.booking_days import today_of
from mobile_passport.services.booking.offer_days import Group
from mobile_passport.services.requests.draft_request import Judged, judge, people_to_visit

PLACE_COLUMNS = frozenset({Column.PLACE, Column.OWN_VENUE})
_ASKER_COLUMNS = frozenset({Column.ASKER_KIND, Column.ASKER_NAME})
MOST_ROWS_SHOWN = 50
"""At once: a form has at most 1,000 fields (Starlette's limit), a person has nine, and a page stays below 200 kB."""
BLANK_ROWS = 10
_OLD = 60


def judged(at: Workplace, draft: GroupDraft) -> Judged:
    """Judge a draft as of now; what has to be mended is said for somebody at its pages."""
    found = judge(at.world, draft.draft(), caller=at.caller, now=at.now)
    return replace(found, findings=tuple(map(on_page, found.findings)))


def step(work: Work, template: str, *, trouble: str | None = None, **values: Any) -> Response:
    """Answer with one of the pages; what was typed is on it, whatever was wrong."""
    at = work.at
    return screen(
        at.request,
        at.world,
        at.caller,
        f"groups/{template}",
        address=work.address,
        revision=work.revision,
        is_copy="salinan" in at.request.query_params,
        trouble=trouble,
        **values,
    )


def list_page(work: Work, *, is_table: bool = False, is_new: bool = False, page: int = 1) -> Response:
    """Show what has to be mended in the list, row by row; or the whole list, to type in.

    Parameters
    ----------
    is_new
        Empty rows to type in follow, and nothing is judged yet.
    page
        Of the whole list, from 1.
    """
    at, cells = work.at, work.draft.draft()
    found = () if is_new else judged(at, work.draft).findings
    asked = tuple(
        column
        for column in HEAD_COLUMNS
        if column not in PLACE_COLUMNS and (column not in _ASKER_COLUMNS or at.caller.scope.organisation_id is None)
    )
    fillable = missing_everywhere(cells)
    rows = rows_of(
        with_blank_rows(cells, BLANK_ROWS) if is_new else cells,
        [one for one in found if one.code is not FindingCode.EMPTY or one.column not in fillable],
    )
    wrong = [row for row in rows if row.is_wrong]
    pages = max(1, -(-len(rows) // MOST_ROWS_SHOWN))
    page = pages if is_new else min(max(page, 1), pages)
    head = head_fields(cells, asked, found)
    return step(
        work,
        "list.html",
        head=head,
        rows=_of_page(rows, page) if is_table else wrong[:MOST_ROWS_SHOWN],
        page=page,
        pages=pages,
        people=len(cells.rows),
        wrong=len(wrong),
        is_head_wrong=any(one.errors for one in head),
        is_table=is_table,
        is_new=is_new,
        about_file=work.draft.about_file,
        about_list=[one for one in found if one.row is None and one.column not in PLACE_COLUMNS],
        fillable=[(column, LAYOUT[column].label, choices_of(column)) for column in fillable],
    )


def _of_page(rows: Sequence[RowView], page: int) -> Sequence[RowView]:
    return rows[(page - 1) * MOST_ROWS_SHOWN : page * MOST_ROWS_SHOWN]


def is_list_ready(findings: Sequence[Finding]) -> bool:
    """Whether everything but the place is right."""
    return all(one.severity is Severity.WARNING or one.column in PLACE_COLUMNS for one in findings)


def place_page(work: Work, found: PlaceFinding | None, *, trouble: str | None = None) -> Response:
    """Ask where it is: what the text may mean, and a pin on the map."""
    at, draft = work.at, work.draft
    findings = judged(at, draft).findings
    asked = [one for one in findings if trouble or one.code is not FindingCode.EMPTY]
    offer = offer_of(at, draft, found)
    corners = at.ground.south_west, at.ground.north_east
    return step(
        work,
        "place.html",
        trouble=trouble,
        fields={one.column.value: one for one in head_fields(draft.draft(), PLACE_COLUMNS, asked)},
        offer=offer,
        pin=_pin(draft, offer.hall or offer.chosen),
        bounds=",".join(f"{edge:.6f}" for corner in corners for edge in (corner.lat, corner.lon)),
    )


def _pin(draft: GroupDraft, place: Village | Venue | None) -> tuple[str, str]:
    if draft.place and draft.place.lat is not None and draft.place.lon is not None:
        return f"{draft.place.lat:.6f}", f"{draft.place.lon:.6f}"
    return (f"{place.position.lat:.6f}", f"{place.position.lon:.6f}") if place else ("", "")


def days_page(work: Work, form: RequestForm, *, trouble: str | None = None, too_few: int = 0) -> Response:
    """Offer days: the best ones with reasons, and a calendar with the room of each.

    Parameters
    ----------
    too_few
        People for whom the chosen days have no place.
    """
    at, draft = work.at, work.draft
    people = people_to_visit(at.world, form, now=at.now)
    held = {one.date: one.places for one in held_for(at, draft)}
    deadline = form.deadline_date or at.world.rulebook.planning.deadline_of(form.category)
    choice = DayChoice.of(at.world, at.now, own=held, deadline=deadline)
    group = _group(at, draft, form, people, held)
    found = offers_for(at.world, group, choice.first, choice.last, caller=at.caller, now=at.now) if group else Offers()
    return step(
        work,
        "days.html",
        trouble=trouble,
        people=people,
        office_cases=len(form.people) - people,
        found=found,
        choice=choice,
        wished=form.wished_dates,
        chosen=draft.chosen,
        too_few=too_few,
    )


def _group(at: Workplace, draft: GroupDraft, form: RequestForm, people: int, held: Mapping[date, int]) -> Group | None:
    if draft.place is None or not people:
        return None
    today = today_of(at.world, at.now)
    return Group(
        people=people,
        slow=min(people, sum(bool(one.needs) or age_on(one.birth_date, today) >= _OLD for one in form.people)),
        village_code=draft.place.village_code,
        category=form.category,
        wished_dates=form.wished_dates,
        deadline_date=form.deadline_date,
        has=held,
    )


def unused_days(draft: GroupDraft, held: Sequence[Booking]) -> list[date]:
    """Return the days that were ticked in vain, because others were enough for everybody."""
    taken = {one.date for one in held} | draft.waiting.keys()
    return sorted(set(draft.chosen) - taken) if taken else []


def summary_page(work: Work, form: RequestForm, *, trouble: str | None = None) -> Response:
    """Show everything before it is handed in."""
    at, draft = work.at, work.draft
    people = people_to_visit(at.world, form, now=at.now)
    place = at.world.gazetteer.village(draft.place.village_code) if draft.place else None
    held = held_for(at, draft)
    return step(
        work,
        "summary.html",
        trouble=trouble,
        form=form,
        people=people,
        office_cases=len(form.people) - people,
        place=place,
        has_pin=draft.place is not None and draft.place.lat is not None,
        held=held,
        waiting=sorted(draft.waiting.items()),
        unused=unused_days(draft, held),
        category=CATEGORIES[form.category],
        visit_kind=VISIT_KINDS[form.visit_kind],
        is_home=form.visit_kind is VisitKind.HOME,
        contact=form.contact_name.reveal(),
        contact_phone=form.contact_phone.reveal(),
        zone=at.world.rulebook.office.zone,
        warnings=judged(at, draft).findings,
        labels={column.value: layout.label for column, layout in LAYOUT.items()},
    )
