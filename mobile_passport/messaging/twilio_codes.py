"""What Twilio's codes mean to us. Codes get split and added [1]_, so whatever is not listed has a safe meaning.

References
----------
.. [1] twilio.com changelog, 10 July 2024: do not build program logic on error codes. Hence the defaults by HTTP status.
.. [2] twilio.com/docs/api/errors, page of each code, as 21655, 21656 and 63040; read 2026-11-24.
.. [3] twilio.com/docs/whatsapp/api/error-code-mapping: which of WhatsApp's own codes stand behind Twilio's, same day.
"""

from mobile_passport.domain.message import ReceiptStatus
from mobile_passport.messaging.provider import DefiniteNo, Outcome, Refusal, Unknown

NOT_ON_WHATSAPP: dict[str, str] = {
    "21655": "ContentSid invalid",
    "21656": "ContentVariables invalid",
    "63003": "WhatsApp does not find the number",
    "63005": "content not accepted",
    "63007": "no WhatsApp sender with this address",
    "63013": "against WhatsApp's policy",
    "63016": "outside the window of a conversation, and no approved template",
    "63021": "content rejected or too long",
    "63024": "the number is not on WhatsApp, or cannot be written to there",
    "63027": "no such template in this language",
    "63028": "more or fewer gaps than the template has",
    "63030": "parameter not supported",
    "63032": "WhatsApp does not let this person be written to",
    "63033": "the person has blocked the sender",
    "63040": "template rejected",
}
"""Said at once or in a report: the message has certainly reached nobody, and SMS may take it [2]_ [3]_.

Errors within Twilio or WhatsApp (63009, 63010, 63012) are not here: nobody can tell what became of the message. Nor
are 63041 and 63042, said to be a template paused or disabled: no page of theirs could be read. In a report they lead to
a call.
"""

REFUSALS: dict[str, Refusal] = {
    **dict.fromkeys(NOT_ON_WHATSAPP, Refusal.NOT_ON_CHANNEL),
    "20003": Refusal.SYSTEMIC,  # authentication
    "20005": Refusal.SYSTEMIC,  # account not active
    "20429": Refusal.SLOW_DOWN,  # too many requests, not processed
    "21211": Refusal.PERMANENT,  # invalid To
    "21212": Refusal.SYSTEMIC,  # invalid From: our set-up
    "21214": Refusal.PERMANENT,  # To cannot be reached
    "21408": Refusal.SYSTEMIC,  # region not enabled
    "21608": Refusal.SYSTEMIC,  # trial account, or no approved compliance profile
    "21610": Refusal.OPTED_OUT,
    "21611": Refusal.SLOW_DOWN,  # queue of the sender is full
    "21612": Refusal.PERMANENT,  # no route from this sender to this number
    "21614": Refusal.PERMANENT,  # not a mobile number
    "21617": Refusal.PERMANENT,  # text too long
    "21635": Refusal.PERMANENT,  # landline
    "21657": Refusal.SYSTEMIC,  # sender invalid
    "21703": Refusal.SYSTEMIC,  # messaging service without a sender
    "21705": Refusal.SYSTEMIC,  # messaging service invalid
    "30001": Refusal.SLOW_DOWN,  # queue overflow
    "30002": Refusal.SYSTEMIC,  # account suspended
    "63018": Refusal.SLOW_DOWN,  # rate limit of WhatsApp
    "63038": Refusal.SLOW_DOWN,  # daily limit of messages
}

PASSING = frozenset({"30003"})
"""Reported when a handset is switched off or out of reach; dead numbers and filters have other codes [2]_."""

STATUSES: dict[str, ReceiptStatus] = {
    "accepted": ReceiptStatus.ACCEPTED,
    "scheduled": ReceiptStatus.ACCEPTED,
    "queued": ReceiptStatus.ACCEPTED,
    "sending": ReceiptStatus.SENDING,
    "sent": ReceiptStatus.SENT,
    "partially_delivered": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.DELIVERED,
    "undelivered": ReceiptStatus.UNDELIVERED,
    "failed": ReceiptStatus.FAILED,
    "canceled": ReceiptStatus.CANCELLED,
}

_TOO_MANY = 429
_TIMED_OUT = 408
_CLIENT_ERRORS = range(400, 500)
_ABOUT_US = (401, 403, 404, 405)


def classify(status: int, code: str, retry_after_s: float | None) -> Outcome:
    """Read an answer that is not a success.

    A 4xx is a certain "no"; everything else may have been taken.

    Parameters
    ----------
    status
        Of HTTP.
    code
        Twilio's, or the status again when the body had none.
    """
    if status not in _CLIENT_ERRORS or status == _TIMED_OUT:
        return Unknown(code=f"http_{status}")
    if status == _TOO_MANY:
        return DefiniteNo(refusal=Refusal.SLOW_DOWN, code=code, retry_after_s=retry_after_s)
    default = Refusal.SYSTEMIC if status in _ABOUT_US else Refusal.PERMANENT
    return DefiniteNo(refusal=REFUSALS.get(code, default), code=code, retry_after_s=retry_after_s)
