import asyncio

from footnote.revision_cache import RevisionCache


class Index:
    """Counts reads of its revision and lets them wait."""

    def __init__(self) -> None:
        self.revision = 0
        self.readings = 0
        self.may = asyncio.Event()

    async def read(self) -> str:
        self.readings += 1
        seen = str(self.revision)
        await self.may.wait()
        return seen


async def asked(revisions: RevisionCache) -> "asyncio.Task[str | None]":
    task = asyncio.ensure_future(revisions.current())
    for _ in range(20):
        await asyncio.sleep(0)
    return task


async def test_callers_during_a_read_share_the_next_one() -> None:
    index = Index()
    revisions = RevisionCache(index.read)
    first = await asked(revisions)
    index.revision = 1
    later = [await asked(revisions) for _ in range(50)]
    index.may.set()
    assert await first == "0"
    assert await asyncio.gather(*later) == ["1"] * 50
    assert index.readings == 2
    assert revisions.last == "1"


async def test_the_cached_revision_is_read_once() -> None:
    index = Index()
    revisions = RevisionCache(index.read)
    index.may.set()
    assert await asyncio.gather(*(revisions.cached() for _ in range(3))) == ["0"] * 3
    index.revision = 1
    assert await revisions.cached() == "0"
    assert await revisions.current() == await revisions.cached() == "1"
