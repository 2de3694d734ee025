"""A function: its routes, health, metrics, errors, and one log line for each request."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Sequence
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from footnote import deadline, startup, trace_context, tracing
from footnote.concurrency.single_flight import SingleFlight, Work
from footnote.errors import (
    FootnoteError,
    Forbidden,
    MethodNotAllowed,
    NotFound,
    Unavailable,
)
from footnote.json_logging import configure_logging
from footnote.outage_log import OutageLog
from footnote.serving import access_log, metrics, origin
from footnote.serving.disconnect import CallbackResponse, Endpoint, cancel_on_disconnect
from footnote.settings import get_settings

log = logging.getLogger("footnote")

OPERATIONAL = ("/health", "/metrics")
"""Routes that are neither logged nor traced, and that are answered to anyone under any load."""


class Function:
    """Dispatches a request to its route and turns exceptions into error responses.

    `ready` returns when the function can do its work and raises Unavailable when it cannot. Unless
    `run_to_completion` is set, work is cancelled when its client disconnects or its deadline passes.
    On a laptop, other sites may not call the function through a reader's browser; a function that
    `authenticates` its callers needs no such check.
    """

    def __init__(
        self,
        name: str,
        routes: Sequence[Route],
        ready: Work,
        *,
        run_to_completion: bool = False,
        authenticates: bool = False,
    ) -> None:
        startup.end()
        configure_logging()
        tracing.prepare()
        self.max_in_flight = get_settings().concurrency
        self.name = name
        # Knative's first probes wait for a tenth of a second. On a busy node, a check that ended with
        # its probe would never finish, and neither would the start of the function.
        self.ready = SingleFlight(partial(self._check, ready))
        self.outage_log = OutageLog(log, f"{name} is not ready", f"{name} is ready again")
        self.run_to_completion = run_to_completion
        self.authenticates = authenticates
        self.in_flight = 0
        self.routes = [
            *routes,
            Route("/health/liveness", _liveness, methods=["GET"]),
            Route("/health/readiness", self._readiness, methods=["GET"]),
            Route("/health", self._readiness, methods=["GET"]),
            Route("/metrics", _metrics, methods=["GET"]),
        ]

    async def __call__(self, request: Request) -> Response:
        trace_context.enter(request.headers)
        deadline.enter(request.headers)
        access_log.begin()
        started = time.perf_counter()
        span = self._span(request)
        self.in_flight += 1
        try:
            route, response = await self._respond(request)
        except BaseException:
            self._end(span)
            raise
        seconds = time.perf_counter() - started
        # The client need not wait for this.
        asyncio.get_running_loop().call_soon(self._record, request, route, response, seconds)
        _describe(span, request.method, route, response.status_code)
        return CallbackResponse(response, partial(self._end, span))

    def _span(self, request: Request) -> tracing.Span:
        if request.scope["path"].startswith(OPERATIONAL):
            return tracing.Span()
        return tracing.start(request.method, "server")

    def _end(self, span: tracing.Span) -> None:
        self.in_flight -= 1
        span.end()

    async def _respond(self, request: Request) -> tuple[str, Response]:
        """The path of the matching route, and the response."""
        path = "unmatched"
        try:
            route = self._match(request)
            path = route.path
            response = await self._dispatch(request, route.endpoint)
        except FootnoteError as error:
            return path, error_response(error)
        except ClientDisconnect:
            return path, Response(status_code=499)
        except Exception:
            log.exception("unexpected error")
            return path, error_response(FootnoteError("Unexpected error; the log has the cause."))
        return path, response

    async def _dispatch(self, request: Request, endpoint: Endpoint) -> Response:
        if not request.scope["path"].startswith(OPERATIONAL):
            if not self.authenticates:
                origin.check(request)
            if self.in_flight > self.max_in_flight:
                raise Unavailable(f"{self.name} is busy with {self.max_in_flight} requests already.")
        if self.run_to_completion:
            return await endpoint(request)
        async with deadline.enforced():
            return await cancel_on_disconnect(endpoint, request)

    def _match(self, request: Request) -> Route:
        allowed: set[str] = set()
        for route in self.routes:
            match, child = route.matches(request.scope)
            if match is Match.FULL:
                request.scope.update(child)
                return route
            if match is Match.PARTIAL:
                allowed |= route.methods or set()
        if allowed:
            raise MethodNotAllowed(
                f"{request.method} is not allowed on {request.url.path}.",
                headers={"allow": ", ".join(sorted(allowed))},
            )
        raise NotFound(f"{self.name} has no route {request.url.path}.")

    def _record(self, request: Request, route: str, response: Response, seconds: float) -> None:
        metrics.REQUESTS.labels(self.name, route, str(response.status_code)).inc()
        metrics.LATENCY.labels(self.name, route).observe(seconds)
        if not route.startswith(OPERATIONAL):
            access_log.write(self.name, request, route, response, seconds)

    async def _readiness(self, _: Request) -> Response:
        await self.ready()
        return JSONResponse({"status": "ready"})

    async def _check(self, ready: Work) -> None:
        """Logs why the check fails, since no probe may have waited for it."""
        try:
            await ready()
        except Exception as error:
            self.outage_log.failed(str(error))
            raise
        self.outage_log.recovered()


def _describe(span: tracing.Span, method: str, route: str, status: int) -> None:
    span.rename(f"{method} {route}")
    span.set({"http.request.method": method, "http.route": route, "http.response.status_code": status})
    if status >= 500:
        span.fail(str(status))


async def _liveness(_: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _metrics(request: Request) -> Response:
    """For Prometheus, which asks the process itself: who may ask questions need not see these.

    Raises Forbidden for a request that a gateway or another proxy forwarded.
    """
    if "x-forwarded-for" in request.headers:
        raise Forbidden("Metrics are not served through a proxy: read them from the function itself.")
    from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

    return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})


def error_response(error: FootnoteError, body: bytes | None = None) -> Response:
    """The response to an error. `body` replaces the usual one where clients expect another format."""
    headers = dict(error.headers)
    if error.retry_after is not None:
        headers["retry-after"] = str(max(1, math.ceil(error.retry_after)))
    return access_log.ErrorResponse(error, headers, body or error.body())
