"""A function with a route for each outcome of a request."""

import asyncio

from pydantic import BaseModel, ConfigDict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from footnote import serving, trace_context
from footnote.concurrency.single_flight import Work
from footnote.errors import Unavailable
from footnote.serving import Function


class Greeting(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    times: int = 1


async def greet(request: Request) -> Response:
    greeting = await serving.parse_body(request, Greeting)
    return JSONResponse({"text": f"hello {greeting.name}", "trace": trace_context.trace_id()})


async def crash(_: Request) -> Response:
    raise ValueError("secret detail")


async def busy(_: Request) -> Response:
    raise Unavailable("The store is away.", retry_after=2.5)


async def ready() -> None:
    return None


async def forever(_: Request) -> Response:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def hurry(request: Request) -> Response:
    return JSONResponse(
        [part.decode() async for part in serving.stream_body(request, 10, idle_timeout=0)]
    )


async def short(request: Request) -> Response:
    return JSONResponse([part.decode() async for part in serving.stream_body(request, 10)])


def greeter(ready: Work = ready) -> Function:
    routes = [
        Route("/", greet, methods=["POST"]),
        Route("/crash", crash, methods=["POST"]),
        Route("/busy", busy, methods=["GET"]),
        Route("/both", greet, methods=["PUT"]),
        Route("/both", greet, methods=["POST"]),
        Route("/forever", forever, methods=["POST"]),
        Route("/hurry", hurry, methods=["POST"]),
        Route("/short", short, methods=["POST"]),
    ]
    return Function("greeter", routes, ready)


def browser(function: Function) -> TestClient:
    methods = ["GET", "POST", "PUT"]
    return TestClient(Starlette(routes=[Route("/{path:path}", function.__call__, methods=methods)]))


def client(ready: Work = ready) -> TestClient:
    return browser(greeter(ready))
