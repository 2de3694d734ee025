"""Bulk requests: encodes actions, splits them into batches, and retries those rejected by overload."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from footnote.calls.retries import pause
from footnote.store.elasticsearch.client import smile
from footnote.store.elasticsearch.client.errors import BodyTooLarge

Action = dict[str, Any]
"""`_op_type` is the operation, `_source` the document; other members that begin with _ locate it."""
Outcome = dict[str, Any]
"""`status`; `error` if it failed; `_seq_no` and `_primary_term` if it wrote a document."""
Post = Callable[[str, bytes, str], Awaitable[Any]]
"""Sends a body of a content type to a target, and returns the parsed response."""

MAX_BYTES = 10_000_000
MAX_ACTIONS = 500
"""In one request, as is MAX_BYTES."""
BACKOFF = (0.2, 0.4, 0.8, 1.6, 3.2)
"""Upper bounds in seconds of the pauses before retries, jittered down to half."""
TOO_MANY_REQUESTS, NOT_FOUND = 429, 404
NO_WRITE_ALIAS = "invalid_index_name_exception"
"""Type of the error of an action on a write alias that does not exist; see `indices.schema`."""
OUTCOME_FIELDS = ("status", "error", "_seq_no", "_primary_term")
TARGET = "/_bulk?filter_path=" + ",".join(f"items.*.{name}" for name in OUTCOME_FIELDS)


async def send_bulk(post: Post, actions: Sequence[bytes]) -> list[Outcome]:
    """The outcome of each encoded action. Deleting what does not exist is no error."""
    outcomes: list[Outcome] = []
    for batch in _batches(actions):
        outcomes += await _send_with_retries(post, batch)
    return outcomes


def encode(action: Action) -> bytes:
    """The lines of a bulk request for one action."""
    metadata = {name: value for name, value in action.items() if name not in ("_op_type", "_source")}
    lines = [{action["_op_type"]: metadata}]
    return smile.encode_lines([*lines, action["_source"]] if "_source" in action else lines)


async def _send_with_retries(post: Post, batch: Sequence[bytes]) -> list[Outcome]:
    outcomes = await _send(post, batch)
    for longest in BACKOFF:
        rejected = [
            place for place, outcome in enumerate(outcomes) if outcome["status"] == TOO_MANY_REQUESTS
        ]
        if not rejected:
            break
        await pause(longest)
        retried = await _send(post, [batch[place] for place in rejected])
        for place, outcome in zip(rejected, retried, strict=True):
            outcomes[place] = outcome
    return outcomes


async def _send(post: Post, batch: Sequence[bytes]) -> list[Outcome]:
    try:
        response = await post(TARGET, b"".join(batch), smile.CONTENT_TYPE)
    except BodyTooLarge:
        if len(batch) == 1:
            raise
        middle = len(batch) // 2
        return [*await _send(post, batch[:middle]), *await _send(post, batch[middle:])]
    items = (item.popitem() for _, item in zip(batch, response["items"], strict=True))
    return [_outcome(*item) for item in items]


def _outcome(operation: str, outcome: Outcome) -> Outcome:
    absent = outcome["status"] == NOT_FOUND or outcome.get("error", {}).get("type") == NO_WRITE_ALIAS
    if operation == "delete" and absent:
        outcome.pop("error", None)
    return outcome


def _batches(actions: Sequence[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for action in actions:
        if batch and (size + len(action) > MAX_BYTES or len(batch) == MAX_ACTIONS):
            yield batch
            batch, size = [], 0
        batch.append(action)
        size += len(action)
    if batch:
        yield batch
