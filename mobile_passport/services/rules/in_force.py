"""The world by the newest editions of the rules: every request and every tick of the worker asks for it anew.

Shipped files hold until the office's own files in ``MP_RULES_DIR`` replace them, and those until an edition in the
database does. An edition replaces its document whole.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mobile_passport.messaging.desk import Desk
from mobile_passport.messaging.outbox import Outbox
from mobile_passport.persistence.rules.rule_editions import Edition, RuleEditions
from mobile_passport.rules.editable import BOOKING, SENDING, EditableDocument, document_named
from mobile_passport.rules.loading import fit
from mobile_passport.rules.messages import SendingRules
from mobile_passport.services.world import World


class RulesInForce:
    """Follows the editions of one process.

    The world that it hands out is whole: made from one reading of the database, and never changed afterwards.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[World, World, Desk | None] | None = None

    def of(self, world: World) -> World:
        """Return the world by the editions that hold now.

        Parameters
        ----------
        world
            As it was built from settings and files.

        Raises
        ------
        InvalidRules
            When an edition does not fit this version of the program.
        """
        with world.database.reading() as session:
            editions = RuleEditions(session, world.kanim)
            numbers = editions.numbers()
            if not numbers:
                return world
            kept = self._kept
            if kept and kept[0] is world and numbers == _numbers(kept[1]):
                return kept[1]
            found = editions.in_force()
        made = by_editions(world, found)
        with self._lock:
            self._kept = (world, made, None)
        return made

    def desk_of(self, world: World, desk: Desk) -> Desk:
        """Return the message desk by the editions that hold now."""
        present = self.of(world)
        if present.rulebook.messages == desk.rules:
            return desk
        with self._lock:
            kept = self._kept
            if kept and kept[1] is present and kept[2]:
                return kept[2]
            made = replace(desk, rules=present.rulebook.messages)
            self._kept = (world, present, made)
        return made


def by_editions(world: World, editions: tuple[Edition, ...]) -> World:
    """Return the world with documents replaced by editions of them.

    Raises
    ------
    InvalidRules
        When an edition does not fit this version of the program.
    """
    parts = {edition.head.document: rules_of(edition) for edition in editions}
    return replace(_with_parts(world, parts), editions=tuple(edition.head for edition in editions))


def part_of(world: World, document: EditableDocument) -> Any:
    """Return what a document of the rules says in this world."""
    if document is BOOKING:
        return world.booking_rules
    if document is SENDING:
        messages = world.rulebook.messages
        return SendingRules(hours=messages.hours, care=messages.care, collect=messages.collect)
    return getattr(world.rulebook, document.name)


def rules_of(edition: Edition) -> Any:
    """Return the rules of an edition.

    Raises
    ------
    InvalidRules
        When it does not fit this version of the program.
    """
    head = edition.head
    shape = document_named(head.document).shape
    return fit(shape, json.loads(edition.content), origin=f"{head.document}, edition {head.number} in the database")


def _numbers(world: World) -> dict[str, int]:
    return {edition.document: edition.number for edition in world.editions}


def _with_parts(world: World, parts: Mapping[str, Any]) -> World:
    own = {BOOKING.name, SENDING.name}
    book = replace(world.rulebook, **{name: rules for name, rules in parts.items() if name not in own})
    if sending := parts.get(SENDING.name):
        changed = replace(book.messages, hours=sending.hours, care=sending.care, collect=sending.collect)
        book = replace(book, messages=changed)
    outbox = Outbox(
        kanim=world.kanim,
        office=book.office,
        rules=book.messages,
        vault=world.vault,
        public_url=world.public_url,
    )
    return replace(world, rulebook=book, outbox=outbox, booking_rules=parts.get(BOOKING.name, world.booking_rules))
