"""An endpoint of somebody's model, in this process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Answer = Callable[[dict[str, Any]], Response]


class Endpoint:
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.url = ""

    async def __call__(self, request: Request) -> Response:
        self.requests.append(await request.json())
        self.keys.append(request.headers.get("authorization", ""))
        return self.answer(self.requests[-1])


@asynccontextmanager
async def serving(route: str, answer: Answer) -> AsyncIterator[Endpoint]:
    endpoint = Endpoint(answer)
    app = Starlette(routes=[Route(f"/v1{route}", endpoint.__call__, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, ws="none", lifespan="off", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        task = asyncio.create_task(server.serve([listener]))
        endpoint.url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        yield endpoint
        server.should_exit = True
        await task


def failing(status: int, **headers: str) -> Answer:
    return lambda _: JSONResponse({"error": {"message": "no"}}, status, headers)


def echoing(status: int) -> Answer:
    """Repeats what it was asked in its error, as pydantic's are told."""
    return lambda asked: JSONResponse({"detail": [{"type": "extra_forbidden", "input": asked}]}, status)
