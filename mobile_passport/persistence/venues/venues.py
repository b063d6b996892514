"""The register of venues of one office."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mobile_passport.domain.venue import SurveyState, Venue, VenueKind
from mobile_passport.persistence.revision import revision_of
from mobile_passport.persistence.venues.venue_table import VenueRow
from optimizer.problem import LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """How many venues were new, had changed, and were known just so."""

    added: int
    changed: int
    unchanged: int


class Venues:
    """Venues of one office, inside one transaction."""

    def __init__(self, session: Session, kanim: str) -> None:
        self._session = session
        self._kanim = kanim

    def all(self) -> tuple[Venue, ...]:
        """Return the whole register, by code."""
        rows = self._session.scalars(select(VenueRow).where(VenueRow.kanim == self._kanim).order_by(VenueRow.code))
        return tuple(sorted((_venue(row) for row in rows), key=lambda venue: venue.code))  # collations differ

    def find(self, code: str, *, lock: bool = False) -> tuple[Venue, str] | None:
        """Return a venue with its revision, ``None`` when the register has no such code."""
        query = select(VenueRow).where(VenueRow.kanim == self._kanim, VenueRow.code == code)
        row = self._session.scalar(query.with_for_update() if lock else query)
        return (_venue(row), revision_of(row)) if row else None

    def page(self, *, after: str, limit: int) -> tuple[tuple[Venue, str], ...]:
        """Return venues with their revisions by code, from behind one on."""
        query = select(VenueRow).where(VenueRow.kanim == self._kanim, VenueRow.code > after)
        rows = self._session.scalars(query.order_by(VenueRow.code).limit(limit))
        return tuple((_venue(row), revision_of(row)) for row in rows)

    def put(self, venues: Iterable[Venue], *, now: datetime) -> Registered:
        """Add venues or replace those with the same code; a venue that is known just so is not touched."""
        known = {row.code: row for row in self._session.scalars(self._locked())}
        added = changed = unchanged = 0
        for venue in venues:
            row = known.get(venue.code)
            if row is None:
                known[venue.code] = VenueRow(kanim=self._kanim, code=venue.code, changed_at=now, **_columns(venue))
                self._session.add(known[venue.code])
                added += 1
            elif _venue(row) == venue:
                unchanged += 1
            else:
                for column, value in _columns(venue).items():
                    setattr(row, column, value)
                row.changed_at = now
                changed += 1
        self._session.flush()
        return Registered(added=added, changed=changed, unchanged=unchanged)

    def _locked(self) -> Any:
        return select(VenueRow).where(VenueRow.kanim == self._kanim).with_for_update()


def _columns(venue: Venue) -> dict[str, Any]:
    return {
        "label": venue.name,
        "kind": venue.kind,
        "village_code": venue.village_code,
        "lat": venue.position.lat,
        "lon": venue.position.lon,
        "capacity_a_day": venue.capacity_a_day,
        "step_free": venue.step_free,
        "power": venue.power,
        "internet": venue.internet,
        "survey_state": venue.survey_state,
        "surveyed_date": venue.surveyed_date,
        "source": venue.source,
    }


def _venue(row: VenueRow) -> Venue:
    return Venue(
        code=row.code,
        name=row.label,
        kind=VenueKind(row.kind),
        village_code=row.village_code,
        position=LatLon(lat=row.lat, lon=row.lon),
        capacity_a_day=row.capacity_a_day,
        step_free=row.step_free,
        power=row.power,
        internet=row.internet,
        survey_state=SurveyState(row.survey_state),
        surveyed_date=row.surveyed_date,
        source=row.source,
    )
