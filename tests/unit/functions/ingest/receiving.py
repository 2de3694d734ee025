"""The function ingest on top of a world, and a broker that it may send events to."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx2 as httpx
from starlette.applications import Starlette
from starlette.routing import Route

from footnote.events import CloudEvent, object_changed_event, parse, to_http, to_json
from footnote.events.sink import Sink
from footnote.serving import Function
from functions.ingest.receiver import Receiver
from tests.stub import Reply, Request, Stub
from tests.unit.functions.ingest.world import World


class Broker(Stub):
    """Records events and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.events: list[CloudEvent] = []
        self.status = 202

    def _answer(self, request: Request) -> Reply:
        self.events += parse(request.headers, request.body)
        return Reply(self.status)


class Ingest:
    """The function ingest on top of a world, whose ports fail as `failing` says."""

    def __init__(self, folder: Path, sink: Sink | None = None) -> None:
        self.failing: dict[str, Exception] = {}
        self.world = World(folder, self.step)
        self.receiver = Receiver(self.world.reconciler(), sink)
        routes = [
            Route("/", self.receiver.events, methods=["POST"]),
            Route("/notifications", self.receiver.notifications, methods=["POST"]),
        ]
        function = Function("ingest", routes, self.receiver.ready, run_to_completion=True)
        app = Starlette(routes=[Route("/{path:path}", function.__call__, methods=["GET", "POST"])])
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ingest")

    async def step(self, name: str) -> None:
        if name in self.failing:
            raise self.failing[name]

    async def send(self, *keys: str) -> httpx.Response:
        """An event about one object, or a batch about several."""
        first, *others = events = [object_changed_event("s3://docs", key) for key in keys]
        if others:
            return await self.send_batch(events)
        headers, body = to_http(first)
        return await self.client.post("/", headers=headers, content=body)

    async def send_batch(self, events: Iterable[CloudEvent]) -> httpx.Response:
        headers = {"content-type": "application/cloudevents-batch+json"}
        body = b"[" + b",".join(map(to_json, events)) + b"]"
        return await self.client.post("/", headers=headers, content=body)

    async def notify(self, notification: Any) -> httpx.Response:
        return await self.client.post("/notifications", json=notification)

    async def close(self) -> None:
        await self.client.aclose()
        await self.world.store.close()


def reply(response: httpx.Response) -> CloudEvent:
    (event,) = parse(response.headers, response.content)
    return event
