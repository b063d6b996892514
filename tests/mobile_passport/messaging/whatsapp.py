"""The shipped rules with WhatsApp switched on for every kind, as an office would after its templates were approved."""

from dataclasses import replace

from mobile_passport.rules.messages import MessageRules

SENDER = "MG" + "1" * 32


def with_whatsapp(rules: MessageRules, *, but: frozenset[str] = frozenset()) -> MessageRules:
    """Switch the channel on.

    Parameters
    ----------
    but
        Kinds that go by SMS alone.
    """
    templates = tuple(
        replace(template, is_on=template.kind not in but, content_sid=f"HX{number:032x}")
        for number, template in enumerate(rules.whatsapp.templates, start=1)
    )
    return replace(rules, whatsapp=replace(rules.whatsapp, sender=SENDER, templates=templates))
