"""What every body of the API has in common."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Schema(BaseModel):
    """A body. Nothing but its declared fields goes in or out."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, from_attributes=True, json_schema_serialization_defaults_required=True
    )


class PointOut(Schema):
    """WGS84 degrees."""

    lat: float
    lon: float


def example(body: dict[str, Any]) -> ConfigDict:
    """Show a body in the description of the API."""
    return ConfigDict(json_schema_extra={"examples": [body]})
