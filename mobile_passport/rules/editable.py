"""Which documents of the rules an office edits on its pages, and who may.

Not among them: ``office``, ``area`` and ``travel``, from which map, geocoder and travel times are built when a process
starts; ``intake`` and ``accounts``, which guard the service itself; ``privacy``, which the office's lawyer decides;
``satisfaction``, which a ministry does; the wording of messages, which is registered with the operators. Those stay
files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mobile_passport.domain.access import Operation
from mobile_passport.domain.calendar import CalendarRules
from mobile_passport.domain.eligibility import EligibilityRules
from mobile_passport.domain.rank_rules import RankRules
from mobile_passport.domain.refusal import NotFound
from mobile_passport.rules.booking import BookingRules
from mobile_passport.rules.field import FieldRules
from mobile_passport.rules.messages import SendingRules
from mobile_passport.rules.planning import PlanningRules
from mobile_passport.rules.punctuality import PunctualityRules
from mobile_passport.rules.service import ServiceRules
from mobile_passport.rules.standard import StandardRules
from mobile_passport.rules.teams import TeamRules


@dataclass(frozen=True, slots=True, kw_only=True)
class EditableDocument:
    """One document.

    Attributes
    ----------
    name
        As in addresses and in the database; the file of the same name, but ``sending`` is a part of ``messages.toml``.
    shape
        Frozen dataclass that judges it.
    operation
        Who may do this may edit it.
    decides_plans
        Drafts that were made before a change cannot be published after it.
    """

    name: str
    shape: type[Any]
    operation: Operation = Operation.RULES_DECIDE
    decides_plans: bool = True


TEAMS = EditableDocument(name="teams", shape=TeamRules, operation=Operation.RULES_EDIT)
CALENDAR = EditableDocument(name="calendar", shape=CalendarRules, operation=Operation.RULES_EDIT)
SENDING = EditableDocument(name="sending", shape=SendingRules, decides_plans=False)
RANK = EditableDocument(name="rank", shape=RankRules)
BOOKING = EditableDocument(name="booking", shape=BookingRules, decides_plans=False)
_ALL = (
    TEAMS,
    CALENDAR,
    RANK,
    EditableDocument(name="service", shape=ServiceRules),
    EditableDocument(name="eligibility", shape=EligibilityRules),
    EditableDocument(name="standard", shape=StandardRules, decides_plans=False),
    BOOKING,
    EditableDocument(name="planning", shape=PlanningRules),
    EditableDocument(name="punctuality", shape=PunctualityRules),
    SENDING,
    EditableDocument(name="field", shape=FieldRules, decides_plans=False),
)
DOCUMENTS: Mapping[str, EditableDocument] = {document.name: document for document in _ALL}


def document_named(name: str) -> EditableDocument:
    """Return a document.

    Raises
    ------
    NotFound
    """
    if name not in DOCUMENTS:
        raise NotFound("no document of the rules has this name; /aturan lists them")
    return DOCUMENTS[name]
