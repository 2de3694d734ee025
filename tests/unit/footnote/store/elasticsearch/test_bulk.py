import asyncio
from typing import Any

import pytest

from footnote.errors import Conflict, FootnoteError, Unavailable
from footnote.store.elasticsearch.bulk import MAX_ACTIONS, Action
from footnote.store.elasticsearch.client import Client
from tests.unit.footnote.store.elasticsearch.reader import values
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
    return [value["index"]["_id"] for value in values(body) if "index" in value]


def items(*outcomes: Any) -> tuple[int, Any]:
    return 200, {"items": outcomes}


async def test_an_action_is_followed_by_its_document(server: Server, client: Client) -> None:
    server.answers = [items(DONE, GONE)]
    removal = {"_op_type": "delete", "_index": "a", "_id": "2", "version": 7}
    await client.bulk([*actions(1), removal])
    assert values(server.asked[0].body) == [
        {"index": {"_index": "a", "_id": "0"}},
        {"n": 0},
        {"delete": {"_index": "a", "_id": "2", "version": 7}},
    ]
    assert "smile" in server.asked[0].headers["content-type"]


async def test_many_go_in_several_requests(server: Server, client: Client) -> None:
    server.answers = [items(*[DONE] * MAX_ACTIONS), items(DONE)]
    await client.bulk(actions(MAX_ACTIONS + 1))
    assert [len(ids(asked.body)) for asked in server.asked] == [MAX_ACTIONS, 1]


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


async def test_what_several_write_at_once_goes_together_and_each_is_told_of_its_own(
    server: Server, client: Client
) -> None:
    first, second = [{**actions(1)[0], "_id": str(number)} for number in range(2)]
    others = [[{**first, "_id": "a"}], [{**first, "_id": "b"}, {**first, "_id": "c"}], []]
    server.answers = [items(DONE), items(DONE), items(LATE, DONE, DONE)]
    outcomes = await asyncio.gather(
        *(client.bulk(given) for given in ([first], [second], *others)), return_exceptions=True
    )
    assert [ids(asked.body) for asked in server.asked] == [["0"], ["1"], ["a", "b", "c"]]
    assert isinstance(outcomes[2], Conflict)
    assert [outcomes[0], outcomes[1], *outcomes[3:]] == [
        [{"status": 201}],
        [{"status": 201}],
        [{"status": 201}] * 2,
        [],
    ]


async def test_a_server_that_is_down_fails_all_who_write_together(
    server: Server, client: Client
) -> None:
    server.answers = [items(DONE), items(DONE), *[503] * 3]
    outcomes = await asyncio.gather(*(client.bulk(actions(1)) for _ in range(4)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes[2:]] == [Unavailable] * 2
