"""Those who make an index follow a bucket: each a process of its own, as far as the others can tell."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

from footnote.bucket import Bucket
from footnote.store import Chunk, Manifest, Store
from footnote.store.elasticsearch import ElasticsearchStore
from footnote.store.elasticsearch.bulk import Outcome
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.schema import Names
from footnote.text.chunking import Chunking
from functions.ingest.chunking import pieces
from functions.ingest.parsers import parse
from functions.ingest.parsers.document import Document
from functions.ingest.parsing import Parsed
from functions.ingest.reconciler import Reconciler
from functions.ingest.reconstruction import reconstruct
from functions.ingest.staging import Staging
from tests.contract.rigs import Rig, SqliteRig, open_on
from tests.histories.activities import boundary, step
from tests.unit.functions.ingest.world import CHUNKING, Embedder

LIMIT = 400
"""Bytes that an object may have."""


LISTINGS = ("manifests", "missing_from", "leftovers")


class Watched:
    """A store whose every call is a boundary."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        async def call(*args: Any) -> Any:
            return await boundary(f"store.{name}", lambda: method(*args))

        async def listing(*args: Any) -> AsyncIterator[Any]:
            for each in await boundary(f"store.{name}", lambda: _all(method(*args))):
                yield each

        return listing if name in LISTINGS else call


async def _all(listed: AsyncIterator[Any]) -> list[Any]:
    return [each async for each in listed]


class WatchedClient(Client):
    """A client of Elasticsearch whose every request is a boundary; there is one within a bulk, too."""

    async def request(self, *arguments: Any, **options: Any) -> Any:
        request = super().request
        return await boundary("elasticsearch", lambda: request(*arguments, **options))

    async def administer(self, *request: Any, **options: Any) -> Any:
        administer = super().administer
        return await boundary("elasticsearch", lambda: administer(*request, **options))

    async def send_bulk(self, actions: Sequence[bytes]) -> Sequence[Outcome]:
        send_bulk, outcomes = super().send_bulk, list[Outcome]()
        for half in (actions[: len(actions) // 2], actions[len(actions) // 2 :]):
            if half:
                outcomes += await boundary("elasticsearch.bulk", partial(send_bulk, half))
        return outcomes


class Party:
    """A process, with connections of its own."""

    def __init__(self, rig: Rig) -> None:
        self._opened: Store
        if isinstance(rig, SqliteRig):
            self._opened = open_on(rig)
            self.store = cast("Store", Watched(self._opened))
        else:
            client = WatchedClient(rig.settings)
            # Time is none of what makes up a history.
            self.store = self._opened = ElasticsearchStore(client, Names(rig.settings.index), cooldown=0)

    def reconciler(self, bucket: Bucket) -> Reconciler:
        staging = Staging(self.store, Embedder(step), str(CHUNKING), batch=2)
        return Reconciler(bucket, self.store, Cutting(), staging, object_limit=LIMIT)

    async def close(self) -> None:
        await self._opened.close()


class Cutting:
    """At once: what this process does by itself is no boundary."""

    async def parse(
        self, path: Path, name: str, content_type: str, chunkings: Collection[str]
    ) -> Parsed:
        await step("parse")
        return _parsed(parse(path, name, content_type, 1_000_000))

    @asynccontextmanager
    async def rechunk(
        self, manifest: Manifest, chunks: Collection[Chunk], chunkings: Collection[str]
    ) -> AsyncIterator[Parsed]:
        await step("rechunk")
        yield _parsed(reconstruct(manifest, list(chunks)))


def _parsed(document: Document) -> Parsed:
    return Parsed(
        document.title,
        document.content_type,
        lambda chunking: pieces(document, Chunking.parse(chunking)),
    )
