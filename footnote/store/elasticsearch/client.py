"""Requests to Elasticsearch and what answers them: JSON, or an error of the store's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from footnote.breaker import Breaker
from footnote.errors import Conflict, FootnoteError, Unavailable
from footnote.store.elasticsearch.bulk import Action, carry_out
from footnote.store.elasticsearch.refusals import Refused, explained, passing, reason, refusal
from footnote.store.elasticsearch.wire import JSON, LINES, Wire, own_errors, target

if TYPE_CHECKING:
    from footnote.settings import Settings
    from footnote.store.elasticsearch.administration import Request

TOO_LATE = (404, 409)
"""Statuses of a write whose index was dropped, or that others were faster than."""

Body = Mapping[str, Any] | bytes | None
"""JSON, or lines of it."""


class Client:
    """Connects at the first request."""

    def __init__(self, settings: Settings) -> None:
        self._wire = Wire(settings)
        self._breaker = Breaker("Elasticsearch")

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

    async def find(self, method: str, where: str) -> Any:
        """What answers the request; None when there is no such index or document."""
        try:
            return await self(method, where)
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    async def listed(self, index: str, body: Mapping[str, Any]) -> list[Any]:
        """The hits of a search that goes through an index page by page; none where there is no index."""
        where = target(index, "_search", ignore_unavailable="true")
        answer = await self("POST", where, {**body, "seq_no_primary_term": True})
        hits: list[Any] = answer["hits"]["hits"]
        return hits

    async def bulk(self, actions: Iterable[Action]) -> None:
        """Carry out all `actions`; deleting what is not there is no failure.

        Raises Conflict when some come too late.
        """
        with self._breaker:
            failures = await carry_out(self._answer, actions)
        if failures:
            why = reason(failures[0]["error"])
            if any(failure["status"] in TOO_LATE for failure in failures):
                raise Conflict(f"Another writer was faster: {why}.")
            message = f"Elasticsearch refused {len(failures)} writes, the first because: {why}."
            raise Unavailable(message) if passing(failures[0]["status"]) else FootnoteError(message)

    async def administer(self, request: Request, *, known: Collection[int] = ()) -> Any:
        """What answers a request that is made with the official client; raises as a call does."""
        from footnote.store.elasticsearch.administration import administer

        with self._breaker:
            return await administer(self._wire, request, known)

    async def close(self) -> None:
        self._wire.close()

    async def _answer(
        self,
        method: str,
        where: str,
        body: Body,
        known: Collection[int] = (),
    ) -> Any:
        sent, kind = (body, LINES) if isinstance(body, bytes) else (_json(body), JSON)
        response = await self._wire.send(method, where, sent, kind)
        if response.status >= 300 and response.status not in known:
            raise refusal(response.status, explained(response.body))
        with own_errors():
            return from_json(response.body)


def _json(body: Mapping[str, Any] | None) -> bytes:
    return b"" if body is None else to_json(body)
