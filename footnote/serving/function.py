"""A function: its routes, health, metrics, errors and one log line a request."""

from __future__ import annotations

import asyncio
import gc
import logging
import math
import time
from collections.abc import Sequence
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from footnote import deadline, telemetry, tracing
from footnote.concurrency.single_flight import SingleFlight, Work
from footnote.errors import (
    FootnoteError,
    MethodNotAllowed,
    NotFound,
    Unavailable,
)
from footnote.outage_log import OutageLog
from footnote.serving import access_log, metrics, origin
from footnote.serving.disconnect import CallbackResponse, Endpoint, cancel_on_disconnect
from footnote.settings import get_settings

log = logging.getLogger("footnote")

QUIET = ("/health", "/metrics")
"""Routes whose requests are neither logged nor traced, and answered to all, busy or not."""


class Function:
    """Dispatches a request to its route and turns what is raised into an error body.

    `ready` returns when the function can do its work and raises Unavailable when it cannot. What a
    client that leaves has begun is cancelled, unless it `finishes` all that it begins. On a laptop no
    other site may ask through a reader's browser, unless it `identifies` all who ask.
    """

    def __init__(
        self,
        name: str,
        routes: Sequence[Route],
        ready: Work,
        *,
        finishes: bool = False,
        identifies: bool = False,
    ) -> None:
        _imported()
        telemetry.configure_logging()
        tracing.prepare()
        self.limit = get_settings().concurrency
        self.name = name
        # Knative's first probes wait for a tenth of a second: a check that ended with each of them would
        # never come to its end on a busy node, and neither would the start of the function.
        self.ready = SingleFlight(partial(self._check, ready))
        self.outage = OutageLog(log, f"{name} is not ready", f"{name} is ready again")
        self.finishes = finishes
        self.identifies = identifies
        self.busy = 0
        self.routes = [
            *routes,
            Route("/health/liveness", _alive, methods=["GET"]),
            Route("/health/readiness", self._readiness, methods=["GET"]),
            Route("/health", self._readiness, methods=["GET"]),
            Route("/metrics", _metrics, methods=["GET"]),
        ]

    async def __call__(self, request: Request) -> Response:
        telemetry.enter_trace(request.headers)
        deadline.enter(request.headers)
        access_log.begin()
        started = time.perf_counter()
        span = self._span(request)
        self.busy += 1
        try:
            route, response = await self._respond(request)
        except BaseException:
            self._sent(span)
            raise
        told = request, route, response, time.perf_counter() - started
        asyncio.get_running_loop().call_soon(self._record, *told)  # nobody is to wait for the log
        _describe(span, request.method, route, response.status_code)
        return CallbackResponse(response, partial(self._sent, span))

    def _span(self, request: Request) -> tracing.Span:
        if request.scope["path"].startswith(QUIET):
            return tracing.Span()
        return tracing.start(request.method, "server")

    def _sent(self, span: tracing.Span) -> None:
        self.busy -= 1
        span.end()

    async def _respond(self, request: Request) -> tuple[str, Response]:
        path = "unmatched"
        try:
            route = self._match(request)
            path = route.path
            response = await self._answer(request, route.endpoint)
        except FootnoteError as error:
            return path, error_response(error)
        except ClientDisconnect:
            return path, Response(status_code=499)
        except Exception:
            log.exception("unexpected error")
            return path, error_response(FootnoteError("Unexpected error; the log has the cause."))
        return path, response

    async def _answer(self, request: Request, endpoint: Endpoint) -> Response:
        if not request.scope["path"].startswith(QUIET):
            if not self.identifies:
                origin.check(request)
            if self.busy > self.limit:
                raise Unavailable(f"{self.name} is busy with {self.limit} requests already.")
        if self.finishes:
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
        if not route.startswith(QUIET):
            access_log.write(self.name, request, route, response, seconds)

    async def _readiness(self, _: Request) -> Response:
        await self.ready()
        return JSONResponse({"status": "ready"})

    async def _check(self, ready: Work) -> None:
        """Says why it fails in the log, where no probe may have waited for it."""
        try:
            await ready()
        except Exception as error:
            self.outage.failed(str(error))
            raise
        self.outage.recovered()


def _imported() -> None:
    """What was imported stays, so that the garbage collector need never look at it, if it waited."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _describe(span: tracing.Span, method: str, route: str, status: int) -> None:
    span.rename(f"{method} {route}")
    span.set({"http.request.method": method, "http.route": route, "http.response.status_code": status})
    if status >= 500:
        span.fail(str(status))


async def _alive(_: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _metrics(_: Request) -> Response:
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})


def error_response(error: FootnoteError, body: bytes | None = None) -> Response:
    """`body`: the error in another shape than ours."""
    headers = dict(error.headers)
    if error.retry_after is not None:
        headers["retry-after"] = str(max(1, math.ceil(error.retry_after)))
    return access_log.ErrorResponse(error, headers, body or error.body())
