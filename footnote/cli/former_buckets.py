"""Removes the documents of buckets that were followed before from the index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial

from rich.console import Console

from footnote.bucket import Bucket
from footnote.cli.backlog import Backlog
from footnote.cli.publishing import publish_all
from footnote.events.deadletters import DeadLetters
from footnote.local.broker import Broker, Outcome
from footnote.settings import Settings
from footnote.store import Store, document_id


async def remove_former(settings: Settings, bucket: Bucket, store: Store) -> list[Outcome]:
    """Publish an event for every document of `bucket.former`, upon which ingest removes it.

    Events that are lost are sent again by the next call.
    """
    outcomes: list[Outcome] = []
    if not bucket.former:
        return outcomes
    for former, keys in (await _documents(bucket, store)).items():
        letters = DeadLetters.from_settings(settings)
        async with Broker.running(former, settings.ingest_url, letters) as broker:
            backlog = Backlog(partial(_exists, store, former))
            reasons, console = dict.fromkeys(keys, "drift"), Console(stderr=True, markup=False)
            title = f"Removing {former}"
            outcomes += await publish_all(broker, reasons, console, title, backlog)
    return outcomes


async def _documents(bucket: Bucket, store: Store) -> Mapping[str, list[str]]:
    """The keys of the documents to remove, by bucket."""
    keys = defaultdict(list)
    async for manifest in store.manifests():
        if manifest.state != "deleted" and manifest.bucket in bucket.former:
            keys[manifest.bucket].append(manifest.key)
    return keys


async def _exists(store: Store, bucket: str, key: str) -> bool:
    manifest = await store.manifest(document_id(f"{bucket}/{key}"))
    return manifest is not None and manifest.state != "deleted"
