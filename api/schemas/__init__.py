"""What goes over the wire, by topic. Nothing else may: unknown fields are refused."""

from api.schemas.health import Health
from api.schemas.plan import PlanOut
from api.schemas.problems import Issue, Problem

__all__ = ["Health", "Issue", "PlanOut", "Problem"]
