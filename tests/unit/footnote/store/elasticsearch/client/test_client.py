"""The client with a server that is overloaded, does not answer or is gone."""

import asyncio

import pytest

from footnote import deadline
from footnote.errors import DeadlinePassed, Unavailable
from footnote.settings import Settings
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.client.errors import RequestRejected
from footnote.store.elasticsearch.client.transport import BACKOFF, MIN_TIMEOUT, target
from tests.unit.footnote.store.elasticsearch.server import Server

ATTEMPTS = len(BACKOFF) + 1


async def ask(client: Client) -> object:
    return await client.request("GET", target("a", "_doc", "b"))


@pytest.mark.parametrize("status", [429, 503])
async def test_a_transient_error_is_retried(server: Server, client: Client, status: int) -> None:
    server.responses = [status] * len(BACKOFF)
    assert await ask(client) == {}


async def test_retries_are_limited(server: Server, client: Client) -> None:
    server.responses = [429] * 100
    with pytest.raises(Unavailable, match="cannot answer now"):
        await ask(client)
    assert len(server.requests) == ATTEMPTS


async def test_repeated_overload_opens_the_circuit(server: Server, client: Client) -> None:
    server.responses = [429] * 1000
    outcomes = await asyncio.gather(*(ask(client) for _ in range(5)), return_exceptions=True)
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes)
    asked = len(server.requests)
    for _ in range(50):
        with pytest.raises(Unavailable, match="calls are paused") as refused:
            await ask(client)
    assert len(server.requests) == asked
    assert refused.value.retry_after


async def ask_within(client: Client, seconds: float) -> object:
    deadline.enter(deadline.headers(seconds))
    async with deadline.enforced():
        return await ask(client)


async def test_timeouts_at_callers_deadlines_open_the_circuit(server: Server, client: Client) -> None:
    server.hangs = True
    asked = (asyncio.create_task(ask_within(client, 1.5 * MIN_TIMEOUT)) for _ in range(5))
    for outcome in await asyncio.gather(*asked, return_exceptions=True):
        assert "did not answer in time" in str(outcome)
    with pytest.raises(Unavailable, match="calls are paused"):
        await ask(client)


async def test_very_short_deadlines_do_not_open_the_circuit(server: Server, client: Client) -> None:
    server.hangs = True
    asked = (asyncio.create_task(ask_within(client, 0.01)) for _ in range(9))
    for outcome in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(outcome, DeadlinePassed)
    server.hangs = False
    assert await ask(client) == {}


async def test_a_refused_connection_is_unavailable() -> None:
    client = Client(Settings(elasticsearch_url="http://127.0.0.1:9"))
    with pytest.raises(Unavailable, match="cannot be reached"):
        await ask(client)
    await client.close()


async def test_a_bad_request_is_not_retried(server: Server, client: Client) -> None:
    server.responses = [(400, {"error": {"reason": "no such field"}})]
    with pytest.raises(RequestRejected, match="400: no such field"):
        await ask(client)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [401, 403, 500])
async def test_authorization_and_server_errors_are_unavailable(
    server: Server, client: Client, status: int
) -> None:
    server.responses = [(status, {"error": {"reason": "not now"}})]
    with pytest.raises(Unavailable, match="cannot answer now: not now"):
        await ask(client)


async def test_the_message_quotes_an_html_error_page(server: Server, client: Client) -> None:
    server.responses = [(403, "<h1>The gate is closed</h1>")]
    with pytest.raises(Unavailable, match="The gate is closed"):
        await ask(client)


async def test_a_missing_document_or_index_is_none(server: Server, client: Client) -> None:
    no_index = {"error": {"type": "index_not_found_exception"}}
    server.responses = [(200, {"docs": [found]}) for found in ({"found": False}, no_index)]
    assert await client.get("a", "b") is None
    assert await client.get("a", "b") is None


async def test_an_unreadable_document_is_not_reported_as_missing(server: Server, client: Client) -> None:
    lost = {"error": {"type": "no_shard_available_action_exception", "reason": "no shard"}}
    server.responses = [(200, {"docs": [lost]})]
    with pytest.raises(Unavailable, match="no shard"):
        await client.get("a", "b")


async def test_concurrent_gets_share_a_request(server: Server, client: Client) -> None:
    one = {"found": True, "_id": "b"}
    server.responses = [(200, {"docs": [one] * count}) for count in (1, 1, 3)]
    assert await asyncio.gather(*(client.get("a", "b") for _ in range(5))) == [one] * 5
    assert len(server.requests) == 3


async def test_the_official_client_uses_the_same_connection(server: Server, client: Client) -> None:
    server.responses = [200, 503, (200, {"acknowledged": True})]
    await ask(client)
    answer = await client.administer(lambda search: search.indices.delete(index="old"))
    assert answer == {"acknowledged": True}
    assert [request.line.split()[:2] for request in server.requests[1:]] == [["DELETE", "/old"]] * 2
    assert server.connections == 1


async def test_the_official_client_raises_the_errors_of_the_store(
    server: Server, client: Client
) -> None:
    refused = (400, {"error": {"type": "t", "reason": "taken"}, "status": 400})
    server.responses = [refused, refused, (403, {"error": {"type": "t", "reason": "unauthorized"}})]
    known = await client.administer(lambda it: it.indices.create(index="new"), accepted=(400,))
    assert known["error"]["reason"] == "taken"
    with pytest.raises(RequestRejected, match="400: taken"):
        await client.administer(lambda it: it.indices.create(index="new"))
    with pytest.raises(Unavailable, match="unauthorized"):
        await client.administer(lambda it: it.indices.create(index="new"))
