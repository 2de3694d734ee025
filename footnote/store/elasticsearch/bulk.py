"""Writes put together, and sent again while Elasticsearch is too busy for them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any

from footnote.store.elasticsearch.wire import lines

Action = dict[str, Any]
"""`_op_type` says what, `_source` holds the document, and what else begins with _ says where."""
Answer = Callable[[str, str, bytes], Awaitable[Any]]

BYTES = 10_000_000
ACTIONS = 500
"""At most in one request."""
PAUSES = (0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds at most before what was too much is sent again."""
BUSY, GONE = 429, 404
TARGET = "/_bulk?filter_path=items.*.status,items.*.error"


async def carry_out(answer: Answer, actions: Iterable[Action]) -> list[Any]:
    """What failed in the end, each with its `status` and `error`; what is gone need not be deleted."""
    return [failure for batch in _batches(actions) for failure in await _persistently(answer, batch)]


async def _persistently(answer: Answer, batch: Sequence[bytes]) -> list[Any]:
    failed = await _once(answer, batch)
    for pause in PAUSES:
        busy = [action for action, failure in failed if failure["status"] == BUSY]
        if not busy:
            break
        await asyncio.sleep(random.uniform(pause / 2, pause))
        failed = [each for each in failed if each[1]["status"] != BUSY] + await _once(answer, busy)
    return [failure for _, failure in failed]


async def _once(answer: Answer, batch: Sequence[bytes]) -> list[tuple[bytes, Any]]:
    """The actions that failed, and how."""
    found = await answer("POST", TARGET, b"".join(batch))
    return [
        (action, outcome)
        for action, item in zip(batch, found["items"], strict=True)
        for verb, outcome in item.items()
        if "error" in outcome and not (verb == "delete" and outcome["status"] == GONE)
    ]


def _batches(actions: Iterable[Action]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for action in map(_encoded, actions):
        if batch and (size + len(action) > BYTES or len(batch) == ACTIONS):
            yield batch
            batch, size = [], 0
        batch.append(action)
        size += len(action)
    if batch:
        yield batch


def _encoded(action: Action) -> bytes:
    """Its line, and that of the document."""
    about = {name: value for name, value in action.items() if name not in ("_op_type", "_source")}
    bodies = [{action["_op_type"]: about}]
    return lines([*bodies, action["_source"]] if "_source" in action else bodies)
