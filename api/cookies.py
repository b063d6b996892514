"""Cookies: out of reach of scripts, and of other sites as far as a browser can tell.

One holds the session. Another holds nothing but chance: forms that are sent before anybody is signed in prove by it
that they come from our own page. A third is sealed, and waits while somebody is away at the office's sign-in service.
"""

from fastapi import Request, Response

NAME = "mp_session"
FORM = "mp_form"
JOURNEY = "mp_journey"


def cookie_name(public_url: str, name: str = NAME) -> str:
    """Return a cookie's full name; with TLS a prefix makes browsers refuse one that another host or plain HTTP set."""
    return f"__Host-{name}" if public_url.startswith("https://") else name


def session_cookie(request: Request, public_url: str) -> str:
    """Return what the browser shows of its session; empty when it shows nothing."""
    return request.cookies.get(cookie_name(public_url), "")


def form_cookie(request: Request, public_url: str) -> str:
    """Return what the browser shows of the other cookie."""
    return request.cookies.get(cookie_name(public_url, FORM), "")


def set_form_cookie(response: Response, value: str, *, public_url: str) -> None:
    """Hand the browser chance, until it is closed."""
    response.set_cookie(
        cookie_name(public_url, FORM),
        value,
        path="/",
        secure=public_url.startswith("https://"),
        httponly=True,
        samesite="strict",
    )


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
