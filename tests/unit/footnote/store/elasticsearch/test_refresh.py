import asyncio

from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.refresh import Refresher
from tests.unit.footnote.store.elasticsearch.server import Server


async def test_who_comes_during_a_refresh_shares_the_next(server: Server, client: Client) -> None:
    refresh = Refresher(client, cooldown=0)
    await asyncio.gather(refresh(["a"]), refresh(["b"]), refresh(["c", "b"]), refresh(["b"]))
    first, second = [asked.line.split()[1].partition("?")[0] for asked in server.asked]
    assert (first, second) == ("/a/_refresh", "/b,c/_refresh")
