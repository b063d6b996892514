"""What every body of the API has in common."""

from pydantic import BaseModel, ConfigDict


class Schema(BaseModel):
    """A body. Nothing but its declared fields goes in or out."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class PointOut(Schema):
    """WGS84 degrees."""

    lat: float
    lon: float
