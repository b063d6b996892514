"""A coordinator adds somebody to a group, corrects what is known of a person, or withdraws one."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from api.form import Sent
from api.identity import allowed
from api.person_entry import SEXES, PersonEntry, told
from api.routes.dependencies import NowDep, WorldDep
from api.schemas.texts import Reference
from api.screens import screen
from mobile_passport.documents.words import NEEDS, PASSPORT_CASES
from mobile_passport.domain.access import Caller, Operation
from mobile_passport.domain.refusal import NotFound, Stale
from mobile_passport.domain.secret import mask_nik, mask_phone
from mobile_passport.intake.findings import RefusedFile
from mobile_passport.persistence.requests.people import Person
from mobile_passport.services.requests.change_people import NotAmendable, add_person, amend_person
from mobile_passport.services.requests.import_requests import AlreadyBooked
from mobile_passport.services.requests.read_requests import find_person, find_request
from mobile_passport.services.requests.withdraw import NothingToWithdraw, withdraw_person
from mobile_passport.services.world import World

_SEE_OTHER = 303
_ELSEWHERE = "Orang ini masih punya permohonan lain. Tarik yang lama dulu."
_STALE = "Data orang ini baru saja diubah orang lain. Periksa isian Anda, lalu simpan lagi."
_SETTLED = "Orang ini sudah dilayani, ditarik, atau akan kehilangan jadwalnya. Tarik dulu, lalu ajukan lagi."

router = APIRouter(prefix="/kelompok/{reference}/orang", include_in_schema=False)

Writer = Annotated[Caller, Depends(allowed(Operation.REQUESTS_WRITE))]


@router.get("")
def ask(request: Request, reference: Reference, world: WorldDep, caller: Writer) -> Response:
    """Ask who joins a group."""
    find_request(world, reference, caller.scope)
    return _form(request, world, caller, reference, PersonEntry())


@router.post("")
def add(request: Request, reference: Reference, world: WorldDep, caller: Writer, now: NowDep, sent: Sent) -> Response:
    """Add somebody to a group."""
    find_request(world, reference, caller.scope)
    entry = PersonEntry.sent(sent)
    errors = entry.trouble() | ({} if entry.nik else {"nik": ("Isi 16 angka NIK dari KTP.",)})
    if errors:
        return _form(request, world, caller, reference, entry, errors=errors)
    try:
        add_person(world, reference, entry.submitted(nik=entry.nik, known_phone=None), caller=caller, now=now)
    except RefusedFile as refused:
        return _form(request, world, caller, reference, entry, errors=told(refused))
    except AlreadyBooked:
        return _form(request, world, caller, reference, entry, trouble=_ELSEWHERE)
    return _back(reference, "berubah")


@router.get("/{person}")
def one(request: Request, reference: Reference, person: UUID, world: WorldDep, caller: Writer) -> Response:
    """Show what is known of a person, to be corrected."""
    found = _known(world, reference, person, caller)
    entry = PersonEntry.of(found.form) if found.form else PersonEntry()
    return _form(request, world, caller, reference, entry, person=found)


@router.post("/{person}")
def amend(
    request: Request, reference: Reference, person: UUID, world: WorldDep, caller: Writer, now: NowDep, sent: Sent
) -> Response:
    """Correct what is known of a person."""
    found = _known(world, reference, person, caller)
    entry = PersonEntry.sent(sent)
    if errors := entry.trouble():
        return _form(request, world, caller, reference, entry, person=found, errors=errors)
    try:
        amend_person(
            world,
            person,
            lambda before: entry.submitted(nik=before.nik, known_phone=before.phone),
            seen=str(sent.get("versi", "")),
            caller=caller,
            now=now,
        )
    except RefusedFile as refused:
        return _form(request, world, caller, reference, entry, person=found, errors=told(refused))
    except Stale:
        return _form(request, world, caller, reference, entry, person=found, trouble=_STALE)
    except NotAmendable:
        return _form(request, world, caller, reference, entry, person=found, trouble=_SETTLED)
    return _back(reference, "berubah")


@router.post("/{person}/tarik")
def withdraw(
    reference: Reference,
    person: UUID,
    world: WorldDep,
    caller: Writer,
    now: NowDep,
    versi: Annotated[str, Form()] = "",
) -> Response:
    """Withdraw one person; an appointment is cancelled, and the person is told."""
    _known(world, reference, person, caller)
    try:
        withdraw_person(world, person, seen=versi, caller=caller, now=now)
    except (Stale, NothingToWithdraw):
        return _back(reference, "gagal")
    return _back(reference, "ditarik")


def _known(world: World, reference: str, person: UUID, caller: Caller) -> Person:
    found = find_person(world, person, caller.scope)
    if found.request != reference:
        raise NotFound("there is no such person in this request; look at its list")
    return found


def _form(
    request: Request,
    world: World,
    caller: Caller,
    reference: str,
    entry: PersonEntry,
    *,
    person: Person | None = None,
    errors: Mapping[str, tuple[str, ...]] | None = None,
    trouble: str | None = None,
) -> Response:
    form = person.form if person else None
    return screen(
        request,
        world,
        caller,
        "groups/person.html",
        status_code=422 if errors or trouble else 200,
        reference=reference,
        entry=entry,
        person=person,
        nik=mask_nik(form.nik.reveal()) if form else "",
        phone=mask_phone(form.phone.reveal()) if form and form.phone else "",
        errors=errors or {},
        trouble=trouble,
        sexes=SEXES,
        cases=PASSPORT_CASES,
        needs=NEEDS,
    )


def _back(reference: str, news: str) -> Response:
    return RedirectResponse(f"/kelompok/{quote(reference)}?kabar={news}", _SEE_OTHER)
