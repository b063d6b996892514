"""Other ways than SMS by which a message may go: tables of ``messages.toml``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from string import Formatter

_SENDER = re.compile(r"MG[0-9a-fA-F]{32}|whatsapp:\+[0-9]{8,15}")
_CONTENT_SID = re.compile(r"HX[0-9a-fA-F]{32}")
_LITERAL = frozenset({"brand", "contact"})
"""Placeholders that are the same in every message of an office: its template may have them as plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppTemplate:
    """The template by which one kind of message goes to WhatsApp.

    Attributes
    ----------
    kind
        Name of the kind.
    is_on
        Whether messages of this kind go to WhatsApp first; by SMS alone otherwise.
    content_sid
        The provider's name for the template; empty until it was approved.
    variables
        Placeholders of the kind's text in the order of the template's ``{{1}}``, ``{{2}}``, …
    """

    kind: str
    is_on: bool
    content_sid: str
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppRules:
    """WhatsApp as a channel.

    Attributes
    ----------
    sender
        Messaging Service with the WhatsApp sender, or the sender itself (``whatsapp:+62…``); empty where there is none.
    rupiah_a_message
        What one costs, however long it is.
    """

    sender: str
    rupiah_a_message: int
    templates: tuple[WhatsAppTemplate, ...]
    source: str
    as_of_date: date

    def template(self, kind: str) -> WhatsAppTemplate | None:
        """Return the template of a kind if it is switched on."""
        return next((one for one in self.templates if one.kind == kind and one.is_on), None)


def registered_wording(text: str, template: WhatsAppTemplate, literal: dict[str, str]) -> str:
    """Write the wording of a template as it is handed in for approval, with numbered gaps.

    It does not end with a gap: such templates are refused.

    Parameters
    ----------
    text
        Of the kind, with placeholders.
    literal
        Values of placeholders that are the same in every message.
    """
    gaps = {name: f"{{{{{number}}}}}" for number, name in enumerate(template.variables, start=1)}
    wording = text.format(**(literal | gaps))
    return f"{wording}." if wording.endswith("}}") else wording


def whatsapp_faults(rules: WhatsAppRules, texts: dict[str, str]) -> Iterator[str]:
    """Say what is wrong with the templates.

    Parameters
    ----------
    texts
        Text of each kind, with placeholders.
    """
    for template in rules.templates:
        name = f"whatsapp.templates {template.kind}"
        if template.kind not in texts:
            yield f"{name}: there is no such kind"
            continue
        used = {field for _, field, _, _ in Formatter().parse(texts[template.kind]) if field is not None}
        if len(set(template.variables)) < len(template.variables):
            yield f"{name}: a variable stands there twice"
        if not used - _LITERAL <= set(template.variables) <= used:
            yield f"{name}: variables have to be the placeholders of the kind's text, {sorted(used - _LITERAL)}"
        if template.is_on and not _CONTENT_SID.fullmatch(template.content_sid):
            yield f"{name}: content_sid is no HX… of an approved template; leave is_on = false until it is"
        if template.is_on and not _SENDER.fullmatch(rules.sender):
            yield f"{name}: whatsapp.sender is neither MG… nor whatsapp:+…; leave is_on = false until there is one"
