"""Requests to Elasticsearch and what answers them: JSON, or an error of the store's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from footnote.calls.circuit_breaker import CircuitBreaker
from footnote.calls.connection import Response
from footnote.concurrency.batching import Batcher, split_results
from footnote.errors import Conflict, FootnoteError, Unavailable
from footnote.store.elasticsearch.bulk import Action, Outcome, carry_out, encoded
from footnote.store.elasticsearch.refusals import explained, passing, reason, refusal
from footnote.store.elasticsearch.wire import JSON, LINES, Wire, own_errors, target

if TYPE_CHECKING:
    from footnote.settings import Settings
    from footnote.store.elasticsearch.administration import Request

TOO_LATE = (404, 409)
"""Statuses of a write whose index was dropped, or that others were faster than."""
NO_INDEX = "index_not_found_exception"
"""Type of the error that a document of no index is."""

WIDTH = 2
"""Requests of a kind under way at once: with more, each would have less."""
TOGETHER = 64
"""Of those who ask, in one request."""
PAGE = 2000
"""Hits at a time of an index that is listed whole: all of it is sorted for each page."""

Body = Mapping[str, Any] | bytes | None
"""JSON, or lines of it."""


class Client:
    """Connects at the first request.

    What several write at once goes in one request, and so does what they get. Who asks for one thing
    after another waits for the first before the next is asked for.
    """

    def __init__(self, settings: Settings) -> None:
        self._wire = Wire(settings)
        self._breaker = CircuitBreaker("Elasticsearch")
        self._writing = Batcher(self._write, max_concurrency=WIDTH, max_batch_size=TOGETHER)
        self._getting = Batcher(self._get, max_concurrency=WIDTH, max_batch_size=TOGETHER)

    async def __call__(
        self,
        method: str,
        where: str,
        body: Body = None,
        *,
        known: Collection[int] = (),
    ) -> Any:
        """What answers the request: JSON.

        Raises Unavailable where it may be sent again, and Refused where it may not: but not where its
        status is `known`.
        """
        with self._breaker:
            return await self._answer(method, where, body, known)

    async def get(self, index: str, document: str) -> Any:
        """The document as it is at this moment; None when there is no such index or document."""
        return next(iter(there([await self._getting((index, document))])), None)

    async def listed(self, index: str, body: Mapping[str, Any]) -> list[Any]:
        """The hits of a search that goes through an index page by page; none where there is no index."""
        where = target(index, "_search", ignore_unavailable="true")
        answer = await self("POST", where, {**body, "seq_no_primary_term": True})
        hits: list[Any] = answer["hits"]["hits"]
        return hits

    async def bulk(self, actions: Iterable[Action]) -> Sequence[Outcome]:
        """Carry out all `actions`, in any order; deleting what is not there is no failure.

        Raises Conflict when some come too late.
        """
        outcomes = await self._writing([encoded(action) for action in actions])
        if failures := [outcome for outcome in outcomes if "error" in outcome]:
            raise _failure(failures)
        return outcomes

    async def carry_out(self, actions: Sequence[bytes]) -> Sequence[Outcome]:
        """The outcome of each action, in order, after retries; they may be of several callers."""
        with self._breaker:
            return await carry_out(self._post, actions)

    async def administer(self, request: Request, *, known: Collection[int] = ()) -> Any:
        """What answers a request that is made with the official client; raises as a call does."""
        from footnote.store.elasticsearch.administration import administer

        with self._breaker:
            return await administer(self._wire, request, known)

    async def close(self) -> None:
        self._wire.close()

    async def _write(self, asked: Sequence[Sequence[bytes]]) -> list[list[Outcome]]:
        return split_results(await self.carry_out([*chain.from_iterable(asked)]), asked)

    async def _get(self, asked: Sequence[tuple[str, str]]) -> list[Any]:
        wanted = [{"_index": index, "_id": document} for index, document in asked]
        found: list[Any] = (await self("POST", "/_mget", {"docs": wanted}))["docs"]
        return found

    async def _answer(
        self,
        method: str,
        where: str,
        body: Body,
        known: Collection[int] = (),
    ) -> Any:
        sent, kind = (body, LINES) if isinstance(body, bytes) else (_json(body), JSON)
        return self._read(await self._wire.send(method, where, sent, kind), known)

    async def _post(self, where: str, body: bytes, kind: str) -> Any:
        return self._read(await self._wire.send("POST", where, body, kind))

    def _read(self, response: Response, known: Collection[int] = ()) -> Any:
        if response.status >= 300 and response.status not in known:
            raise refusal(response.status, explained(response.body))
        with own_errors():
            return from_json(response.body)


def there(docs: Iterable[Any]) -> list[Any]:
    """Of the documents that were got, those there are. Raises Unavailable where one cannot be told."""
    found = list(docs)
    for error in (doc["error"] for doc in found if "error" in doc):
        if error["type"] != NO_INDEX:
            raise Unavailable(f"Elasticsearch cannot answer now: {reason(error)}.")
    return [doc for doc in found if doc.get("found")]


def _failure(failures: Sequence[Outcome]) -> FootnoteError:
    why = reason(failures[0]["error"])
    if any(failure["status"] in TOO_LATE for failure in failures):
        return Conflict(f"Another writer was faster: {why}.")
    message = f"Elasticsearch refused {len(failures)} writes, the first because: {why}."
    return Unavailable(message) if passing(failures[0]["status"]) else FootnoteError(message)


def _json(body: Mapping[str, Any] | None) -> bytes:
    return b"" if body is None else to_json(body)
