"""Figures for Prometheus: for this machine, or for whoever knows the token of `MP_METRICS_TOKEN`."""

import secrets

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.metrics import Metrics
from mobile_passport.domain.refusal import NotFound

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_PASSED_ON = ("x-forwarded-for", "forwarded")

router = APIRouter(tags=["health"])


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """Return all figures in Prometheus' text format.

    Raises
    ------
    NotFound
        For whoever may not know that they are here.
    """
    figures: Metrics = request.app.state.metrics
    if not (_is_from_here(request) or _has_token(request, figures.token)):
        raise NotFound("nothing here")
    return Response(generate_latest(figures.registry), media_type=CONTENT_TYPE_LATEST)


def _is_from_here(request: Request) -> bool:
    """Whether this machine asks for itself: a proxy on it passes on what others ask."""
    is_passed_on = any(header in request.headers for header in _PASSED_ON)
    return not is_passed_on and request.client is not None and request.client.host in _LOOPBACK


def _has_token(request: Request, token: str | None) -> bool:
    sent = request.headers.get("authorization", "").removeprefix("Bearer ")
    return bool(token) and secrets.compare_digest(sent.encode(), (token or "").encode())
