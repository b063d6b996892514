"""Headers that tell browsers what a response may do: show itself with the service's own files, and nothing else."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mobile_passport.domain.link import LINK_PATH

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers name no origin in forms, and those are refused
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
OF_LINKS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address is the secret; their forms are told apart by a token alone
    "X-Robots-Tag": "noindex, nofollow",
}
"""On top, where the path holds a token that opens somebody's appointment."""


class SecurityHeaders:
    """ASGI middleware: sets the headers on every response, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with headers on HTTP responses."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = HEADERS | OF_LINKS if scope["path"].startswith(LINK_PATH) else HEADERS

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self._app(scope, receive, send_with_headers)
