"""Ingest controllers whose calls are scheduled; each has a store of its own, like a process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, cast

from footnote.bucket import Bucket
from footnote.store import Store
from footnote.store.elasticsearch import ElasticsearchStore
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.client.bulk import Outcome
from footnote.store.elasticsearch.indices.schema import Names
from functions.ingest.reconciler import Reconciler
from functions.ingest.staging import Staging
from tests.contract.rigs import Rig, SqliteRig, open_on
from tests.simulation.scheduling import checkpoint, intercept
from tests.unit.functions.ingest.world import CHUNKING, Embedder, InlineParser

OBJECT_LIMIT = 400
"""Bytes."""
LISTINGS = ("manifests", "missing_from", "leftovers")


class InterceptedStore:
    """A store whose every call is scheduled."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        async def call(*args: Any) -> Any:
            return await intercept(f"store.{name}", lambda: method(*args))

        async def listing(*args: Any) -> AsyncIterator[Any]:
            for each in await intercept(f"store.{name}", lambda: _all(method(*args))):
                yield each

        return listing if name in LISTINGS else call


async def _all(listed: AsyncIterator[Any]) -> list[Any]:
    return [each async for each in listed]


class InterceptedClient(Client):
    """A client of Elasticsearch whose every request is scheduled, and each half of a bulk."""

    async def request(self, *arguments: Any, **options: Any) -> Any:
        request = super().request
        return await intercept("elasticsearch", lambda: request(*arguments, **options))

    async def administer(self, *request: Any, **options: Any) -> Any:
        administer = super().administer
        return await intercept("elasticsearch", lambda: administer(*request, **options))

    async def send_bulk(self, actions: Sequence[bytes]) -> Sequence[Outcome]:
        send_bulk, outcomes = super().send_bulk, list[Outcome]()
        for half in (actions[: len(actions) // 2], actions[len(actions) // 2 :]):
            if half:
                outcomes += await intercept("elasticsearch.bulk", partial(send_bulk, half))
        return outcomes


class Controller:
    """A process that ingests, with connections of its own."""

    def __init__(self, rig: Rig) -> None:
        self._store: Store
        if isinstance(rig, SqliteRig):
            self._store = open_on(rig)
            self.store = cast("Store", InterceptedStore(self._store))
        else:
            client = InterceptedClient(rig.settings)
            # Without a cooldown: a history must not depend on time.
            self.store = self._store = ElasticsearchStore(client, Names(rig.settings.index), cooldown=0)

    def reconciler(self, bucket: Bucket) -> Reconciler:
        staging = Staging(self.store, Embedder(checkpoint), str(CHUNKING), batch=2)
        parser = InlineParser(checkpoint)
        return Reconciler(bucket, self.store, parser, staging, object_limit=OBJECT_LIMIT)

    async def close(self) -> None:
        await self._store.close()
