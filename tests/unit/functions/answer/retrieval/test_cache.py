from __future__ import annotations

import tracemalloc

import pytest
from prometheus_client import REGISTRY

from footnote.contracts import Filter, RetrieveRequest, RetrieveResponse
from footnote.errors import DeadlinePassed, Unavailable
from footnote.revision_cache import RevisionCache
from functions.answer.retrieval.cache import MAX_CHARACTERS, RetrievalCache
from tests.unit.functions.answer.samples import two

ASKED = RetrieveRequest(query="Which port?", groups=["staff", "board"])


class Index:
    """The revision of an index, or the failure to read it."""

    def __init__(self) -> None:
        self.revision: str | None = "1"
        self.failure: Exception | None = None
        self.asked = 0

    async def read(self) -> str | None:
        self.asked += 1
        if self.failure:
            raise self.failure
        return self.revision


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def cache(index: Index) -> RetrievalCache:
    return RetrievalCache(RevisionCache(index.read), 2)


def found(revision: str | None = "1", index: str = "i") -> RetrieveResponse:
    return RetrieveResponse(hits=two(), index=index, coverage=1, took_ms=1, revision=revision)


def lookups() -> list[float]:
    """Those that found nothing, and those that found something."""
    name = "footnote_remembered_total"
    return [REGISTRY.get_sample_value(name, {"found": found}) or 0 for found in ("no", "yes")]


async def test_a_response_is_a_hit_while_the_index_has_its_revision(cache: RetrievalCache) -> None:
    missed, hit = lookups()
    assert await cache.get(ASKED) is None
    assert lookups() == [missed + 1, hit]
    cache.put(ASKED, found())
    assert await cache.get(ASKED) == found()
    assert lookups() == [missed + 1, hit + 1]


async def test_a_response_is_a_miss_once_the_index_has_changed(
    cache: RetrievalCache, index: Index
) -> None:
    cache.put(ASKED, found())
    index.revision = "2"
    assert await cache.get(ASKED) is None


async def test_a_response_is_a_miss_if_a_revision_is_unknown(
    cache: RetrievalCache, index: Index
) -> None:
    cache.put(ASKED, found(None))
    assert await cache.get(ASKED) is None
    index.revision = None
    assert await cache.get(ASKED) is None


async def test_a_request_that_is_not_cached_reads_no_revision(
    cache: RetrievalCache, index: Index
) -> None:
    assert await cache.get(ASKED) is None
    assert not index.asked


@pytest.mark.parametrize(
    "other",
    [
        {"query": "Which post?"},
        {"groups": ["staff"]},
        {"groups": []},
        {"top_k": 4},
        {"mode": "keyword"},
        {"filter": Filter(prefix="a/")},
    ],
)
async def test_each_field_of_a_request_is_in_the_key(
    cache: RetrievalCache, other: dict[str, object]
) -> None:
    cache.put(ASKED, found())
    assert await cache.get(ASKED.model_copy(update=other)) is None


async def test_the_order_of_groups_does_not_matter(cache: RetrievalCache) -> None:
    cache.put(ASKED, found())
    assert await cache.get(ASKED.model_copy(update={"groups": ["board", "staff"]}))


async def test_the_least_recently_used_entry_is_evicted_first(cache: RetrievalCache) -> None:
    first, second, third = (ASKED.model_copy(update={"query": query}) for query in "abc")
    cache.put(first, found())
    cache.put(second, found())
    await cache.get(first)
    cache.put(third, found())
    assert [bool(await cache.get(one)) for one in (first, second, third)] == [True, False, True]


async def test_entries_are_evicted_beyond_a_size(index: Index) -> None:
    cache = RetrievalCache(RevisionCache(index.read), 1000)
    hit = two()[0].model_copy(update={"text": "x" * (MAX_CHARACTERS // 2)})
    large = found().model_copy(update={"hits": [hit]})
    asked = [ASKED.model_copy(update={"query": query}) for query in "abc"]
    for one in asked:
        cache.put(one, large)
    assert [bool(await cache.get(one)) for one in asked] == [False, True, True]


async def test_an_entry_that_is_replaced_counts_once(index: Index) -> None:
    cache = RetrievalCache(RevisionCache(index.read), 1000)
    hit = two()[0].model_copy(update={"text": "x" * (MAX_CHARACTERS // 2)})
    large, other = found().model_copy(update={"hits": [hit]}), ASKED.model_copy(update={"query": "a"})
    for _ in range(4):
        cache.put(ASKED, large)
    cache.put(other, found())
    assert [bool(await cache.get(one)) for one in (ASKED, other)] == [True, True]


def test_a_long_request_takes_no_memory(index: Index) -> None:
    cache = RetrievalCache(RevisionCache(index.read), 1000)
    uris = [f"s3://documents/{number}/{'a' * 1_000}" for number in range(100)]
    asked = [ASKED.model_copy(update={"filter": Filter(uri=uris, prefix=prefix)}) for prefix in "abcdef"]
    tracemalloc.start()
    try:
        for one in asked:
            cache.put(one, found())
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 100_000


async def test_a_cache_of_no_entries_is_off(index: Index) -> None:
    cache = RetrievalCache(RevisionCache(index.read), 0)
    cache.put(ASKED, found())
    assert await cache.get(ASKED) is None


async def test_a_failure_to_read_the_revision_is_a_miss(cache: RetrievalCache, index: Index) -> None:
    cache.put(ASKED, found())
    index.failure = Unavailable("down")
    assert await cache.get(ASKED) is None


async def test_a_deadline_that_has_passed_is_raised(cache: RetrievalCache, index: Index) -> None:
    cache.put(ASKED, found())
    index.failure = DeadlinePassed("late")
    with pytest.raises(DeadlinePassed):
        await cache.get(ASKED)
