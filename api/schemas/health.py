"""What watchers of the service read."""

from api.schemas.base import Schema


class Health(Schema):
    """Whether the service works."""

    status: str
