"""The cookie of a session: out of reach of scripts, and of other sites as far as a browser can tell."""

from fastapi import Request, Response

NAME = "mp_session"


def cookie_name(public_url: str) -> str:
    """Return the cookie's name; with TLS a prefix makes browsers refuse one that another host or plain HTTP set."""
    return f"__Host-{NAME}" if public_url.startswith("https://") else NAME


def session_cookie(request: Request, public_url: str) -> str:
    """Return what the browser shows; empty when it shows nothing."""
    return request.cookies.get(cookie_name(public_url), "")


def set_session_cookie(response: Response, token: str, *, public_url: str, longest_s: int) -> None:
    """Hand the browser its session."""
    response.set_cookie(
        cookie_name(public_url),
        token,
        max_age=longest_s,
        path="/",
        secure=public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )


def delete_session_cookie(response: Response, *, public_url: str) -> None:
    """Make the browser forget its session."""
    response.delete_cookie(
        cookie_name(public_url), path="/", secure=public_url.startswith("https://"), httponly=True, samesite="lax"
    )
