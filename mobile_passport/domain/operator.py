"""Which operator carries a mobile number, told by how it begins.

Numbers do not move between operators in Indonesia, so the beginning is enough [1]_ [2]_.

References
----------
.. [1] Google's libphonenumber, ``carrier/en/62.txt``, in the release that the lock of `phonenumbers` names.
.. [2] twilio.com/en/guidelines/id/sms, number portability: No; read 2026-11-24.
"""

import phonenumbers
from phonenumbers import carrier


def operator_of(number: str) -> str | None:
    """Return the operator's name; ``None`` for a landline or a beginning that no operator was given.

    Parameters
    ----------
    number
        E.164.
    """
    try:
        return str(carrier.name_for_number(phonenumbers.parse(number), "en")) or None
    except phonenumbers.NumberParseException:
        return None
