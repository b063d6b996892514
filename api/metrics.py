"""Figures for Prometheus: how requests went, counted here, and how the office's work stands, read when asked for.

Labels are route templates, methods and statuses, never a path as it came: those hold identifiers and tokens.
"""

import time
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mobile_passport.domain.planning_run import RunState
from mobile_passport.services.watch_service import ServiceWatch

_BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0)  # 50 and 300 ms are promised
_UNKNOWN = "none"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others are one label: whoever asks invents methods without end."""


class Metrics:
    """The figures of one application, in a registry of their own.

    Parameters
    ----------
    watch
        Looks at the office's work; what it cannot tell because the database is away is left out.
    token
        With which another machine may read them.
    """

    def __init__(self, watch: Callable[[], ServiceWatch], token: str | None) -> None:
        self.token = token
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "mp_http_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._latency = Histogram(
            "mp_http_request_seconds",
            "From the head of a request to the end of its answer.",
            ("method", "route"),
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self.registry.register(_Work(watch))

    def count(self, method: str, route: str, status: int, took_s: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._latency.labels(method, route).observe(took_s)


class _Work(Collector):
    """Reads how work stands at the moment of asking."""

    def __init__(self, watch: Callable[[], ServiceWatch]) -> None:
        self._watch = watch

    def describe(self) -> Iterable[Metric]:
        """Ask for nothing when this is registered."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Return gauges."""
        try:
            seen = self._watch()
        except SQLAlchemyError:
            yield GaugeMetricFamily("mp_database_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("mp_database_up", "Whether the database answers.", 1)
        yield GaugeMetricFamily("mp_outbox_waiting", "Messages that are due and wait.", seen.outbox_waiting)
        yield GaugeMetricFamily(
            "mp_outbox_oldest_seconds", "How long the oldest of them has been due.", seen.outbox_oldest_s
        )
        yield GaugeMetricFamily("mp_attempts_unknown", "Tries whose end nobody has seen yet.", seen.unknown_attempts)
        ticks = GaugeMetricFamily(
            "mp_tick_last_success_timestamp_seconds", "When a job was last done.", labels=("job",)
        )
        for job, at in seen.ticks.items():
            ticks.add_metric((job,), at.timestamp())
        yield ticks
        runs = GaugeMetricFamily("mp_planning_runs", "Planning runs in a state.", labels=("state",))
        for state in RunState:
            runs.add_metric((state.value,), seen.planning_runs.get(state, 0))
        yield runs


class RequestFigures:
    """ASGI middleware: counts every request, and how long it took, under the template of its route."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; an answer that never begins counts as 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_look)
        finally:
            route = getattr(scope.get("route"), "path", None) or _UNKNOWN
            method = scope["method"] if scope["method"] in _METHODS else _UNKNOWN
            self._metrics.count(method, route, status, time.perf_counter() - began)
