"""Requests to Elasticsearch, with the credentials of the moment and errors as the store's own."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from footnote.breaker import Breaker
from footnote.errors import Conflict, FootnoteError, Unavailable

if TYPE_CHECKING:
    from elastic_transport import ApiResponse
    from elasticsearch import ApiError, AsyncElasticsearch

    from footnote.settings import Settings

Action = dict[str, Any]
Request = Callable[["AsyncElasticsearch"], Awaitable["ApiResponse[Any]"]]

TIMEOUT = 30
OVERLOADED = (429, 502, 503, 504)
PAUSES = (0.2, 0.8)
"""Seconds at most before a request that was refused is sent again."""
RETRIES = 5
BACKOFF, MAX_BACKOFF = 0.2, 5
BULK_BYTES = 10_000_000


class Client:
    """Connects at the first request."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._breaker = Breaker("Elasticsearch")

    async def __call__(self, request: Request) -> Any:
        """The body that answers `request`. Raises Unavailable where it may be sent again."""
        with self._breaker, _own_errors():
            return (await _persistently(lambda: request(self._authorized()))).body

    async def find(self, request: Request) -> Any:
        """The body that answers `request`; None when there is no such index or document."""
        from elasticsearch import NotFoundError

        try:
            return await self(request)
        except NotFoundError:
            return None

    async def bulk(self, actions: Iterable[Action]) -> None:
        """Carry out all `actions`; deleting what is not there is no failure.

        Raises Conflict when some come too late.
        """
        with self._breaker, _own_errors():
            failures = await _bulk(self._authorized(), actions)
        if failures:
            why = reason(failures[0]["error"])
            if any(failure["status"] == 409 for failure in failures):
                raise Conflict(f"Another writer was faster: {why}.")
            message = f"Elasticsearch refused {len(failures)} writes, the first because: {why}."
            raise Unavailable(message) if passing(failures[0]["status"]) else FootnoteError(message)

    async def close(self) -> None:
        if "_elasticsearch" in self.__dict__:
            await self._elasticsearch.close()

    @cached_property
    def _elasticsearch(self) -> AsyncElasticsearch:
        from elasticsearch import AsyncElasticsearch

        from footnote.store.elasticsearch.serializer import Serializer

        ca = self._settings.elasticsearch_ca
        trust: dict[str, Any] = {"ca_certs": str(ca)} if ca else {}
        return AsyncElasticsearch(
            self._settings.elasticsearch_url,
            request_timeout=TIMEOUT,
            max_retries=0,
            serializers={Serializer.mimetype: Serializer()},
            **trust,
        )

    def _authorized(self) -> AsyncElasticsearch:
        credentials = self._credentials()
        return self._elasticsearch.options(**credentials) if credentials else self._elasticsearch

    def _credentials(self) -> dict[str, Any]:
        secret = self._settings.secret
        if key := secret("elasticsearch-api-key"):
            return {"api_key": key}
        if password := secret("elasticsearch-password"):
            return {"basic_auth": (secret("elasticsearch-username") or "elastic", password)}
        return {}


def passing(status: int) -> bool:
    """Whether the same request may succeed later: overload, or credentials being exchanged."""
    return status in (401, 403, 408, 429) or status >= 500


def reason(error: Any) -> str:
    """What an error in a response says."""
    return str(error.get("reason") or error) if isinstance(error, Mapping) else str(error)


def _explained(error: ApiError) -> str:
    body = error.body
    return reason(body["error"]) if isinstance(body, Mapping) and "error" in body else error.message


@contextmanager
def _own_errors() -> Iterator[None]:
    from elasticsearch import ApiError, TransportError

    try:
        yield
    except TransportError as error:
        raise Unavailable(f"Elasticsearch cannot be reached: {error.message}.") from error
    except ApiError as error:
        if passing(error.status_code):
            raise Unavailable(f"Elasticsearch cannot answer now: {_explained(error)}.") from error
        raise


async def _persistently(attempt: Callable[[], Awaitable[ApiResponse[Any]]]) -> ApiResponse[Any]:
    """Makes few further attempts, after pauses of random length, where one was refused or not taken.

    One that was not answered in time is not repeated: it may still be worked on.
    """
    from elasticsearch import ApiError, ConnectionError, ConnectionTimeout

    for pause in PAUSES:
        try:
            return await attempt()
        except ConnectionTimeout:
            raise
        except ConnectionError:
            pass
        except ApiError as error:
            if error.status_code not in OVERLOADED:
                raise
        await asyncio.sleep(random.uniform(pause / 2, pause))
    return await attempt()


async def _bulk(elasticsearch: AsyncElasticsearch, actions: Iterable[Action]) -> list[Any]:
    """What failed in the end."""
    from elasticsearch.helpers import async_streaming_bulk

    results = async_streaming_bulk(
        elasticsearch,
        actions,
        max_chunk_bytes=BULK_BYTES,
        max_retries=RETRIES,
        initial_backoff=BACKOFF,
        max_backoff=MAX_BACKOFF,
        raise_on_error=False,
    )
    failed = [item async for done, item in results if not done]
    return [failure for item in failed for verb, failure in item.items() if not _gone(verb, failure)]


def _gone(verb: str, failure: Mapping[str, Any]) -> bool:
    return verb == "delete" and failure["status"] == 404
