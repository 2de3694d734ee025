"""The official client, for whoever makes, replaces and removes an index: over our wire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from elastic_transport import (
    ApiResponse,
    ApiResponseMeta,
    BaseAsyncNode,
    HttpHeaders,
    TransportApiResponse,
)
from elasticsearch import ApiError, AsyncElasticsearch

from footnote.store.elasticsearch.refusals import reason, refusal
from footnote.store.elasticsearch.wire import Wire

Request = Callable[[AsyncElasticsearch], Awaitable[ApiResponse[Any]]]

SOMEWHERE = "http://elasticsearch:9200"
"""Not looked up: the wire knows where, and with which credentials."""


async def administer(wire: Wire, request: Request, known: Collection[int]) -> Any:
    """What answers the request. Raises as a call of the Client does."""
    elasticsearch = AsyncElasticsearch(SOMEWHERE, node_class=_node(wire), max_retries=0)
    try:
        return (await request(elasticsearch.options(ignore_status=list(known)))).body
    except ApiError as error:
        body = error.body
        why = body["error"] if isinstance(body, dict) and "error" in body else error.message
        raise refusal(error.status_code, reason(why)) from error


def _node(wire: Wire) -> type[BaseAsyncNode]:
    class Node(BaseAsyncNode):
        async def perform_request(  # type: ignore[override]
            self, method: str, target: str, body: bytes | None = None, *_: Any, **__: Any
        ) -> TransportApiResponse:
            response = await wire.send(method, target, body or b"")
            meta = ApiResponseMeta(response.status, "1.1", HttpHeaders(response.headers), 0, self.config)
            return TransportApiResponse(meta, bytes(response.body))

        async def close(self) -> None:  # type: ignore[override]
            """The wire stays open."""

    return Node
