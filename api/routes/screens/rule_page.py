"""One document of the rules as a page: its form, what is wrong with it, and who was faster."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from fastapi import Request, Response

from api.i18n import language_of
from api.month_calendar import MonthView, month_after, month_before, months_from
from api.rule_form import form_of
from api.screens import screen
from mobile_passport.documents.rule_words import Difference, rule_words
from mobile_passport.domain.access import Caller, may
from mobile_passport.persistence.rules.rule_editions import EditionHead
from mobile_passport.rules.checks import RuleFinding
from mobile_passport.rules.editable import CALENDAR, TEAMS, EditableDocument
from mobile_passport.rules.writing import Typed, written
from mobile_passport.services.rules.editions import LONGEST_REASON, edition_in_force
from mobile_passport.services.rules.in_force import part_of
from mobile_passport.services.world import World

_OWN_PATHS = {TEAMS.name: "/tim", CALENDAR.name: "/kalender"}
MONTHS = 3
YEARS_SHOWN = 10
"""Before and after this year; holidays are known about so far."""


def path_of(document: EditableDocument) -> str:
    """Return the address of a document's page."""
    return _OWN_PATHS.get(document.name, f"/aturan/{document.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Somebody else put an edition in force while this one was typed.

    Attributes
    ----------
    theirs
        What they changed of what was on this page.
    mine
        What would change of theirs if this page were saved now.
    """

    head: EditionHead
    theirs: tuple[Difference, ...]
    mine: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """A document as it stands on the page.

    Attributes
    ----------
    seen
        Number of the edition that the typed one replaces; 0 for the files.
    """

    document: EditableDocument
    typed: Typed
    seen: int
    reason: str = ""
    findings: tuple[RuleFinding, ...] = ()
    clash: Clash | None = None

    @classmethod
    def of(cls, world: World, document: EditableDocument) -> "RulePage":
        """Return the page of what holds."""
        head = edition_in_force(world, document)
        typed = written(document.shape, part_of(world, document))
        return cls(document=document, typed=typed, seen=head.number if head else 0)

    def with_typed(self, typed: Typed, reason: str | None = None) -> "RulePage":
        """Return the page with something else typed on it."""
        return replace(self, typed=typed, reason=self.reason if reason is None else reason)

    def with_seen(self, seen: int) -> "RulePage":
        """Return the page as it was typed upon an edition."""
        return replace(self, seen=seen)

    def with_findings(self, findings: tuple[RuleFinding, ...]) -> "RulePage":
        """Return the page with what has to be mended."""
        return replace(self, findings=findings)

    def with_clash(
        self, head: EditionHead, *, theirs: tuple[Difference, ...], mine: tuple[Difference, ...]
    ) -> "RulePage":
        """Return the page beside an edition that came in between; saved again, it replaces that one."""
        return replace(self, seen=head.number, clash=Clash(head=head, theirs=theirs, mine=mine))

    @property
    def status(self) -> int:
        """HTTP status that tells what is wrong."""
        if self.clash:
            return 409
        return 422 if self.findings else 200


def rule_page(
    request: Request, world: World, caller: Caller, page: RulePage, *, now: datetime, month: date | None = None
) -> Response:
    """Answer with the page of a document."""
    document, words = page.document, rule_words(language_of(request))
    return screen(
        request,
        world,
        caller,
        "planner/rule.html",
        status_code=page.status,
        about=words.labels.documents[document.name],
        document=document,
        path=path_of(document),
        fields=form_of(document, page.typed, words, page.findings),
        findings=[(one, words.place(document, one.where)) for one in page.findings],
        page=page,
        head=edition_in_force(world, document),
        is_editable=may(caller.role, document.operation),
        longest_reason=LONGEST_REASON,
        saved=request.query_params.get("tersimpan", ""),
        is_same="sama" in request.query_params,
        months=_months(world, month, now.astimezone(world.rulebook.office.zone).date()) if document is CALENDAR else (),
        month_after=month_after,
        month_before=month_before,
    )


def _months(world: World, asked: date | None, today: date) -> tuple[MonthView, ...]:
    first = asked if asked and abs(asked.year - today.year) <= YEARS_SHOWN else today
    return months_from(first, MONTHS, world.rulebook.calendar, world.rulebook.teams)
