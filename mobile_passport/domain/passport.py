"""Passports that visits led to."""

from enum import StrEnum


class PassportState(StrEnum):
    """How far a passport is."""

    AWAITED = "awaited"
    """Its owner was served; it is not at the office yet."""
    READY = "ready"
    """It lies at the office."""
    COLLECTED = "collected"
