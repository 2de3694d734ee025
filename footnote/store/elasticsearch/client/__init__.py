"""Client of Elasticsearch: sends requests, and returns JSON or raises the store's errors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from footnote.calls.circuit_breaker import CircuitBreaker
from footnote.calls.connection import Response
from footnote.concurrency.batching import Batcher, split_results
from footnote.errors import Conflict, FootnoteError, Unavailable
from footnote.store.elasticsearch.client.bulk import Action, Outcome, encode, send_bulk
from footnote.store.elasticsearch.client.errors import error_for, error_in, is_transient, reason
from footnote.store.elasticsearch.client.transport import (
    JSON,
    NDJSON,
    Transport,
    target,
    translated_errors,
)

if TYPE_CHECKING:
    from footnote.settings import Settings
    from footnote.store.elasticsearch.client.administration import Request

CONFLICTS = (404, 409)
"""Statuses of a write whose index was dropped, or that lost to another writer."""
NO_INDEX = "index_not_found_exception"
"""Type of the error of a document whose index does not exist."""

MAX_CONCURRENCY = 2
"""Batches of writes, and of reads, under way at once; with more each batch would be smaller."""
MAX_BATCH_SIZE = 64
"""Callers whose writes or reads are sent in one request."""
PAGE = 2000
"""Hits per page when a whole index is listed: Elasticsearch sorts all of it for each page."""

Body = Mapping[str, Any] | bytes | None
"""An object that is sent as JSON, or newline-delimited JSON."""


class Client:
    """Connects at the first request. Concurrent `get` and `bulk` calls are batched into one request."""

    def __init__(self, settings: Settings) -> None:
        self._transport = Transport(settings)
        self._breaker = CircuitBreaker("Elasticsearch")
        self._writes = Batcher(
            self._write_batch, max_concurrency=MAX_CONCURRENCY, max_batch_size=MAX_BATCH_SIZE
        )
        self._reads = Batcher(
            self._read_batch, max_concurrency=MAX_CONCURRENCY, max_batch_size=MAX_BATCH_SIZE
        )

    async def request(
        self, method: str, where: str, body: Body = None, *, accepted: Collection[int] = ()
    ) -> Any:
        """The JSON of the response, if its status is a success or `accepted`.

        Raises Unavailable if the request may be retried later, and RequestRejected otherwise.
        """
        if isinstance(body, bytes):
            content, content_type = body, NDJSON
        else:
            content, content_type = b"" if body is None else to_json(body), JSON
        with self._breaker:
            response = await self._transport.send(method, where, content, content_type)
            return _parse(response, accepted)

    async def get(self, index: str, document: str) -> Any:
        """The document as of now; None if it or the index does not exist."""
        return next(iter(existing([await self._reads((index, document))])), None)

    async def search_page(self, index: str, body: Mapping[str, Any]) -> list[Any]:
        """The hits of a page of a search, with sequence numbers; [] if the index does not exist."""
        where = target(index, "_search", ignore_unavailable="true")
        answer = await self.request("POST", where, {**body, "seq_no_primary_term": True})
        hits: list[Any] = answer["hits"]["hits"]
        return hits

    async def bulk(self, actions: Iterable[Action]) -> Sequence[Outcome]:
        """Carry out all `actions`, in any order; deleting what does not exist is no failure.

        Raises Conflict if another writer's change prevented one of them.
        """
        outcomes = await self._writes([encode(action) for action in actions])
        if failures := [outcome for outcome in outcomes if "error" in outcome]:
            raise _failure(failures)
        return outcomes

    async def send_bulk(self, actions: Sequence[bytes]) -> Sequence[Outcome]:
        """The outcome of each action, in order, after retries; they may belong to several callers."""
        with self._breaker:
            return await send_bulk(self._post, actions)

    async def administer(self, request: Request, *, accepted: Collection[int] = ()) -> Any:
        """Like `request`, for a call of the official client."""
        from footnote.store.elasticsearch.client.administration import administer

        with self._breaker:
            return await administer(self._transport, request, accepted)

    async def close(self) -> None:
        self._transport.close()

    async def _write_batch(self, writes: Sequence[Sequence[bytes]]) -> list[list[Outcome]]:
        return split_results(await self.send_bulk([*chain.from_iterable(writes)]), writes)

    async def _read_batch(self, reads: Sequence[tuple[str, str]]) -> list[Any]:
        wanted = [{"_index": index, "_id": document} for index, document in reads]
        found: list[Any] = (await self.request("POST", "/_mget", {"docs": wanted}))["docs"]
        return found

    async def _post(self, where: str, body: bytes, content_type: str) -> Any:
        return _parse(await self._transport.send("POST", where, body, content_type))


def existing(docs: Iterable[Any]) -> list[Any]:
    """Those of the `docs` of an _mget that exist. Raises Unavailable if one could not be read."""
    found = list(docs)
    for error in (doc["error"] for doc in found if "error" in doc):
        if error["type"] != NO_INDEX:
            raise Unavailable(f"Elasticsearch cannot answer now: {reason(error)}.")
    return [doc for doc in found if doc.get("found")]


def _parse(response: Response, accepted: Collection[int] = ()) -> Any:
    if response.status >= 300 and response.status not in accepted:
        raise error_for(response.status, error_in(response.body))
    with translated_errors():
        return from_json(response.body)


def _failure(failures: Sequence[Outcome]) -> FootnoteError:
    first = failures[0]
    why = reason(first["error"])
    if any(failure["status"] in CONFLICTS for failure in failures):
        return Conflict(f"Another writer came first: {why}.")
    message = f"Elasticsearch rejected {len(failures)} writes, the first because: {why}."
    return (
        Unavailable(message) if is_transient(first["status"], first["error"]) else FootnoteError(message)
    )
