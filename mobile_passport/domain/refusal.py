"""What may be answered "no" to, and is no fault of the program."""


class Refusal(Exception):
    """Something cannot be done as asked, and nothing was changed. The message says why and what to do instead."""
