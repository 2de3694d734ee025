import json
from typing import Any

import pytest

from footnote.errors import Conflict, FootnoteError
from footnote.store.elasticsearch.bulk import ACTIONS, Action
from footnote.store.elasticsearch.client import Client
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
    """Of the documents that a request writes."""
    found = [json.loads(line) for line in body.splitlines()]
    return [line["index"]["_id"] for line in found if "index" in line]


def items(*outcomes: Any) -> tuple[int, Any]:
    return 200, {"items": outcomes}


async def test_an_action_is_a_line_and_its_document_another(server: Server, client: Client) -> None:
    server.answers = [items(DONE, GONE)]
    removal = {"_op_type": "delete", "_index": "a", "_id": "2", "version": 7}
    await client.bulk([*actions(1), removal])
    assert [json.loads(line) for line in server.asked[0].body.splitlines()] == [
        {"index": {"_index": "a", "_id": "0"}},
        {"n": 0},
        {"delete": {"_index": "a", "_id": "2", "version": 7}},
    ]
    assert "ndjson" in server.asked[0].headers["content-type"]


async def test_many_go_in_several_requests(server: Server, client: Client) -> None:
    server.answers = [items(*[DONE] * ACTIONS), items(DONE)]
    await client.bulk(actions(ACTIONS + 1))
    assert [len(ids(asked.body)) for asked in server.asked] == [ACTIONS, 1]


async def test_only_what_was_too_much_is_sent_again(server: Server, client: Client) -> None:
    server.answers = [items(DONE, BUSY, DONE, BUSY), items(DONE, BUSY), items(DONE)]
    await client.bulk(actions(4))
    assert [ids(asked.body) for asked in server.asked] == [["0", "1", "2", "3"], ["1", "3"], ["3"]]


async def test_one_that_comes_too_late_is_a_conflict(server: Server, client: Client) -> None:
    server.answers = [items(BUSY, LATE, DONE), items(DONE)]
    with pytest.raises(Conflict):
        await client.bulk(actions(3))


async def test_one_that_is_wrong_says_why(server: Server, client: Client) -> None:
    server.answers = [items(DONE, WRONG)]
    with pytest.raises(FootnoteError, match="refused 1 writes, the first because: no such field"):
        await client.bulk(actions(2))
