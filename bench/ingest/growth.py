"""What a document costs as their number grows, and what one more look at all of them costs.

Until Elasticsearch has merged what it wrote: many documents pay for that while they come, few do not.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench import texts
from bench.ingest.place import Place, tell
from bench.ingest.work import working
from bench.report import Measure

CHARACTERS = 1_000
"""Of a document: one chunk."""


async def measure(place: Place, sizes: Sequence[int]) -> list[Measure]:
    """Elasticsearch with all, and SQLite with as many as it is meant for."""
    found = await _growing(place, "elasticsearch", sizes)
    return found + await _growing(place, "sqlite", [size for size in sizes if size <= 10_000])


async def _growing(place: Place, store: str, sizes: Sequence[int]) -> list[Measure]:
    bucket = place.fresh()
    settings = place.in_elasticsearch() if store == "elasticsearch" else {}
    measures, total, before = [], 0.0, 0
    async with working(place.fresh(), bucket, **settings, **place.with_standin()) as work:
        for size in sizes:
            texts.write(bucket, range(before, size), CHARACTERS)
            done = await work.run()
            tell(f"{store}, up to {size} documents", done.documents, done.seconds, done.cpu)
            seconds = done.seconds + await place.settled()
            each = 1000 * seconds / (size - before)
            measures.append(Measure(f"{store}, up to {size} documents: each", each, "ms"))
            total, before = total + seconds, size
        again = await work.run()
    first, last = measures[0].value, measures[-1].value
    return [
        *measures,
        Measure(f"{store}: each up to {sizes[-1]} beside {sizes[0]}", last / first, "times", 1.1),
        Measure(f"{store}: all once more, unchanged", again.seconds / total, "of it", 0.02),
    ]
