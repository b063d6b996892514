"""What is lost by overwriting is overwritten only by whoever has seen it: ETag out, If-Match in (RFC 9110, 13.1.1)."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response
from pydantic import BaseModel

from api.errors import Malformed, MissingPrecondition

_STRONG_TAG = re.compile(r'"([!#-~]{1,64})"')
ETAG = {"ETag": {"description": "Revision, for If-Match.", "schema": {"type": "string"}}}
"""Header of answers, for the description of a route."""


def tagged(body: BaseModel, revision: str) -> Response:
    """Answer with an object and its revision."""
    return Response(body.model_dump_json(), media_type="application/json", headers={"ETag": f'"{revision}"'})


def _seen(
    if_match: Annotated[
        str | None,
        Header(alias="If-Match", description='ETag of the object as it was read, such as `"3f2a"`; without it: 428.'),
    ] = None,
) -> str:
    if if_match is None:
        raise MissingPrecondition("Send the ETag of the object that you read in If-Match.")
    tag = _STRONG_TAG.fullmatch(if_match.strip())
    if tag is None:
        raise Malformed("If-Match takes one ETag of this service, in quotation marks.")
    return tag[1]


SeenDep = Annotated[str, Depends(_seen)]
