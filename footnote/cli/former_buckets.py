"""Removes the documents of buckets that were followed before from the index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from rich.console import Console

from footnote.bucket import Bucket
from footnote.cli.backlog import Backlog
from footnote.cli.confirmation import Confirmation
from footnote.cli.publishing import publish_all
from footnote.events import Why
from footnote.events.deadletters import DeadLetters
from footnote.local.broker import Broker, Outcome
from footnote.settings import Settings
from footnote.store import Store, document_id

WHY: Why = "drift"


async def remove_former(
    settings: Settings, bucket: Bucket, store: Store, confirmation: Confirmation
) -> list[Outcome]:
    """Publish an event for every document of `bucket.former`, upon which ingest removes it.

    Events that are lost are sent again by the next call. Raises Unavailable if a broker accepts the
    first event and ingest does not remove that document in time.
    """
    outcomes: list[Outcome] = []
    if not bucket.former:
        return outcomes
    for former, keys in (await _documents(bucket, store)).items():
        letters = DeadLetters.from_settings(settings)
        async with Broker.running(former, settings.ingest_url, letters) as broker:
            exists = partial(_exists, store, former)
            outcomes.append(await _remove_first(keys[0], broker, exists, confirmation))
            reasons, console = dict.fromkeys(keys[1:], WHY), Console(stderr=True, markup=False)
            title = f"Removing {former}"
            outcomes += await publish_all(broker, reasons, console, title, Backlog(exists))
    return outcomes


async def _remove_first(
    key: str, broker: Broker, exists: Callable[[str], Awaitable[bool]], confirmation: Confirmation
) -> Outcome:
    """Returns once it is removed if a broker accepts its event.

    The upgrade that names the bucket may not have replaced ingest yet: its former revision takes the
    events too, and removes nothing.
    """

    async def removed() -> bool:
        return not await exists(key)

    outcome = await broker.publish(key, WHY)
    if outcome.state == "accepted":
        await confirmation.wait(partial(broker.publish, key, WHY), removed)
    return outcome


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
