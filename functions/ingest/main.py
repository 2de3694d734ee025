"""ingest: makes the index agree with the bucket upon a storage event."""

from __future__ import annotations

from functools import cache

import functions_framework.aio

# The worker starts before all else, unless footnote.launcher has started it already.
from functions.ingest.workers.prestarted import worker

# isort: split
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from footnote.events.sink import Sink
from footnote.serving import Function
from footnote.settings import get_settings
from functions.ingest.receiver import Receiver
from functions.ingest.reconciler import Reconciler
from functions.ingest.uploads import Uploads


@cache
def receiver() -> Receiver:
    return Receiver(Reconciler.from_settings(get_settings(), worker), Sink.from_environ())


@cache
def uploads() -> Uploads:
    return Uploads(receiver().bucket, get_settings())


async def events(request: Request) -> Response:
    return await receiver().events(request)


async def notifications(request: Request) -> Response:
    return await receiver().notifications(request)


async def objects(request: Request) -> Response:
    return await uploads()(request)


async def ready() -> None:
    await receiver().ready()


function = Function(
    "ingest",
    [
        Route("/", events, methods=["POST"]),
        Route("/notifications", notifications, methods=["POST"]),
        Route("/objects", objects, methods=["PUT"]),
    ],
    ready,
    run_to_completion=True,
)


@functions_framework.aio.http
async def ingest(request: Request) -> Response:
    return await function(request)
