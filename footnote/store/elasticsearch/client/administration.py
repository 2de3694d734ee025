"""Index administration with the official client, over this package's own connections."""

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

from footnote.store.elasticsearch.client.errors import error_for
from footnote.store.elasticsearch.client.transport import Transport

Request = Callable[[AsyncElasticsearch], Awaitable[ApiResponse[Any]]]

PLACEHOLDER_URL = "http://elasticsearch:9200"
"""Never resolved: the transport has the real address and the credentials."""


async def administer(transport: Transport, request: Request, accepted: Collection[int]) -> Any:
    """The body of the response, if it is a success or `accepted`. Raises like `Client.request`."""
    elasticsearch = AsyncElasticsearch(PLACEHOLDER_URL, node_class=_node(transport), max_retries=0)
    try:
        return (await request(elasticsearch.options(ignore_status=list(accepted)))).body
    except ApiError as error:
        body = error.body
        why = body["error"] if isinstance(body, dict) and "error" in body else error.message
        raise error_for(error.status_code, why) from error


def _node(transport: Transport) -> type[BaseAsyncNode]:
    class Node(BaseAsyncNode):
        async def perform_request(  # type: ignore[override]
            self, method: str, target: str, body: bytes | None = None, *_: Any, **__: Any
        ) -> TransportApiResponse:
            response = await transport.send(method, target, body or b"")
            meta = ApiResponseMeta(response.status, "1.1", HttpHeaders(response.headers), 0, self.config)
            return TransportApiResponse(meta, bytes(response.body))

        async def close(self) -> None:  # type: ignore[override]
            """Leave the transport's connections open."""

    return Node
