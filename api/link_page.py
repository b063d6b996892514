"""What the page behind a link shows, worked out before the template writes it down."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil

from markupsafe import Markup

from mobile_passport.documents.appointment_ics import CalendarEntry
from mobile_passport.documents.basemap import Basemap
from mobile_passport.documents.directions import way_to_url
from mobile_passport.documents.place_map import place_map
from mobile_passport.documents.sentences import Say
from mobile_passport.domain.eligibility import documents_to_bring
from mobile_passport.domain.link import Answer
from mobile_passport.domain.request import VisitKind
from mobile_passport.services.messages.open_link import LinkedPerson, OpenedLink
from mobile_passport.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One person on the page.

    Attributes
    ----------
    choice
        By which a form names the person and the revision it is about: ``0.2``.
    """

    choice: str
    name: str
    slot_at: datetime
    answer: Answer | None
    is_ahead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """People who go to one place on one day, or were to go there.

    Attributes
    ----------
    until
        End of the time in which a household expects the team.
    venue
        ``None`` for a visit at home, whose address is not shown.
    drawing, way_to
        Map and navigation to a venue.
    """

    visitors: tuple[Visitor, ...]
    is_cancelled: bool
    is_over: bool
    from_at: datetime
    until: datetime | None
    venue: str | None
    bring: tuple[str, ...]
    drawing: Markup | None
    way_to: str | None

    @property
    def is_ahead(self) -> bool:
        """Whether the visit is still to come."""
        return not (self.is_cancelled or self.is_over)

    @property
    def has_several_times(self) -> bool:
        """Whether people have different slots."""
        return len({visitor.slot_at for visitor in self.visitors}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """Everything on the page."""

    sheets: tuple[Sheet, ...]
    wants_messages: bool

    @property
    def visitors(self) -> tuple[Visitor, ...]:
        """Everybody on the page."""
        return tuple(visitor for sheet in self.sheets for visitor in sheet.visitors)

    @property
    def ahead(self) -> tuple[Visitor, ...]:
        """Who can still answer."""
        return tuple(visitor for visitor in self.visitors if visitor.is_ahead)

    @property
    def unconfirmed(self) -> tuple[Visitor, ...]:
        """Who can still answer and has not said that they come."""
        return tuple(visitor for visitor in self.ahead if visitor.answer is not Answer.COMING)


def link_page(link: OpenedLink, world: World, basemap: Callable[[], Basemap], say: Say) -> LinkPage:
    """Work out the page, with maps that speak the reader's language."""
    return LinkPage(sheets=tuple(_sheets(link, world, basemap, say)), wants_messages=link.wants_messages)


def calendar_entries(link: OpenedLink, world: World, say: Say) -> tuple[CalendarEntry, ...]:
    """Return the appointments of a link that lie ahead, with what to bring in the reader's language."""
    return tuple(
        CalendarEntry(
            key=one.id,
            revision=one.promise.revision,
            starts_at=one.promise.slot_at.astimezone(world.rulebook.office.zone_at(one.promise.village_code)),
            ends_at=one.promise.window_closes_at or _estimated_end(one, world),
            venue=_venue(one),
            bring="; ".join(map(say, _papers(one, world))),
            decided_at=one.promise.created_at,
        )
        for one in link.people
        if one.is_ahead
    )


def _sheets(link: OpenedLink, world: World, basemap: Callable[[], Basemap], say: Say) -> Iterator[Sheet]:
    office = world.rulebook.office

    def together(one: LinkedPerson) -> tuple[str, ...]:
        day = one.promise.slot_at.astimezone(office.zone_at(one.promise.village_code)).date().isoformat()
        return day, one.promise.visit_kind, one.promise.venue, str(one.promise.is_active), str(one.is_ahead)

    for _, group in groupby(sorted(link.people, key=together), key=together):
        people = sorted(group, key=lambda one: (one.promise.slot_at, one.name))
        first = people[0]
        zone = office.zone_at(first.promise.village_code)
        venue = _venue(first)
        lists = [_papers(one, world) for one in people]
        place = first.place if venue and first.is_ahead else None
        closes = [one.promise.window_closes_at for one in people if one.promise.window_closes_at]
        yield Sheet(
            visitors=tuple(
                Visitor(
                    choice=f"{one.number}.{one.promise.revision}",
                    name=one.name,
                    slot_at=one.promise.slot_at.astimezone(zone),
                    answer=one.answer.answer if one.answer else None,
                    is_ahead=one.is_ahead,
                )
                for one in people
            ),
            is_cancelled=not first.promise.is_active,
            is_over=first.promise.is_active and not first.is_ahead,
            from_at=min(one.promise.slot_at for one in people).astimezone(zone),
            until=max(closes).astimezone(zone) if closes else None,
            venue=venue,
            bring=max(lists, key=len),
            drawing=place_map(place, venue, office.depot.position, basemap(), say=say) if place and venue else None,
            way_to=way_to_url(place) if place else None,
        )


def _papers(one: LinkedPerson, world: World) -> tuple[str, ...]:
    """List what to bring, written out; what a minor needs besides is not shown, as a link tells no age."""
    rules = world.rulebook.eligibility
    return documents_to_bring(
        one.promise.passport_case,
        age=rules.ages.minor_below_years,
        category=one.promise.category,
        is_home_visit=one.promise.visit_kind is VisitKind.HOME,
        rules=rules,
    )


def _estimated_end(one: LinkedPerson, world: World) -> datetime:
    """Allow for one wave of arrivals before, and all stations at the pace of the elderly, in whole waves."""
    service = world.rulebook.service
    wave, minutes = service.site.arrival_wave_minutes, service.minutes
    waves = 1 + ceil((minutes.documents + minutes.interview + minutes.biometrics_elderly) / wave)
    return one.promise.slot_at + timedelta(minutes=waves * wave)


def _venue(one: LinkedPerson) -> str | None:
    return one.promise.venue if one.promise.visit_kind is VisitKind.COLLECTIVE else None
