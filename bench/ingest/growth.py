"""Time per document as their number grows, and of a second pass over all of them.

The time includes the merges of Elasticsearch, which few documents would not wait for.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench import texts
from bench.ingest.indexing import running_indexing
from bench.ingest.rig import Rig, print_rate
from bench.report import Measure

CHARACTERS = 1_000
"""Of a document: one chunk."""


async def measure(rig: Rig, sizes: Sequence[int]) -> list[Measure]:
    """Elasticsearch with all, and SQLite with as many as it is meant for."""
    found = await _growing(rig, "elasticsearch", sizes)
    return found + await _growing(rig, "sqlite", [size for size in sizes if size <= 10_000])


async def _growing(rig: Rig, store: str, sizes: Sequence[int]) -> list[Measure]:
    bucket = rig.new_folder()
    settings = rig.elasticsearch_settings() if store == "elasticsearch" else {}
    measures, total, before = [], 0.0, 0
    async with running_indexing(
        rig.new_folder(), bucket, **settings, **rig.standin_settings()
    ) as indexing:
        for size in sizes:
            texts.write(bucket, range(before, size), CHARACTERS)
            done = await indexing.reconcile()
            print_rate(f"{store}, up to {size} documents", done.documents, done.seconds, done.cpu)
            seconds = done.seconds + await rig.wait_for_merges()
            each = 1000 * seconds / (size - before)
            measures.append(Measure(f"{store}, up to {size} documents: each", each, "ms"))
            total, before = total + seconds, size
        again = await indexing.reconcile()
    first, last = measures[0].value, measures[-1].value
    return [
        *measures,
        Measure(f"{store}: each up to {sizes[-1]} beside {sizes[0]}", last / first, "times", 1.1),
        Measure(f"{store}: all once more, unchanged", again.seconds / total, "of it", 0.02),
    ]
