"""Take in one file of requests: the whole file or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from mobile_passport.domain.access import Scope
from mobile_passport.domain.account import Organisation
from mobile_passport.domain.eligibility import office_reason
from mobile_passport.domain.refusal import Refusal
from mobile_passport.domain.request import RequestForm, VisitKind
from mobile_passport.geo.geocoder import Located, PlaceQuery
from mobile_passport.intake.apart import parse_file_apart
from mobile_passport.intake.findings import Finding
from mobile_passport.persistence.audit.records import next_number, write_audit
from mobile_passport.persistence.requests.requests import Known, PlaceFinding, Requests
from mobile_passport.persistence.scoping import office_wide
from mobile_passport.services.world import World


class AlreadyImported(Refusal):
    """A letter with this number came before with another content; nothing was changed."""

    code = "already_imported"


class AlreadyBooked(Refusal):
    """People of the list already have a live booking; nothing was changed. Names rows, never persons."""

    code = "already_booked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSummary:
    """What an import did.

    Attributes
    ----------
    unchanged
        Requests that had been imported before with the same content.
    to_review
        New requests whose place a person has to confirm.
    warnings
        Worth a look by the one who handed the file in.
    references
        Of the new requests.
    """

    requests: int
    people: int
    office_cases: int
    unchanged: int
    to_review: int
    warnings: tuple[Finding, ...] = ()
    references: tuple[str, ...] = ()


def import_file(
    data: bytes,
    filename: str,
    world: World,
    *,
    received_date: date,
    is_office_register: bool = False,
    organisation: Organisation | None = None,
    scope: Scope | None = None,
    actor: str,
    now: datetime,
) -> ImportSummary:
    """Read a CSV, XLSX, XLS or ODS file and store its requests, all of them or none.

    Parameters
    ----------
    received_date
        Day on which the office received the letters.
    is_office_register
        The file is the office's own register, whose column of received dates is believed.
    organisation
        Whose coordinator hands the file in: the requests are its own, whoever the file names as the asker.
    scope
        Of that coordinator.

    Raises
    ------
    RefusedFile, AlreadyImported, AlreadyBooked, Busy
        And nothing was stored.
    """
    parsed = parse_file_apart(
        data,
        filename,
        rules=world.intake_rules,
        eligibility_rules=world.rulebook.eligibility,
        regency_codes=frozenset(world.rulebook.area.regencies.codes),
        received_date=received_date,
        is_office_register=is_office_register,
    )
    summary = import_requests(parsed.requests, world, organisation=organisation, scope=scope, actor=actor, now=now)
    return replace(summary, warnings=parsed.warnings)


def import_requests(
    forms: tuple[RequestForm, ...],
    world: World,
    *,
    places: Sequence[PlaceFinding] | None = None,
    organisation: Organisation | None = None,
    scope: Scope | None = None,
    actor: str,
    now: datetime,
) -> ImportSummary:
    """Store requests with their people; a repeat of the same letter with the same content changes nothing.

    Parameters
    ----------
    places
        Where each of them is, when somebody has pointed it out; otherwise the geocoder is asked.
    organisation
        Whose coordinator hands them in: they are its own, whoever the forms name as the asker.
    scope
        Of that coordinator.

    Raises
    ------
    AlreadyImported, AlreadyBooked
        And nothing was stored.
    """
    if organisation:
        forms = tuple(replace(form, asker_kind=organisation.kind, asker_name=organisation.name) for form in forms)
    # Places come before the transaction: an online geocoder takes seconds.
    places = places or [locate(form.place_text, world) for form in forms]
    today = now.astimezone(world.rulebook.office.zone).date()
    people = office_cases = unchanged = to_review = 0
    references: list[str] = []
    with world.database.transaction(scope) as session:
        requests = Requests(session, world.vault, world.kanim)
        for form, place in zip(forms, places, strict=True):
            known = requests.known(form)
            if known is Known.SAME:
                unchanged += 1
                continue
            if known is Known.OTHER_CONTENT:
                raise AlreadyImported(
                    f"letter {form.external_reference} of {form.asker_name} was imported before with another content; "
                    "send the correction under its own letter number"
                )
            with office_wide(session):
                _refuse_live_bookings(form, requests)
            office_reasons = _office_reasons(form, world, today)
            reference = _reference(
                next_number(session, kanim=world.kanim, series=f"request-{today.year}"), world, today
            )
            request_id = requests.add(
                form,
                reference=reference,
                place=place,
                office_reasons=office_reasons,
                organisation_id=organisation.id if organisation else None,
                now=now,
            )
            write_audit(
                session,
                kanim=world.kanim,
                at=now,
                actor=actor,
                action="import_request",
                subject=str(request_id),
                detail={
                    "reference": reference,
                    "received": form.received_date.isoformat(),
                    "people": len(form.people),
                    "place": place.verdict,
                },
            )
            with office_wide(session):
                world.outbox.confirm_requests(session, [request_id], now)
            references.append(reference)
            people += len(form.people)
            office_cases += len(office_reasons)
            to_review += place.verdict != "found"
    return ImportSummary(
        requests=len(references),
        people=people,
        office_cases=office_cases,
        unchanged=unchanged,
        to_review=to_review,
        references=tuple(references),
    )


def locate(place_text: str, world: World) -> PlaceFinding:
    """Ask the geocoder where a place is, as people write it."""
    located: Located = world.geocoder.locate(PlaceQuery(text=place_text))
    best = located.best
    return PlaceFinding(
        verdict=located.verdict if best is None or best.village else "ambiguous",
        label=best.label if best else None,
        village_code=best.village.code if best and best.village else None,
        position=best.position if best else None,
        candidates=tuple(
            {
                "label": candidate.label,
                "village_code": candidate.village.code if candidate.village else None,
                "confidence": round(candidate.confidence, 3),
            }
            for candidate in located.candidates
        ),
    )


def _refuse_live_bookings(form: RequestForm, requests: Requests) -> None:
    if booked := requests.live_among(form.people):
        rows = ", ".join(str(position + 1) for position in sorted(booked))
        raise AlreadyBooked(
            f"letter {form.external_reference}: person {rows} of the list already has a live booking; "
            "take the person off the list or withdraw the other booking"
        )


def _office_reasons(form: RequestForm, world: World, today: date) -> dict[int, str]:
    reasons = {}
    for position, person in enumerate(form.people):
        reason = office_reason(
            person,
            category=form.category,
            is_home_visit=form.visit_kind is VisitKind.HOME,
            rules=world.rulebook.eligibility,
            on_date=today,
        )
        if reason:
            reasons[position] = reason.value
    return reasons


def _reference(number: int, world: World, today: date) -> str:
    return f"{world.kanim[:3].upper()}-{today.year}-{number:04d}"
