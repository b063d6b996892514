"""Where a message provider reports what became of messages. Nothing is believed before its signature was checked."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response

from api.problems import problems
from api.routes.dependencies import DeskDep
from mobile_passport.messaging.provider import Callback
from mobile_passport.messaging.receipts import ReceiptEffect
from mobile_passport.services.messages.receive_receipt import receive_receipt

LARGEST_REPORT_BYTES = 16_384

router = APIRouter(tags=["hooks"])


async def _fields(request: Request) -> tuple[tuple[str, str], ...]:
    """Read the form as it was signed: every field, blank ones too, in the order received."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_REPORT_BYTES:
            raise HTTPException(413, "A report has at most 16 KiB.")
    return tuple(parse_qsl(body.decode("utf-8", errors="replace"), keep_blank_values=True))


@router.post(
    "/hooks/twilio/{token}",
    operation_id="report_on_message",
    status_code=204,
    responses=problems(400, 403, 413, needs_caller=False),
)
def report_on_message(
    token: str,
    fields: Annotated[tuple[tuple[str, str], ...], Depends(_fields)],
    desk: DeskDep,
    x_twilio_signature: Annotated[str, Header()] = "",
) -> Response:
    """Take a status callback. Repeats and any order are welcome."""
    effect = receive_receipt(desk, Callback(token=token, fields=fields, signature=x_twilio_signature))
    if effect is ReceiptEffect.FORGED:
        raise HTTPException(403, "The signature does not fit.")
    if effect is ReceiptEffect.MALFORMED:
        raise HTTPException(400, "Not a report that can be read.")
    return Response(status_code=204)
