"""What the outbox answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a call of the outbox did.

    Attributes
    ----------
    messages
        New in the outbox.
    superseded
        Taken back before they were sent.
    without_phone
        People who can be told by a call only.
    """

    messages: int = 0
    superseded: int = 0
    without_phone: int = 0

    def __add__(self, other: "Written") -> "Written":
        """Add up two calls."""
        return Written(
            messages=self.messages + other.messages,
            superseded=self.superseded + other.superseded,
            without_phone=self.without_phone + other.without_phone,
        )
