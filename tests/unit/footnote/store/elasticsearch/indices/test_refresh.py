import asyncio

from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.indices.refresh import Refresher
from tests.unit.footnote.store.elasticsearch.server import Server


async def test_calls_during_a_refresh_share_the_next_one(server: Server, client: Client) -> None:
    refresh = Refresher(client, cooldown=0)
    await asyncio.gather(refresh(["a"]), refresh(["b"]), refresh(["c", "b"]), refresh(["b"]))
    first, second = [request.line.split()[1].partition("?")[0] for request in server.requests]
    assert (first, second) == ("/a/_refresh", "/b,c/_refresh")
