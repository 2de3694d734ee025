"""Writes in few requests, sent again while Elasticsearch is too busy for them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from footnote.store.elasticsearch import smile

Action = dict[str, Any]
"""`_op_type` says what, `_source` holds the document, and what else begins with _ says where."""
Outcome = dict[str, Any]
"""`status`; `error` where it failed; `_seq_no` and `_primary_term` where it wrote a document."""
Answer = Callable[[str, bytes, str], Awaitable[Any]]
"""What answers a target, a body, and its content type."""

BYTES = 10_000_000
ACTIONS = 500
"""At most in one request."""
PAUSES = (0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds at most before what was too much is sent again."""
BUSY, GONE = 429, 404
NO_NAME = "invalid_index_name_exception"
"""Type of the error where an index is gone that was to be written by its alias: see schema."""
TOLD = ("status", "error", "_seq_no", "_primary_term")
TARGET = "/_bulk?filter_path=" + ",".join(f"items.*.{name}" for name in TOLD)


async def carry_out(answer: Answer, actions: Sequence[bytes]) -> list[Outcome]:
    """What became of each in the end; what is gone need not be deleted, so that is no error."""
    outcomes: list[Outcome] = []
    for batch in _batches(actions):
        outcomes += await _persistently(answer, batch)
    return outcomes


def encoded(action: Action) -> bytes:
    """What is to be done, and the document."""
    about = {name: value for name, value in action.items() if name not in ("_op_type", "_source")}
    bodies = [{action["_op_type"]: about}]
    return smile.framed([*bodies, action["_source"]] if "_source" in action else bodies)


async def _persistently(answer: Answer, batch: Sequence[bytes]) -> list[Outcome]:
    outcomes = await _once(answer, batch)
    for pause in PAUSES:
        busy = [place for place, outcome in enumerate(outcomes) if outcome["status"] == BUSY]
        if not busy:
            break
        await asyncio.sleep(random.uniform(pause / 2, pause))
        again = await _once(answer, [batch[place] for place in busy])
        for place, outcome in zip(busy, again, strict=True):
            outcomes[place] = outcome
    return outcomes


async def _once(answer: Answer, batch: Sequence[bytes]) -> list[Outcome]:
    found = await answer(TARGET, b"".join(batch), smile.KIND)
    items = (item.popitem() for _, item in zip(batch, found["items"], strict=True))
    return [_outcome(*item) for item in items]


def _outcome(verb: str, outcome: Outcome) -> Outcome:
    gone = outcome["status"] == GONE or outcome.get("error", {}).get("type") == NO_NAME
    if verb == "delete" and gone:
        outcome.pop("error", None)
    return outcome


def _batches(actions: Sequence[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for action in actions:
        if batch and (size + len(action) > BYTES or len(batch) == ACTIONS):
            yield batch
            batch, size = [], 0
        batch.append(action)
        size += len(action)
    if batch:
        yield batch
