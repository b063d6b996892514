"""An office changes its rules: every change is a new edition, with a reason, on the record, and what was stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from mobile_passport.domain.access import Caller, require
from mobile_passport.domain.refusal import NotFound, Stale
from mobile_passport.domain.sentence import Sentence
from mobile_passport.persistence.audit.records import write_audit
from mobile_passport.persistence.retrying import transact
from mobile_passport.persistence.rules.rule_editions import Edition, EditionHead, RuleEditions
from mobile_passport.rules.checks import RefusedEdition, RuleFinding, read_edition
from mobile_passport.rules.editable import EditableDocument
from mobile_passport.rules.labels import labels
from mobile_passport.rules.loading import InvalidRules, as_json, fit
from mobile_passport.services.rules.in_force import part_of, rules_of
from mobile_passport.services.world import World

LONGEST_REASON = 500
OF_THE_FILE = "Isi berkas sebelum perubahan pertama."
_SYSTEM = "system"
_REASON_MISSING = RuleFinding(
    where=("reason",),
    problem=Sentence("Tulis alasan perubahan ini, paling banyak {limit} huruf.", {"limit": LONGEST_REASON}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEdition:
    """An edition with its rules.

    Attributes
    ----------
    rules
        ``None`` when they do not fit this version of the program any more.
    """

    head: EditionHead
    rules: Any


def put_edition(
    world: World,
    document: EditableDocument,
    data: Mapping[str, Any],
    *,
    reason: str,
    seen: int,
    caller: Caller,
    now: datetime,
) -> EditionHead | None:
    """Put a new edition in force; every process works by it from its next request or tick on.

    Parameters
    ----------
    data
        The whole document, as of a file.
    reason
        Why; read by everybody of the office.
    seen
        Number of the edition that the caller changed; 0 for what the files say.

    Returns
    -------
    EditionHead or None
        ``None`` when nothing is different from what holds: then nothing is written.

    Raises
    ------
    RefusedEdition, Stale, Forbidden
        And nothing was changed.
    """
    require(caller, document.operation)
    today = now.astimezone(world.rulebook.office.zone).date()

    def put(session: Session) -> EditionHead | None:
        editions = RuleEditions(session, world.kanim)
        number = editions.number(document.name)
        before = _in_force(editions, world, document, number)
        if rules_typed(document, data) == before:
            return None
        if (number or 0) != seen:
            raise Stale(f"{document.name} has edition {number} now; compare it with what you want, and decide anew")
        rules = _read(document, data, before, reason=reason, today=today)
        if number is None:
            editions.add(_edition(document, 0, before, reason=OF_THE_FILE, actor=_SYSTEM, now=now))
        edition = _edition(document, seen + 1, rules, reason=reason.strip(), actor=caller.login, now=now)
        editions.add(edition)
        _record(session, world, edition)
        return edition.head

    return transact(world.database, put)


def list_editions(world: World, document: EditableDocument) -> tuple[KnownEdition, ...]:
    """Return the editions of a document, the newest first; none while the files hold."""
    with world.database.reading() as session:
        return tuple(map(_known, RuleEditions(session, world.kanim).history(document.name)))


def find_edition(world: World, document: EditableDocument, number: int) -> KnownEdition:
    """Return one edition.

    Raises
    ------
    NotFound
    """
    with world.database.reading() as session:
        edition = RuleEditions(session, world.kanim).find(document.name, number)
    if edition is None:
        raise NotFound("there is no such edition; the history lists them")
    return _known(edition)


def rules_typed(document: EditableDocument, data: Mapping[str, Any]) -> Any | None:
    """Return what was typed as rules, ``None`` while it does not fit."""
    try:
        return fit(document.shape, data, origin=document.name)
    except InvalidRules:
        return None


def edition_in_force(world: World, document: EditableDocument) -> EditionHead | None:
    """Return which edition of a document this world works by, ``None`` for the files."""
    return next((edition for edition in world.editions if edition.document == document.name), None)


def _record(session: Session, world: World, edition: Edition) -> None:
    """Write the change into the log: a digest of what it says, for the words stand in the edition."""
    head = edition.head
    write_audit(
        session,
        kanim=world.kanim,
        at=head.at,
        actor=head.actor,
        action="edit_rules",
        subject=head.document,
        detail={"edition": head.number, "content": sha256(edition.content.encode()).hexdigest()},
    )


def _read(document: EditableDocument, data: Mapping[str, Any], before: Any, *, reason: str, today: date) -> Any:
    """Return the rules that were typed; a change needs a reason."""
    missing = () if reason.strip() and len(reason) <= LONGEST_REASON else (_REASON_MISSING,)
    try:
        rules = read_edition(document, data, before=before, labels=labels(), today=today)
    except RefusedEdition as refusal:
        raise RefusedEdition((*refusal.findings, *missing)) from refusal
    if missing:
        raise RefusedEdition(missing)
    return rules


def _in_force(editions: RuleEditions, world: World, document: EditableDocument, number: int | None) -> Any:
    edition = editions.find(document.name, number) if number is not None else None
    return rules_of(edition) if edition else part_of(world, document)


def _known(edition: Edition) -> KnownEdition:
    try:
        return KnownEdition(head=edition.head, rules=rules_of(edition))
    except InvalidRules:
        return KnownEdition(head=edition.head, rules=None)


def _edition(document: EditableDocument, number: int, rules: Any, *, reason: str, actor: str, now: datetime) -> Edition:
    return Edition(
        head=EditionHead(document=document.name, number=number, reason=reason, actor=actor, at=now),
        content=as_json(document.shape, rules),
    )
