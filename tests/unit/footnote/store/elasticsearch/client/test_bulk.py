import asyncio
from typing import Any

import pytest

from footnote.errors import Conflict, FootnoteError, Unavailable
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.client.bulk import MAX_ACTIONS, Action
from footnote.store.elasticsearch.client.errors import BodyTooLarge
from tests.unit.footnote.store.elasticsearch.client.smile_decoder import values
from tests.unit.footnote.store.elasticsearch.server import Server

DONE = {"index": {"status": 201}}
BUSY = {"index": {"status": 429, "error": {"reason": "too much"}}}
LATE = {"index": {"status": 409, "error": {"reason": "version conflict"}}}
WRONG = {"index": {"status": 400, "error": {"reason": "no such field"}}}
GONE = {"delete": {"status": 404, "error": {"reason": "no such index"}}}


def actions(count: int) -> list[Action]:
    return [
        {"_op_type": "index", "_index": "a", "_id": str(number), "_source": {"n": number}}
        for number in range(count)
    ]


def ids(body: bytes) -> list[str]:
    """Ids of the documents that a bulk request writes."""
    return [value["index"]["_id"] for value in values(body) if "index" in value]


def items(*outcomes: Any) -> tuple[int, Any]:
    return 200, {"items": outcomes}


async def test_an_action_is_followed_by_its_document(server: Server, client: Client) -> None:
    server.responses = [items(DONE, GONE)]
    removal = {"_op_type": "delete", "_index": "a", "_id": "2", "version": 7}
    await client.bulk([*actions(1), removal])
    assert values(server.requests[0].body) == [
        {"index": {"_index": "a", "_id": "0"}},
        {"n": 0},
        {"delete": {"_index": "a", "_id": "2", "version": 7}},
    ]
    assert "smile" in server.requests[0].headers["content-type"]


async def test_many_actions_are_split_into_requests(server: Server, client: Client) -> None:
    server.responses = [items(*[DONE] * MAX_ACTIONS), items(DONE)]
    await client.bulk(actions(MAX_ACTIONS + 1))
    assert [len(ids(request.body)) for request in server.requests] == [MAX_ACTIONS, 1]


async def test_only_rejected_actions_are_retried(server: Server, client: Client) -> None:
    server.responses = [items(DONE, BUSY, DONE, BUSY), items(DONE, BUSY), items(DONE)]
    await client.bulk(actions(4))
    assert [ids(request.body) for request in server.requests] == [
        ["0", "1", "2", "3"],
        ["1", "3"],
        ["3"],
    ]


async def test_a_request_that_is_too_large_is_sent_in_halves(server: Server, client: Client) -> None:
    server.responses = [413, 413, items(DONE), items(DONE), items(DONE, DONE)]
    assert len(await client.bulk(actions(4))) == 4
    assert [ids(request.body) for request in server.requests] == [
        ["0", "1", "2", "3"],
        ["0", "1"],
        ["0"],
        ["1"],
        ["2", "3"],
    ]


async def test_an_action_that_is_too_large_raises_with_what_to_change(
    server: Server, client: Client
) -> None:
    server.responses = [413, 413]
    with pytest.raises(BodyTooLarge, match=r"raise http[.]max_content_length, or the proxy"):
        await client.bulk(actions(2))


async def test_a_version_conflict_raises_conflict(server: Server, client: Client) -> None:
    server.responses = [items(BUSY, LATE, DONE), items(DONE)]
    with pytest.raises(Conflict):
        await client.bulk(actions(3))


async def test_a_refused_write_raises_with_the_reason(server: Server, client: Client) -> None:
    server.responses = [items(DONE, WRONG)]
    with pytest.raises(FootnoteError, match="rejected 1 writes, the first because: no such field"):
        await client.bulk(actions(2))


async def test_concurrent_writes_share_a_request_and_get_their_own_outcomes(
    server: Server, client: Client
) -> None:
    first, second = [{**actions(1)[0], "_id": str(number)} for number in range(2)]
    others = [[{**first, "_id": "a"}], [{**first, "_id": "b"}, {**first, "_id": "c"}], []]
    server.responses = [items(DONE), items(DONE), items(LATE, DONE, DONE)]
    outcomes = await asyncio.gather(
        *(client.bulk(given) for given in ([first], [second], *others)), return_exceptions=True
    )
    assert [ids(request.body) for request in server.requests] == [["0"], ["1"], ["a", "b", "c"]]
    assert isinstance(outcomes[2], Conflict)
    assert [outcomes[0], outcomes[1], *outcomes[3:]] == [
        [{"status": 201}],
        [{"status": 201}],
        [{"status": 201}] * 2,
        [],
    ]


async def test_an_unavailable_server_fails_every_write_of_a_batch(
    server: Server, client: Client
) -> None:
    server.responses = [items(DONE), items(DONE), *[503] * 3]
    outcomes = await asyncio.gather(*(client.bulk(actions(1)) for _ in range(4)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes[2:]] == [Unavailable] * 2
