"""An office in the middle of its work: something to show on every page, in every state that people meet."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Update, select, update

from api.app import create_app
from api.cookies import cookie_name
from mobile_passport.clock import utc_now
from mobile_passport.domain.access import Role
from mobile_passport.domain.account import SessionStage
from mobile_passport.domain.link import Answer, MoveReason
from mobile_passport.domain.status import ApplicantStatus
from mobile_passport.identity_provider import IdentityProvider
from mobile_passport.persistence.accounts.sessions import Sessions
from mobile_passport.persistence.requests.kept_forms import KeptForms
from mobile_passport.persistence.tables import ApplicantRow, AppointmentRow, RequestRow
from mobile_passport.services.messages.answer_link import answer_link, choose_messages
from mobile_passport.services.messages.deliver_messages import deliver_messages
from mobile_passport.services.messages.desks import build_desk
from mobile_passport.services.messages.open_link import open_link
from mobile_passport.services.messages.passports_ready import mark_collected, mark_ready
from mobile_passport.services.requests.import_requests import import_requests
from mobile_passport.services.world import World
from mobile_passport.settings import Settings
from tests.accounts import account
from tests.accounts import browser as signed_in
from tests.api.clerk import Clerk
from tests.e2e.test_link_page import desk_of, link_in_sms
from tests.fakes.timing import HandTiming
from tests.mobile_passport.services.plans.test_adjust_plan import free
from tests.mobile_passport.services.seasons import DRAFT, NOW, letter, person

_NOBODY_ANSWERS = IdentityProvider(
    issuer="http://127.0.0.1:9", client_id="paspor", client_secret="rahasia", redirect_uri="http://127.0.0.1:9/kembali"
)
_STAFF = (Role.PLANNER, Role.VERIFIER, Role.SUPERVISOR, Role.AUDITOR, Role.FIELD)
_LINKS = {"asked": 1, "coming": 2, "move": 3, "other_day": 4, "given_up": 5, "silent": 6, "cancelled": 7, "home": 301}
"""State of a link, and the number of the person whose telephone it was sent to."""
_ANSWERS = {
    "coming": Answer.COMING,
    "move": Answer.MOVE,
    "other_day": Answer.NOT_THAT_DAY,
    "given_up": Answer.NOT_AT_ALL,
}


@dataclass
class BusyOffice:
    """The office, its app, and the names of what is in it.

    Attributes
    ----------
    now
        What the app takes for now.
    names
        What the paths of the walk leave open: numbers, tokens, references.
    cookies
        Session of everybody who works here; ``half`` has yet to give a code.
    """

    app: FastAPI
    now: datetime
    names: Mapping[str, str]
    cookies: Mapping[str, str]


def busy_office(world: World) -> BusyOffice:
    """Let an office with a published plan and a draft go on working, until there is something on every page."""
    world = replace(world, identity_provider=_NOBODY_ANSWERS)
    app = create_app(world, build_desk(world, Settings(), HandTiming(NOW)))
    unclear = letter("7/2026", "Desa Sumberjo", [person(number) for number in range(801, 833)])
    import_requests((unclear,), world, actor="test", now=NOW)
    deliver_messages(desk_of(world))
    made = BusyOffice(app=app, now=NOW, names={}, cookies={})
    app.dependency_overrides[utc_now] = lambda: made.now
    clerk = Clerk(TestClient(app), world)
    made.names = (
        {"draft": str(DRAFT), "free": free(world).visit, "venue": "3504011001"} | _links(world) | _groups(world, clerk)
    )
    made.cookies = _cookies(world) | {"clerk": clerk.headers["Cookie"]}
    _passports(world)
    return made


def _links(world: World) -> dict[str, str]:
    """Let people answer their messages in every way; returns the tokens of their links."""
    tokens = {state: link_in_sms(world, number, "").removeprefix("/j/") for state, number in _LINKS.items()}
    for state, answer in _ANSWERS.items():
        (one,) = open_link(world, tokens[state], now=NOW).people
        reason = MoveReason.AWAY if answer is Answer.MOVE else None
        answer_link(world, tokens[state], [(one.number, one.promise.revision)], answer, reason=reason, now=NOW)
    choose_messages(world, tokens["silent"], wants_messages=False, now=NOW)
    (one,) = open_link(world, tokens["cancelled"], now=NOW).people
    _do(world, update(AppointmentRow).where(AppointmentRow.applicant_id == one.id).values(status="cancelled"))
    return tokens


def _groups(world: World, clerk: Clerk) -> dict[str, str]:
    """Let a coordinator have a group with an appointment, one that waits, one half made, and a form sent too late."""
    owner = clerk.caller.scope.organisation_id
    mine = RequestRow.external_reference == "1/2026"
    _do(world, update(RequestRow).where(mine).values(organisation_id=owner))
    with world.database.reading() as session:
        scheduled = session.scalars(select(RequestRow.reference).where(mine)).one()
        person = session.scalars(select(ApplicantRow.id).join(RequestRow).where(mine).limit(1)).one()
    waiting = clerk.hand_in(12).rpartition("/")[2]
    clerk.to_days(3)
    clerk.step(saja=clerk.first_offer())
    form = clerk.form().removeprefix("/kelompok/baru/").partition("/")[0]
    with world.database.transaction(clerk.caller.scope) as session:
        forms = KeptForms(session, world.vault, world.kanim, clerk.caller.account_id)
        late = forms.add(f"/kelompok/{waiting}/keinginan", [("wished", "1-12-2026")], now=NOW)
    return {"scheduled": scheduled, "person": str(person), "waiting": waiting, "form": form, "late": str(late)}


def _passports(world: World) -> None:
    """Let a few people of one request have been served, and some of their passports be ready or collected."""
    request = select(RequestRow.id).where(RequestRow.external_reference == "3/2026").scalar_subquery()
    of_request = select(ApplicantRow.id).where(ApplicantRow.request_id == request).order_by(ApplicantRow.position)
    with world.database.reading() as session:
        people = tuple(session.scalars(of_request.limit(6)))
    _do(world, update(RequestRow).where(RequestRow.id == request).values(category="umrah"))
    _do(world, update(ApplicantRow).where(ApplicantRow.id.in_(people)).values(status=ApplicantStatus.SERVED))
    caller = account(world, Role.VERIFIER)
    mark_ready(world, people[:3], caller=caller, now=NOW)
    mark_collected(world, people[0], caller=caller, now=NOW)


def _cookies(world: World) -> dict[str, str]:
    callers = {role.value: account(world, role) for role in _STAFF}
    now = utc_now()
    with world.database.transaction() as session:
        half = Sessions(session, world.kanim).open(
            callers["planner"].account_id,
            stage=SessionStage.SECOND_FACTOR,
            device="computer",
            now=now,
            expires_at=now + timedelta(hours=1),
        )
    cookies = {name: signed_in(world, caller)["Cookie"] for name, caller in callers.items()}
    return cookies | {"half": f"{cookie_name(world.public_url)}={half.reveal()}"}


def _do(world: World, statement: Update) -> None:
    with world.database.transaction() as session:
        session.execute(statement)
