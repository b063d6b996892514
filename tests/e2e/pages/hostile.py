"""An office in which everything that anybody can write is a payload: below what intake and forms would refuse."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from mobile_passport.domain.access import Role, may
from mobile_passport.domain.field import OperationType
from mobile_passport.domain.override import OverrideKind
from mobile_passport.persistence.privacy.subject_keys import SubjectKeys
from mobile_passport.persistence.requests.draft_tables import GroupDraftRow, KeptFormRow
from mobile_passport.persistence.schema import METADATA
from mobile_passport.persistence.tables import ApplicantRow, RequestRow
from mobile_passport.rules.editable import DOCUMENTS
from mobile_passport.services.audit.overrides import propose_override
from mobile_passport.services.satisfaction.survey_results import record_result
from mobile_passport.services.world import World
from tests.accounts import account
from tests.field_team import Team
from tests.mobile_passport.services.rules.test_editions import change
from tests.mobile_passport.services.satisfaction.test_survey_results import QUARTER
from tests.mobile_passport.services.seasons import NOW

BREAKS_OUT = """'"><img src=x onerror=alert(1)>"""
PAYLOAD = BREAKS_OUT + "<script>alert(2)</script></textarea>q{{7*7}}q 100%"
COLUMNS = {
    "account": ("login",),
    "applicant": ("party",),
    "appointment": ("venue",),
    "field_device": ("label",),
    "plan_visit": ("venue",),
    "request": ("asker_name", "external_reference", "own_venue", "place_label", "place_text"),
    "venue": ("label",),
}
"""Columns with words of people, by table."""
UNCLEAR = "BLI-2026-0007"
"""The request of `busy_office` whose place is in doubt."""
UNIQUE = {"account.login", "request.external_reference"}
_TYPED = ("Orang ", "Budi ", "B-", "Karangsono")
"""Beginnings of what `tests.api.clerk` types."""


def payload(name: str, longest: int | None = None) -> str:
    """Return what stands in a field: its name, then what breaks out of whatever it is put into."""
    return f"{name}{PAYLOAD}"[:longest]


def write_payloads(world: World) -> None:
    """Let everything that the office has, and a few things more, be called payloads."""
    _do_what_is_rare(world)
    with world.database.transaction() as session:
        for table, columns in COLUMNS.items():
            _overwrite(session, METADATA.tables[table], columns)
        _seal_anew(session, world)


def _do_what_is_rare(world: World) -> None:
    """Let the office do what leaves words of its own: rules, results of surveys, overrides, phones that disagree."""
    login = payload("actor", 64)
    supervisor, planner = (replace(account(world, role), login=login) for role in (Role.SUPERVISOR, Role.PLANNER))
    with world.database.reading() as session:
        (first, *_) = session.scalars(select(RequestRow.reference).order_by(RequestRow.reference))
    reason = payload("rank_override.reason")
    propose_override(world, first, OverrideKind.MEDICAL_URGENCY, reason, caller=planner, now=NOW)
    record_result(world, replace(QUARTER, source=payload("survey_result.source")), caller=supervisor, now=NOW)
    for name in ("standard", "eligibility", "teams", "calendar"):
        document = DOCUMENTS[name]
        decider = next(one for one in (supervisor, planner) if may(one.role, document.operation))
        change(world, decider, _typed, document=document, reason=payload("rule_edition.reason"))
    team = Team(world)
    phone, appointment = team.phone(), team.appointments()[0]
    phone.send(phone.write(OperationType.DONE, appointment))
    other = team.phone()
    other.send(other.write(OperationType.ABSENT, appointment))


def _typed(rules: Any) -> None:
    """Write payloads wherever rules have words for people to read."""
    match rules:
        case dict():
            for name, value in rules.items():
                if name in ("text", "label", "sentence", "source"):
                    rules[name] = payload(f"rules.{name}")
                elif name in ("everyone", "replacement"):
                    rules[name] = [payload("rules.paper"), *value]
                else:
                    _typed(value)
        case list():
            for one in rules:
                _typed(one)


def _overwrite(session: Session, table: Table, names: tuple[str, ...]) -> None:
    (key,) = table.primary_key
    for name in names:
        value, longest = payload(f"{table.name}.{name}"), getattr(table.c[name].type, "length", None)
        if f"{table.name}.{name}" not in UNIQUE:
            session.execute(update(table).values({name: value[:longest]}))
            continue
        for count, row in enumerate(session.scalars(select(key)).all()):
            session.execute(update(table).where(key == row).values({name: f"{count}{value}"[:longest]}))


def _seal_anew(session: Session, world: World) -> None:
    keys, vault = SubjectKeys(session, world.vault, world.kanim), world.vault
    people = session.scalars(select(ApplicantRow)).all()
    seals = keys.seals_of({person.subject_id for person in people})
    for person in people:
        person.name_sealed = seals[person.subject_id].seal(payload("applicant.name"), "applicant.name")
    for request in session.scalars(select(RequestRow)):
        seal = keys.seal_of(request.contact_subject_id)
        request.contact_name_sealed = seal.seal(payload("request.contact_name"), "request.contact_name")
    for form in session.scalars(select(KeptFormRow)):
        form.fields_sealed = vault.seal(json.dumps([("wished", payload("kept_form.fields"))]), "kept_form.fields")
    for draft in session.scalars(select(GroupDraftRow).where(GroupDraftRow.handed_in_as.is_(None))):
        content = json.loads(vault.open(draft.content_sealed, "group_draft.content"))
        draft.content_sealed = vault.seal(json.dumps(_with_payloads(content)), "group_draft.content")


def _with_payloads(content: Any) -> Any:
    """Put payloads into what was typed into a draft: names of people, of the contact, and the place."""
    match content:
        case dict():
            return {name: _with_payloads(value) for name, value in content.items()}
        case list():
            return [_with_payloads(value) for value in content]
        case str() if content.startswith(_TYPED):
            return payload("group_draft.content")
        case _:
            return content
