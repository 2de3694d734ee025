"""Backfilling a generation that lacks documents."""

import asyncio
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from rich.console import Console

from footnote.cli.reindexing.backfill import ROUNDS, Backfill
from footnote.local.broker import WINDOW
from footnote.settings import Settings
from footnote.store import Generation, Recipe, Store
from tests.unit.footnote.local.receiver import Receiver
from tests.unit.footnote.manifests import make_manifest

BUCKETS = ("s3://one", "s3://two")
CHUNKING = "wordpieces-250-50-named"


async def following(store: Store, uris: Sequence[str]) -> Generation:
    """A next generation that lacks every document."""
    live = await store.ensure_live(Recipe("one/2", 2, CHUNKING))
    for uri in uris:
        await store.commit(make_manifest(uri, uri.rpartition("/")[2], chunk_counts={live.name: 1}))
    return await store.create_next(Recipe("other/2", 2, CHUNKING))


async def backfill(
    folder: Path, sink: str, store: Store, generation: Generation, window: int = WINDOW
) -> dict[str, str]:
    settings = Settings(state=folder, ingest_url=sink)
    return await Backfill(settings, store, generation, Console(file=StringIO()), window).run()


async def test_an_event_is_published_for_each_document_and_missing_ones_have_a_reason(
    tmp_path: Path, store: Store
) -> None:
    target = await following(store, uris := [f"{bucket}/bad.pdf" for bucket in BUCKETS])
    receiver = Receiver()
    async with receiver.listening() as sink:
        left = await backfill(tmp_path, sink, store, target)
    assert left == dict.fromkeys(uris, "It is encrypted.")
    assert receiver.keys == ["bad.pdf"] * len(BUCKETS) * ROUNDS


async def test_memory_is_bounded_for_an_index_of_any_size(tmp_path: Path, store: Store) -> None:
    uris = [f"s3://one/{number}.md" for number in range(50)]
    target = await following(store, uris)
    receiver = Receiver()
    receiver.gate.clear()
    async with receiver.listening() as sink:
        completing = asyncio.create_task(backfill(tmp_path, sink, store, target, window=3))
        for _ in range(3):
            await receiver.arrivals.get()
        assert len(asyncio.all_tasks()) < len(uris)
        completing.cancel()
        receiver.gate.set()
        await asyncio.wait({completing})
